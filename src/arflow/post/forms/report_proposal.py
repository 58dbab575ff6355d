"""What a report that came back on our form says happened, as the acts to record; and what it leaves open. Pure."""

import re
from collections.abc import Iterator
from datetime import date
from typing import Any, cast

import msgspec

from arflow.case.review import AnnualReview
from arflow.case.review_commands import AnyReviewCommand, HoldMeeting, ProposeAmendments, RecordConduct, SendReport
from arflow.events import AdulthoodArea, Outcome, Progress, Role, Views
from arflow.papers.forms.answers import Answers
from arflow.papers.forms.questions import VERSION, Form, in_full
from arflow.papers.forms.report_questions import AREAS, PROGRESS, RECOMMENDS, ROLE_TITLES
from arflow.papers.plan_text.amendments import Amendments
from arflow.papers.plan_text.plan_text import PlanText, canonical, digest
from arflow.post.forms.proposal import Proposal
from arflow.post.forms.report_amendments import Changes, changes_in
from arflow.words import counted

_DIFFERENT = {code for code, _ in RECOMMENDS} | {"otherwise"}
_HELP: tuple[Views, ...] = ("supported_by_adult", "supported_by_advocate", "own_medium")
_OPTIONAL = re.compile(r"(a\d|came_|thinks_).*")  # rows that schools take out, and people who came to the case since


class Returned(msgspec.Struct, frozen=True, kw_only=True):
    """A report form that came back, with the case it is read against: `form` is the one that the case would have today.

    `text` is the plan's, if one is kept; `came_on` the day the form came; `adulthood` whether that must be reviewed.
    `paper` and `document` are the id and the SHA-256 of what came.
    """

    answers: Answers
    form: Form
    review: AnnualReview
    text: PlanText | None
    came_on: date
    young_person: bool
    adulthood: bool | None
    paper: str | None = None
    document: str | None = None
    accepted_before: tuple[str, ...] = ()


def proposal(returned: Returned) -> Proposal:
    """What the form proposes; an empty one proposes nothing."""
    reading = _Reading(returned)
    if reading.is_blank:
        return reading.blank()
    return reading.proposal()


class _Reading:
    """Reads one form, and gathers what is wrong with it and what it lacks."""

    def __init__(self, returned: Returned) -> None:
        self._returned, self._answers, self._review = returned, returned.answers, returned.review
        self._form = returned.form
        self._names = tuple(field.name for field in self._form.fields())
        self._held = self._review.day("hold")
        self.wrong: list[str] = []
        self.missing: list[str] = []
        self.notes: list[str] = []

    @property
    def is_blank(self) -> bool:
        """Whether nobody answered anything: all it says is what it said when it was made."""
        given = {field.name: field.given for field in self._form.fields()}
        filled = {name for name, value in self._answers.values.items() if value != given.get(name)} - {"meeting_on"}
        return not filled and not self._answers.unclear

    def blank(self) -> Proposal:
        """The proposal of a form that nobody filled in."""
        return self._made((), (), None, wrong=("The form is blank: nothing in it is filled in",))

    def proposal(self) -> Proposal:
        """The acts in their order, with all that is to settle."""
        self.wrong += (
            f"{self._place(name)}: the answer is none of those to choose from" for name in self._answers.unclear
        )
        held_on = self._meeting_on()
        attended = self._attended()
        recommendation = cast("Outcome | None", self._answers.get("recommendation") or None)
        changes = changes_in(self._answers, self._form, self._returned.text)
        self.wrong += changes.wrong
        self.missing += changes.missing
        self.notes += changes.notes
        self._check_recommendation(recommendation, changes)
        conduct = self._conduct()
        differing = self._differing(recommendation)
        sent_on = self._sent_on(held_on)
        self._check_whole()
        commands, acts = self._acts(held_on, attended, conduct, recommendation, differing, sent_on, changes)
        return self._made(
            commands, acts, changes.amendments, recommendation=recommendation, differing=differing, sent_on=sent_on
        )

    def _made(
        self,
        commands: tuple[AnyReviewCommand, ...],
        acts: tuple[str, ...],
        amendments: Amendments | None,
        *,
        wrong: tuple[str, ...] = (),
        recommendation: Outcome | None = None,
        differing: tuple[Role, ...] = (),
        sent_on: date | None = None,
    ) -> Proposal:
        return Proposal(
            commands=commands,
            acts=acts,
            amendments=amendments,
            wrong=(*wrong, *dict.fromkeys(self.wrong)),
            missing=tuple(dict.fromkeys(self.missing)),
            notes=(*self._notes(), *self.notes),
            recommendation=recommendation,
            differing=differing,
            to_send_on=sent_on is None and self._review.last("report") is None,
            is_blank=self.is_blank,
        )

    # --- what it says ---------------------------------------------------------------------------------------

    def _meeting_on(self) -> date | None:
        """The day of the meeting, where it can be and is not recorded otherwise."""
        place, said = self._place("meeting_on"), self._day("meeting_on")
        if said is None:
            if self._held is None and "meeting_on" not in self._answers.unclear:
                self.wrong.append(f"{place}: no day is given, and no meeting is recorded")
            return None
        if self._held and said != self._held:
            self.wrong.append(f"{place}: the form says {in_full(said)}, and our record {in_full(self._held)}")
        elif said > self._returned.came_on:
            self.wrong.append(f"{place}: {in_full(said)} is after the form came, on {in_full(self._returned.came_on)}")
        elif said < self._review.opened_on:
            self.wrong.append(
                f"{place}: {in_full(said)} is before the review was opened, on {in_full(self._review.opened_on)}"
            )
        return said

    def _attended(self) -> tuple[Role, ...]:
        roles = tuple(role for role in ROLE_TITLES if self._answers.get(f"came_{role}") == "came")
        unsaid = [ROLE_TITLES[role] for role in ROLE_TITLES if self._unanswered(f"came_{role}")]
        if unsaid and not self._held:
            self.missing.append(f"Who came: nothing about {_listed(unsaid)}")
        return roles

    def _conduct(self) -> RecordConduct:
        said = [(item, self._answers.get(f"{item}_progress")) for item in self._outcomes()]
        if unsaid := [item for item, _ in said if self._unanswered(f"{item}_progress")]:
            self.missing.append(f"Progress: nothing about {_listed(unsaid)}")
        known = [(item, cast("Progress", code)) for item, code in said if code]
        return RecordConduct(
            outcomes=tuple(item for item, _ in known),
            progress=tuple(code for _, code in known),
            views=self._views(),
            areas=self._areas(),
            personal_budget=self._answers.get("personal_budget") or None,  # type: ignore[arg-type]
            documents=(self._returned.document,) if self._returned.document else (),
        )

    def _views(self) -> tuple[Views, ...]:
        who = "young person" if self._returned.young_person else "child"
        part, child, parent = (self._answers.get(name) for name in ("child_part", "child_views", "parent_views"))
        if part == "none" and child:
            self.wrong.append(f"Views: the {who} did not take part, says the form, and gives what the {who} said")
        if not child:
            self.missing.append(f"Views: what the {who} said, or why nobody could find out")
        if not parent and not self._returned.young_person:
            self.missing.append("Views: what the parent said")
        if self._unanswered("personal_budget"):
            self.missing.append("Personal budget: whether it was talked about")
        views: list[Views] = [*(["child_gave_views"] if child else []), *(["parent_gave_views"] if parent else [])]  # type: ignore[list-item]
        if not views:
            return ("no_views",) if part == "none" else ()
        return (*views, *(one for one in _HELP if self._answers.get(one)))

    def _areas(self) -> tuple[AdulthoodArea, ...]:
        """What of preparing for adulthood was talked about: it is ticked, or something is written."""
        found = tuple(
            area for area in AREAS if self._answers.get(f"adult_{area}") or self._answers.get(f"adult_{area}_words")
        )
        if self._returned.adulthood:
            left_out = [AREAS[area].lower() for area in AREAS if area not in found]
            if left_out:
                self.missing.append(f"Preparing for adulthood: {_listed(left_out)}")
        return found

    def _differing(self, recommendation: Outcome | None) -> tuple[Role, ...]:
        said = {role: self._answers.get(f"thinks_{role}") for role in ROLE_TITLES}
        found = tuple(role for role, code in said.items() if code in _DIFFERENT and code != recommendation)
        for role in found:
            if not self._answers.get(f"thinks_{role}_words"):
                self.missing.append(f"Differences of view: in words, what is recommended by: {ROLE_TITLES[role]}")
        return found

    def _check_recommendation(self, recommendation: Outcome | None, changes: Changes) -> None:
        if recommendation is None and "recommendation" not in self._answers.unclear:
            self.missing.append("Recommendation: whether to keep, amend or cease the plan")
        if recommendation == "maintain" and changes.any:
            self.wrong.append("Recommendation: the form would keep the plan as it is, and proposes amendments")
        if recommendation == "amend" and not changes.any:
            self.missing.append("Proposed amendments: the form would amend the plan, and proposes no change")
        if recommendation and not self._answers.get("reasons"):
            self.missing.append("Recommendation: why")

    def _sent_on(self, held_on: date | None) -> date | None:
        """The day on which everybody who was invited had been sent the report; none where they have not."""
        sent, on = self._answers.get("sent_to_all"), self._day("sent_on")
        day, held = self._place("sent_on"), held_on or self._held
        if sent == "no" and on:
            self.wrong.append("This report: the form says that not everybody was sent it, and a day on which they were")
        if self._unanswered("sent_to_all"):
            self.missing.append("This report: whether everybody who was invited has been sent it")
        if not self._answers.get("advice_attached"):
            self.missing.append("Advice and information: the form does not say that all of it is attached")
        if sent != "yes":
            return None
        if on is None:
            self.missing.append("This report: the day on which everybody was sent it")
        elif on > self._returned.came_on:
            self.wrong.append(f"{day}: {in_full(on)} is after the form came, on {in_full(self._returned.came_on)}")
        elif held and on < held:
            self.wrong.append(f"{day}: {in_full(on)} is before the meeting on {in_full(held)}")
        return on

    # --- what follows ---------------------------------------------------------------------------------------

    def _check_whole(self) -> None:
        """Say which questions were taken out of the form; a form made before the case changed never asked some."""
        if self._answers.id.made_from != self._form.id.made_from:
            return
        lost = [name for name in self._names if name not in self._answers.asked and not _OPTIONAL.match(name)]
        if lost:
            self.missing.append(f"No longer in the form: {_listed(dict.fromkeys(map(self._place, lost)))}")

    def _acts(  # noqa: PLR0917  all that a report says
        self,
        held_on: date | None,
        attended: tuple[Role, ...],
        conduct: RecordConduct,
        recommendation: Outcome | None,
        differing: tuple[Role, ...],
        sent_on: date | None,
        changes: Changes,
    ) -> tuple[tuple[AnyReviewCommand, ...], tuple[str, ...]]:
        evidence: dict[str, Any] = {"evidence": self._returned.paper}
        found: list[tuple[AnyReviewCommand, str]] = []
        if self._held is None and held_on:
            hold = HoldMeeting(on=held_on, attended=attended, **evidence)
            found.append((hold, f"The meeting was held on {in_full(held_on)}; there: {_roles(attended)}"))
        if self._held or held_on:
            found.append((msgspec.structs.replace(conduct, **evidence), _conduct_in_words(conduct)))
        if changes.amendments:
            found.append((self._propose(changes.amendments), _changes_in_words(changes.amendments)))
        if sent_on and self._review.last("report") is None:
            documents = (self._returned.document,) if self._returned.document else ()
            report = SendReport(
                on=sent_on, recommendation=recommendation, differing=differing, documents=documents, **evidence
            )
            said = f"The report was sent to everybody invited on {in_full(sent_on)}; recommends: {recommendation or 'nothing'}"
            found.append((report, said + (f"; other views: {_roles(differing)}" if differing else "")))
        return tuple(command for command, _ in found), tuple(said for _, said in found)

    def _propose(self, amendments: Amendments) -> ProposeAmendments:
        by: Role = "setting" if self._review.arranged_by == "school" else "la_sen"
        return ProposeAmendments(
            base=amendments.base,
            amendments=digest(amendments),
            proposed_by=by,
            changes=len(amendments.changes),
            on=self._returned.came_on,
            evidence=self._returned.paper,
        )

    def _notes(self) -> Iterator[str]:
        answers, returned = self._answers, self._returned
        if answers.id.version < VERSION:
            yield f"It is the form of version {answers.id.version}; the current one is version {VERSION}"
        if answers.id.made_from != self._form.id.made_from:
            asked, known = _items(answers), self._outcomes()
            said = [f"{item} is not in the plan now, and is left out" for item in asked if item not in known]
            said += [f"it does not ask about {item}" for item in known if item not in asked]
            yield f"The form was made before the plan or the case changed: {'; '.join(said) or 'compare it with the plan'}"
        if answers.by_labels:
            yield "The names of the answers were lost: each was found beside its question; compare it with the form itself"
        if returned.accepted_before:
            yield f"A form of this review was accepted before ({_listed(returned.accepted_before)}): this one adds to it"
        if self._held:
            yield f"The meeting on {in_full(self._held)} is recorded already"
        if self._review.last("report"):
            yield f"The report is recorded as sent on {in_full(cast('date', self._review.day('report')))} already"

    def _outcomes(self) -> tuple[str, ...]:
        return tuple(name.removesuffix("_progress") for name in self._names if name.endswith("_progress"))

    def _unanswered(self, name: str) -> bool:
        """Whether a question of the case's form has no answer; one that is unclear or lost has a line of its own."""
        told = (*self._answers.values, *self._answers.unclear)
        return name in self._names and name in self._answers.asked and name not in told

    def _place(self, name: str) -> str:
        return self._form.place(name) if name in self._names else name.replace("_", " ")

    def _day(self, name: str) -> date | None:
        said = self._answers.get(name)
        return date.fromisoformat(said) if said else None


def _items(answers: Answers) -> tuple[str, ...]:
    return tuple(name.removesuffix("_progress") for name in answers.asked if name.endswith("_progress"))


def _listed(names: object) -> str:
    return ", ".join(names)  # type: ignore[arg-type]


def _roles(roles: tuple[Role, ...]) -> str:
    return ", ".join(ROLE_TITLES[role].lower() for role in roles) or "nobody named"


def _conduct_in_words(conduct: RecordConduct) -> str:
    progress = [
        f"{item} {dict(PROGRESS)[code].lower()}" for item, code in zip(conduct.outcomes, conduct.progress, strict=True)
    ]
    views = [one.replace("_", " ") for one in conduct.views]
    areas = [AREAS[area].lower() for area in conduct.areas]
    parts = [", ".join(one) for one in (progress, views, areas) if one]
    return f"How it went: {'; '.join(parts) or 'nothing about outcomes or views'}"


def _changes_in_words(amendments: Amendments) -> str:
    items = ", ".join(change.item for change in amendments.changes)
    return f"{counted(len(amendments.changes), 'amendment')} proposed: {items}"


def amendments_file(amendments: Amendments) -> bytes:
    """The proposed amendments as the file that is kept of them."""
    return canonical(amendments)
