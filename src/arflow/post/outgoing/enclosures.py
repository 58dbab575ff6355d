"""What a letter of the law is sent with: who has copies, what it encloses, and what it tells about that."""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

import msgspec

from arflow.errors import MissingValue, field_name
from arflow.events import Outcome, Role
from arflow.papers.documents import Document
from arflow.papers.documents.file_types import ending_of
from arflow.papers.letters.contents import Enclosure
from arflow.papers.letters.papers import Letter
from arflow.post.mail.dispatch import Attachment
from arflow.post.outgoing.composition import Desk, attachment
from arflow.words import in_words

# What an enclosure may be, by the kind it was kept as.
_KINDS = {
    "plan": ("plan", "final_plan"),
    "amendments": ("amendments",),
    "evidence": ("evidence", "advice", "report"),
    "report": ("report",),
    "advice": ("advice", "bundle"),
}
_FILES = {".docx": "Word file", ".pdf": "PDF"}


class Issuing(msgspec.Struct, frozen=True, kw_only=True):
    """What a letter is sent with: copies `to` people besides those who must have it, enclosures, and what it says.

    `no_evidence` says that nothing supports the amendments beyond the report (SEND Regs 2014 r.22(2)(a)); `again` that they
    take the place of those proposed before; `incomplete_because` why a final plan goes that arflow has not found complete.
    """

    to: tuple[str, ...] = ()
    documents: tuple[str, ...] = ()
    reasons: str | None = None
    no_evidence: bool = False
    again: bool = False
    answer_by: date | None = None
    recommendation: Outcome | None = None
    differing: tuple[Role, ...] = ()
    skip_reason: str | None = None
    incomplete_because: str | None = None


def enclosed_with(plan: str, letter: Letter, issuing: Issuing, desk: Desk) -> list[Document]:
    """The documents that go with a letter; MissingValue for one that must, NotPossible for another case's."""
    found = desk.documents.of_case(issuing.documents, plan)
    for needed in letter.enclosures:
        if needed == "evidence" and issuing.no_evidence:
            continue
        if not any(document.kind in _KINDS.get(needed, (needed,)) for document in found):
            none = ", or say that there is none with --no-evidence" if needed == "evidence" else ""
            kinds = " or ".join(_KINDS.get(needed, (needed,)))
            raise MissingValue(
                field_name("document"),
                f"{letter.id} must enclose the {needed} ({letter.citation}): name a document kept as {kinds}{none}",
            )
    return found


def words_of(
    letter: Letter, enclosed: Sequence[Document], issuing: Issuing, plan: str, *, family: bool
) -> dict[str, Any]:
    """What a letter tells about the papers it is sent with; `family` says that it goes to the family too."""
    return {
        "reasons": issuing.reasons,
        "answer_by": issuing.answer_by,
        "evidence": _evidence(enclosed, issuing),
        "family_too": family,
        "enclosures": tuple(_enclosures(letter, enclosed, plan)),
    }


def _evidence(enclosed: Sequence[Document], issuing: Issuing) -> bool | None:
    """Whether there is evidence: true if enclosed, false if declared to be none, None where neither is known."""
    if any(document.kind in _KINDS["evidence"] for document in enclosed):
        return True
    return False if issuing.no_evidence else None


def _enclosures(letter: Letter, enclosed: Sequence[Document], plan: str) -> Iterator[Enclosure]:
    """The documents as what the letter asks to enclose; two of one kind say what file each is."""
    of_kind = Counter(document.kind for document in enclosed)
    for document in enclosed:
        kind = next(
            (needed for needed in (*letter.enclosures, "advice") if document.kind in _KINDS.get(needed, ())),
            document.kind,
        )
        title = in_words(document.kind).capitalize()
        file = _FILES.get(ending_of(document.media_type)) if of_kind[document.kind] > 1 else None
        yield Enclosure(kind=kind, title=f"{title}, as a {file}" if file else title, digest=document.digest, plan=plan)


def files_of(enclosed: Sequence[Document], plan: str) -> list[Attachment]:
    """The enclosures under names that tell nothing of the child; a blank form or leaflet goes with every case."""
    named = [
        attachment(document, f"{number}-{document.kind}{ending_of(document.media_type)}")
        for number, document in enumerate(enclosed, 1)
    ]
    return [msgspec.structs.replace(file, plan=plan) for file in named]
