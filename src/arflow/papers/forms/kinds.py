"""Everything that a form of each kind may ask, to read one that came back by."""

from collections.abc import Sequence

from arflow.papers.forms.person_questions import PersonFacts, advice_form, child_views_form, views_form
from arflow.papers.forms.questions import Form, FormKind
from arflow.papers.forms.report_questions import every_question


def questions_of(kind: FormKind, outcomes: Sequence[str]) -> Form:
    """All the questions of a kind of form that asks about these outcomes."""
    if kind == "report":
        return every_question(outcomes)
    facts = PersonFacts(
        review="",
        plan="",
        child="",
        person="",
        name="",
        meeting_on=None,
        by=None,
        outcomes=tuple((item, "") for item in outcomes),
    )
    match kind:
        case "advice":
            return advice_form(facts)
        case "views":
            return views_form(facts)
        case "child-views":
            return child_views_form(facts)
