"""Which section a line is the heading of, in whatever dress a form gives it."""

import re
from collections.abc import Mapping, Sequence

import msgspec

from arflow.law.plan_sections import SECTIONS

_LETTER = r"(H\s*[-.]?\s*\(?\s*[12]\s*\)?|[A-K])(?![\w'’])"
_NAMED = re.compile(
    rf"(?:\d{{1,2}}[.)]?\s+)?(?:EHC plan\W+)?(section|part)\W{{1,3}}{_LETTER}[’'”\"]?\s*(.*)", re.IGNORECASE | re.DOTALL
)
_LETTERED = re.compile(rf"\(?{_LETTER}\s*(\)|[:.–—-])?+(?!\d)\s*(\D.*)", re.DOTALL)
_AT_THE_END = re.compile(rf"(.+?)\W*\(?\b(?:section|part)\s+{_LETTER}\s*\)?", re.IGNORECASE | re.DOTALL)
_ALONE = re.compile(rf"(?:section|part)\W{{1,3}}{_LETTER}\W*", re.IGNORECASE)
_AND_ANOTHER = re.compile(rf"(?:and|&|/|,|to|\+)\s*(?:(?:section|part)\s+)?{_LETTER}", re.IGNORECASE)
_BROKEN_OFF = re.compile(r"[:.–—(-]")  # after the letter: no sentence goes on like this
LONGEST_HEADING = 200  # characters
_LONGEST_TITLE = 120
_SENTENCE = re.compile(r"[.!?;,]$")
# What titles of a section have in common over the forms of many authorities.
_TITLES: Mapping[str, re.Pattern[str]] = {
    letter: re.compile(words, re.IGNORECASE)
    for letter, words in {
        "A": r"views|interests|aspirations|all about me|my story",
        "B": r"special educational needs?|\bSEN\b",
        "C": r"health( care)? needs?",
        "D": r"social care needs?",
        "E": r"outcomes?",
        "F": r"provision|\bSEP\b",
        "G": r"health( care)? provision",
        "H": r"social care",
        "H1": r"social care|1970",
        "H2": r"social care",
        "I": r"placement|school|setting|institution",
        "J": r"personal budget|direct payment",
        "K": r"advice|appendi|information",
    }.items()
}
# Words that a title may have; others in a heading say something of their own.
_USUAL = frozenset(
    re.findall(
        r"[\w'’-]+",
        " ".join(SECTIONS.values()).lower()
        + """
        the a an and or of for to in by his her their its any all with is are that which who as at on from if under part
        section child child's child’s young person person's person’s parent parents parent's pupil student family's family’s
        continued cont views interests aspirations hopes goals need needs special educational health care related disability
        disabilities sen sep outcome outcomes sought including adulthood adult life preparing provision required made
        reasonably learning difficulty difficulties result resulting local authority under act chronically sick disabled
        persons social other type name school placement setting institution maintained college post-16 personal budget
        direct payment payments appendix appendices advice information gathered during ehc assessment plan cyp
        """,
    )
)


class Heading(msgspec.Struct, frozen=True):
    """The heading of a section, with what it says beside the letter."""

    section: str
    title: str

    @property
    def names_two(self) -> bool:
        """Whether it is the heading of another section too."""
        return bool(_AND_ANOTHER.match(self.title))

    @property
    def says_more(self) -> bool:
        """Whether it has words that are no title of a section."""
        return any(word not in _USUAL for word in re.findall(r"[\w'’-]+", self.title.lower()))


def heading_of(cells: Sequence[str], *, styled: bool, bold: bool) -> Heading | None:
    """The heading that a line is, if it certainly is one; `styled`: the file says that it is a heading."""
    first, text = cells[0].strip(), " ".join(cell.strip() for cell in cells)
    if len(text) > LONGEST_HEADING:
        return None
    dressed, divided = styled or (bold and not _SENTENCE.search(text)), len(cells) > 1
    if found := _NAMED.fullmatch(text):
        word, letter, title = found.groups()
        marked = (
            not title
            or _BROKEN_OFF.match(title)
            or _AND_ANOTHER.match(title)
            or (divided and _ALONE.fullmatch(first))
            or word.isupper()
        )
        return _heading(letter, title) if dressed or marked or _is_title(letter, title, usual=True) else None
    if found := _LETTERED.fullmatch(text):
        letter, mark, title = found.groups()
        marked = mark or (divided and _LETTERED.fullmatch(first + " .")) or letter != "I"
        if marked and _is_title(letter, title, usual=not dressed or letter == "A"):
            return _heading(letter, title)
    if (found := _AT_THE_END.fullmatch(text)) and (dressed or text.endswith(")")):
        title, letter = found.groups()
        if _is_title(letter, title, usual=not dressed):
            return _heading(letter, title)
    return None


def may_be_heading(text: str) -> bool:
    """Whether a line could be taken for a heading in some dress, or for one that cannot be read."""
    if heading_of([text], styled=True, bold=True) or section_titled(text, alone=True):
        return True
    return bool(_NAMED.fullmatch(text))


def looks_like_heading(text: str) -> str | None:
    """The section that a line names first of all, where it is short and no sentence: it may be a heading, or may not."""
    found = _NAMED.fullmatch(text.strip())
    if found and len(text) <= LONGEST_HEADING and not _SENTENCE.search(text.strip()):
        return _section(found.group(2))
    return None


def is_title_of(section: str, text: str) -> bool:
    """Whether a line that follows a bare "Section F" is the rest of that heading."""
    return len(text) <= _LONGEST_TITLE and _is_title(section, text)


def section_titled(text: str, *, alone: bool) -> str | None:
    """The section of which a line is the title, word for word, without its letter; `alone`: in no dress of a heading."""
    said = text.strip().rstrip(":").lower()
    if alone and " " not in said:
        return None
    return next((letter for letter, title in SECTIONS.items() if title.lower() == said), None)


def _is_title(letter: str, title: str, *, usual: bool = False) -> bool:
    """Whether words are short, no sentence, and of what the section is about; `usual`: with no other words at all."""
    title = title.strip()
    short = 0 < len(title) <= _LONGEST_TITLE and not _SENTENCE.search(title)
    found = short and bool(_TITLES[_section(letter)].search(title))
    return found and not (usual and Heading("", title).says_more)


def _heading(letter: str, title: str) -> Heading:
    return Heading(_section(letter), re.sub(r"^[\s:.–—()-]+|[\s:.–—(-]+$", "", title))


def _section(letter: str) -> str:
    return re.sub(r"[^A-K12]", "", letter.upper())
