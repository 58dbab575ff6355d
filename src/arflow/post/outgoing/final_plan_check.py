"""Whether a final plan may go out: it has all that the law asks, or somebody says why it goes without."""

from collections.abc import Iterator, Sequence

from arflow.errors import ArflowError, NotPossible, PlanTextRefused, field_name
from arflow.papers.documents import Document
from arflow.papers.letters.papers import Letter
from arflow.papers.plan_text.final_plan import lacks_of_text
from arflow.papers.plan_text.plan_text import PlanText
from arflow.post.outgoing.composition import Desk

_WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def check_final_plan(
    letter: Letter, enclosed: Sequence[Document], desk: Desk, *, incomplete_because: str | None
) -> None:
    """Refuse a final plan that `arflow amend final` did not make, unless a reason is given (SEND Regs 2014 r.12; Code 9.62).

    The law asks for the plan by a day, so that a reason lets it go; the reason is recorded with the act. NotPossible says
    what is missing in each plan that can be read.
    """
    if letter.step != "issue":
        if incomplete_because:
            raise NotPossible(f"{letter.id} sends no final plan: leave out {field_name('incomplete_because')}")
        return
    plans = [one for one in enclosed if one.kind == "plan"]
    complete = any(one.kind == "final_plan" for one in enclosed)
    if incomplete_because:
        if complete and not plans:
            raise NotPossible(f"the plan has all that the law asks: leave out {field_name('incomplete_because')}")
        return
    if plans:
        raise NotPossible(
            f"{'; '.join(f'{one.digest[:12]} {said}' for one in plans for said in _said_of(one, desk))}. Make the final plan "
            f"with `arflow amend final {plans[0].plan} FILE --keep`, or say with {field_name('incomplete_because')} why it "
            "goes as it is"
        )


def _said_of(document: Document, desk: Desk) -> Iterator[str]:
    """What is missing in a plan, or that it cannot be read."""
    try:
        text = _text(document, desk)
    except PlanTextRefused as refusal:
        yield f"cannot be read as a plan ({refusal.faults[0]})"
        return
    except ArflowError:
        text = None
    if text is None:
        yield f"is {document.media_type}, in which arflow cannot look for what the law asks (r.12)"
        return
    lacks = [f"{one.place} {one.message}" for one in lacks_of_text(text)]
    yield f"lacks: {', '.join(lacks)}" if lacks else "was not checked with its cover: name, date of birth and signature"


def _text(document: Document, desk: Desk) -> PlanText | None:
    from arflow.papers.plan_text.text_file import from_json
    from arflow.papers.plan_text.word_reader import plan_from_word

    match document.media_type:
        case "application/json":
            return from_json(desk.documents.read(document.digest), "the plan")
        case _ if document.media_type == _WORD:
            return plan_from_word(desk.documents.read(document.digest), "the plan").plan
        case _:
            return None
