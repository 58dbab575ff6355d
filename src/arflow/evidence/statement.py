"""What a pack proves, what it does not, and how a stranger checks it: the same words on its first page and in README.txt."""

import msgspec

PROVES = (
    "Unchanged since it was signed: no file of this pack has been changed, added or removed.",
    "True to the log: each event stands here exactly as it stands in the log, at its position. The log is the list of all "
    "events, which nobody can change without changing the hashes in the checkpoint.",
    "Complete for these cases: the checkpoint fixes how many events each plan and each review has, and a plan's own "
    "events name each of its reviews. No event of these cases up to the checkpoint has been left out.",
    "Under the right law: the definition files are, byte for byte, those that each review was opened under.",
)
PROVES_NOT = (
    "That what people recorded is true, or that everything that happened was recorded.",
    "When events were recorded, beyond what the system's clock said: only a checkpoint that was given to somebody outside "
    "earlier shows that the events before it are not younger than it.",
    "That nobody rewrote the log before this checkpoint was made. An earlier checkpoint kept outside shows that.",
    "That the pages tell the events rightly: they are made by arflow from the files beside them. Every date and duty "
    "can be counted again from events.json and the definition files.",
    "Anything about events recorded after the checkpoint.",
)
_NO_NAMES = (
    "Names of children, young persons and their families, and their dates of birth, are in no pack. The authority says "
    "by another way whose plan each reference is."
)
_THOSE_NAMED = (
    "Names and contacts are those in people.html and people.json, which the authority chose; nobody else is named, "
    "and none stands among the events."
)
_OTHER_CASES = (
    "Other cases of the authority: the figures over all of them are here, the cases behind those figures are not."
)
_DOCUMENTS = "The documents themselves: arflow holds their numbers, addresses or digests, and the pack lists those."
_NO_OTHER_CASES = "Other cases of the authority, and its figures."
REDACTED = (
    "Names of officers are left out: they stand as the numbers that the log holds.",
    "The words of reasons are left out: the events hold a digest of each, and the words can be shown later and checked.",
    "What stays: plan references, dates, settings by their URN, and the numbers of documents. They name nobody, but the "
    "authority can tell who the case is about, and so may others who know it: this is pseudonymous data about people. "
    "Handle it as such. Without the references the events could not be proved.",
)
CHECKING = (
    "Get the authority's public key by another way than this pack (from its website, or in person), or have its number "
    "read out on the telephone. The copy in this pack alone proves nothing: whoever forged a pack would forge it too.",
    "With arflow: arflow evidence verify PACK.zip --public-key KEY.pub",
    "Without arflow, with Python 3.10 or newer, in this folder: python verify.py --public-key KEY.pub. Signatures need "
    "the package cryptography; without it verify.py checks all the rest and says so.",
    "If you were given a checkpoint earlier, add --checkpoint EARLIER.json: it shows that this log begins with the events "
    "of that one, unchanged.",
    "verify.py is in this pack for convenience. If you do not trust the pack, take it from arflow itself.",
)


RECORDS = {
    "events.json": "the events as they stand in the log, with the hashes that lead from each to the root",
    "trail.json": "the story, a line for each event",
    "duties.json": "each duty with its proof",
    "documents.json": "documents referred to",
    "words.json": "the words of reasons, with the salts that show they are the words recorded",
}
_PAGES = {
    "evidence": "index.html, cases/case-N/index.html, reports/timeliness.html: pages to read",
    "hand_over": "index.html, cases/case-1/index.html: pages to read",
}
_PEOPLE = (
    "people.html, people.json: the people of the case who were chosen, to read, and for arflow plan take-over --people"
)
_FILES = (
    *(f"cases/case-N/{name}: {what}" for name, what in RECORDS.items()),
    "workflows/: the definitions of the process and of its duties that the reviews went under",
    "checkpoint.json: how the log stood, signed",
    "manifest.json: the SHA-256 of every other file, signed",
    "public-key.pem: a copy of the key, for comparison only",
)


class Contents(msgspec.Struct, frozen=True, kw_only=True):
    """What a pack holds: cases as evidence, or one handed over to another authority, with or without names and people."""

    hand_over: bool = False
    redacted: bool = False
    people: bool = False

    @property
    def title(self) -> str:
        """What the first page is headed."""
        return "An EHC plan handed over" if self.hand_over else "Evidence of annual reviews"

    @property
    def left_out(self) -> tuple[str, ...]:
        """What is not in it."""
        return (
            _THOSE_NAMED if self.people else _NO_NAMES,
            _NO_OTHER_CASES if self.hand_over else _OTHER_CASES,
            _DOCUMENTS,
            *(REDACTED if self.redacted else ()),
        )

    @property
    def files(self) -> tuple[str, ...]:
        """What its files are."""
        return (_PAGES["hand_over" if self.hand_over else "evidence"], *((_PEOPLE,) if self.people else ()), *_FILES)


def readme(facts: list[tuple[str, str]], contents: Contents) -> str:
    """README.txt: what the pack is, in plain text."""
    parts = [
        "AN EHC PLAN HANDED OVER" if contents.hand_over else "EVIDENCE OF ANNUAL REVIEWS OF EHC PLANS",
        "Open index.html in a browser to read it.",
        "\n".join(f"{name}: {value}" for name, value in facts),
        _list("What this pack proves, up to its checkpoint", PROVES),
        _list("What it does not prove", PROVES_NOT),
        _list("What is left out", contents.left_out),
        _list("How to check it", CHECKING),
        _list("What is in it", contents.files),
    ]
    return "\n\n".join(parts) + "\n"


def _list(title: str, points: tuple[str, ...]) -> str:
    import textwrap

    wrapped = (textwrap.fill(point, 100, initial_indent="- ", subsequent_indent="  ") for point in points)
    return "\n".join((title.upper(), *wrapped))
