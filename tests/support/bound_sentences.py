"""What each sentence of a letter rests on: a value or a condition within it, or what a file says of it.

A sentence is read in each way that its conditions allow. Who reads it (`to_family`, `whose` …) is no fact that binds it.
"""

import re
import tomllib
from collections.abc import Iterator, Sequence
from importlib.resources import files
from itertools import product
from pathlib import Path

from jinja2 import Environment, nodes

from arflow.papers.letters.letter import shipped

TEMPLATES = Path(str(files("arflow.papers.letters").joinpath("templates")))
BOUND = Path(__file__).parents[1] / "papers" / "sentences_bound.toml"
_READER = {"to_family", "about_reader", "of_family", "role", "whose", "child", "asked", "says", "loop", "to_name"}
_TAGS = re.compile(r"</?(?:p|h1|h2|li|ul|tr|td|th|thead|tbody|table|div|address|header|main|body|head|html|br)\b[^>]*>")
_ENDS = re.compile(r"\n|(?<=[.?!])\s+(?=[A-Z“{])")
_HEADINGS = re.compile(r"<!doctype.*?<header>|<(h1|h2|th)\b[^>]*>.*?</\1>", re.DOTALL)

Token = tuple[str, frozenset[str]]


def sentences(source: str) -> dict[str, set[str]]:
    """The sentences of a template with the names of the facts that each rests on; none where nothing binds it."""
    found: dict[str, set[str]] = {}
    for path in _paths(Environment().parse(_HEADINGS.sub("\n", source)).body):
        for words, names in _split(path):
            found.setdefault(words, set()).update(names)
    return found


def sources() -> Iterator[tuple[str, str]]:
    """Every statement and every page that comes with arflow: the letter that says it, or `all`, and its template."""
    texts = tomllib.loads(shipped("statements.toml").decode("utf-8"))
    del texts["holds"]
    for letter, table in texts.items():
        yield from ((letter, text) for text in table.values())
    for page in sorted(TEMPLATES.glob("*.html")):
        yield page.stem if page.stem != "letter" else "all", page.read_text("utf-8")


def table() -> Iterator[tuple[str, str, str]]:
    """Each letter, each of its sentences, and what binds it: the names of facts, or what the file says; empty for nothing."""
    why, seen = bound(), dict[tuple[str, str], str]()
    for letter, source in sources():
        for words, names in sentences(source).items():
            seen[letter, words] = why.get(words) or ", ".join(f"`{name}`" for name in sorted(names))
    order = [*dict.fromkeys(letter for letter, _ in seen)]
    for letter, words in sorted(seen, key=lambda one: order.index(one[0])):
        yield letter, words, seen[letter, words]


def bound() -> dict[str, str]:
    """What binds each sentence in which no fact stands."""
    said: dict[str, list[str]] = tomllib.loads(BOUND.read_text("utf-8"))["bound"]
    return {words: why for why, those in said.items() for words in those}


def _paths(body: Sequence[nodes.Node], names: frozenset[str] = frozenset()) -> list[list[Token]]:
    """Each way through a template, as words with the facts that they rest on."""
    ways: list[list[Token]] = [[]]
    for node in body:
        more = list(_of_node(node, names))
        ways = [[*way, *then] for way, then in product(ways, more)]
    return ways


def _of_node(node: nodes.Node, names: frozenset[str]) -> Iterator[list[Token]]:
    if isinstance(node, nodes.TemplateData):
        yield [(node.data, names)]
    elif isinstance(node, nodes.Output):
        yield from _paths(node.nodes, names)
    elif isinstance(node, nodes.If):
        # Which of the branches it is rests on the conditions of all of them.
        asked = names | frozenset(name for test in (node, *node.elif_) for name in _names(test.test))
        for branch in (node.body, *(one.body for one in node.elif_), node.else_):
            yield from _paths(branch, asked)
    elif isinstance(node, nodes.For | nodes.Block):
        yield from _paths(node.body, names | (_names(node.iter) if isinstance(node, nodes.For) else frozenset()))
    elif isinstance(node, nodes.Expr):
        yield [] if "says" in _names(node) else [(f"{{{'/'.join(sorted(_names(node)))}}}", names | _names(node))]
    else:
        yield []


def _names(node: nodes.Node) -> frozenset[str]:
    named = {name.name for name in ([node] if isinstance(node, nodes.Name) else node.find_all(nodes.Name))}
    parts = [node, *node.find_all(nodes.Getattr)] if isinstance(node, nodes.Getattr) else node.find_all(nodes.Getattr)
    of = {f"{p.node.name}.{p.attr}" for p in parts if isinstance(p, nodes.Getattr) and isinstance(p.node, nodes.Name)}
    return frozenset(named - {name.partition(".")[0] for name in of} | {n for n in of if not n.startswith("says.")} | (
        {"says"} if any(n.startswith("says.") for n in of) else set()))  # fmt: skip


def _split(path: list[Token]) -> Iterator[tuple[str, set[str]]]:
    """The sentences of one way, each with the facts of all that it is made of."""
    text, at = "", list[Token]()
    for words, names in path:
        plain = re.sub(r"<[^>]+>", "", _TAGS.sub("\n", words))
        text += plain
        at += [(letter, names) for letter in plain]
    start = 0
    for end in [*_ENDS.finditer(text), None]:
        stop = end.start() if end else len(text)
        said = " ".join(text[start:stop].split())
        if re.search(r"[A-Za-z]{2}", said):
            yield said, {name for _, names in at[start:stop] for name in names} - _READER
        start = end.end() if end else stop


def as_markdown() -> str:
    """The table as docs/letters.md has it."""
    head = ("| Letter | Sentence | Bound by |", "| --- | --- | --- |")
    return "\n".join([*head, *(f"| {' | '.join(row)} |" for row in table())]) + "\n"
