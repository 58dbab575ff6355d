"""A form that goes with a letter: attached to the email, and named among what is enclosed."""

from typing import TYPE_CHECKING, NamedTuple

from arflow.papers.forms.questions import Form, FormKind
from arflow.papers.forms.word_form import as_word
from arflow.papers.letters.contents import Enclosure
from arflow.post.forms.person_form_of_case import kind_for, person_form_of
from arflow.post.forms.report_of_case import report_form_of
from arflow.post.mail.dispatch import Attachment
from arflow.post.outgoing.composition import Desk, attachment
from arflow.post.outgoing.ways_to_reach import Addressed

if TYPE_CHECKING:
    from arflow.application.arflow import Arflow

_REPORT = "The form for your report, as a Word file: fill it in, and send it back by reply"
_PERSONAL: dict[FormKind, str] = {
    "advice": "A form for your advice, as a Word file: you can fill it in, and send it back by reply",
    "views": "A form for your views, as a Word file: you can fill it in, and send it back by reply",
    "child-views": "A form for your own views, as a Word file: you can fill it in, and send it back by reply",
}


class WithLetter(NamedTuple):
    """What goes with a letter to one person: attachments of the email, and how the letter names them."""

    attachments: tuple[Attachment, ...] = ()
    enclosures: tuple[Enclosure, ...] = ()


def report_form_to(app: "Arflow", desk: Desk, review_id: str, to: Addressed) -> WithLetter:
    """The form for the report, to whoever is written to by email: on paper nobody could send it back as a file."""
    if to.channel != "email":
        return WithLetter()
    return _with_letter(app, desk, report_form_of(app, lambda: desk.documents, review_id), to, _REPORT)


def person_form_to(app: "Arflow", desk: Desk, review_id: str, to: Addressed) -> WithLetter:
    """The form for advice or views, to whoever is asked for them by email."""
    if to.channel != "email":
        return WithLetter()
    kind = kind_for(app, to.person)
    form = person_form_of(app, lambda: desk.documents, review_id, kind, to.person.id)
    return _with_letter(app, desk, form, to, _PERSONAL[kind])


def _with_letter(app: "Arflow", desk: Desk, form: Form, to: Addressed, title: str) -> WithLetter:
    plan, review, kind = to.person.plan, form.id.review, form.id.kind
    name = f"{kind}-form-{review}.docx"
    drafted = desk.documents.draft(
        as_word(form), plan=plan, kind="letter", name=name, review=review, by=app.officer_id, at=app.now
    )
    enclosure = Enclosure(kind="form", title=title, digest=drafted.digest, plan=plan)
    return WithLetter(attachments=(attachment(drafted),), enclosures=(enclosure,))
