"""Which facts some duties ask for, and which steps those facts need: a report pays for its own duties alone."""

from collections.abc import Collection, Iterable, Iterator

from arflow.case.duties import parsed
from arflow.history import cease_appeal_sql
from arflow.law.formula import AsDuty, Rule
from arflow.law.workflow import DutyRule, Workflow

# What reports ask for whether or not a duty does.
_REPORTED = (
    "clock_start", "held", "meeting", "decided", "notified", "outcome_final", "notice_sent", "issued", "not_amended",
    "reported", "transfer", "transfer_named",
)  # fmt: skip
# The steps whose days the facts are put together with.
_ALWAYS = (
    "open", "hold", "decide", "notify", "change_decision", "notice", "issue", "not_amend", "pass_on", "end_with_plan",
    *cease_appeal_sql.STEPS, "reissue",
)  # fmt: skip
# The facts of a review that need the proceedings on its plan, and who was consulted.
_FROM_BESIDE = {"consulted", "consultation_answered", "mediation_certified", *cease_appeal_sql.OF_A_REVIEW}


def fact_names(workflows: Iterable[Workflow], duties: Collection[str] | None = None) -> tuple[str, ...]:
    """Every day that some duties, or all, are counted from, met by or closed by, and those that reports ask for."""
    counted = (
        name for workflow in workflows for rule in _behind(workflow, duties) for name in _named_by(rule, workflow)
    )
    return tuple(dict.fromkeys((*_REPORTED, *counted)))


def _behind(workflow: Workflow, duties: Collection[str] | None) -> list[DutyRule]:
    """The rules of some duties, and of those that they count like."""
    if duties is None:
        return list(workflow.duties)
    asked = [rule for rule in workflow.duties if rule.id in duties]
    for rule in asked:
        others = (workflow.duty_by_id.get(found.fact) for found in _limbs(rule) if isinstance(found, AsDuty))
        asked += [other for other in others if other and other not in asked]
    return asked


def _limbs(rule: DutyRule) -> Iterator[Rule]:
    for limb in rule.due:
        for part in limb.latest or (limb,):
            yield parsed(part.rule)


def steps_behind(names: Collection[str], workflows: Iterable[Workflow]) -> tuple[str, ...]:
    """The steps whose last day is asked for by these facts, or that any fact may need."""
    milestones = (step.id for workflow in workflows for step in workflow.steps if step.milestone in names)
    return tuple(dict.fromkeys((*_ALWAYS, *milestones)))


def need_what_is_beside(names: Collection[str]) -> bool:
    """Whether facts of reviews are among these that need the tables of consultations and proceedings."""
    return not _FROM_BESIDE.isdisjoint(names)


def _named_by(rule: DutyRule, workflow: Workflow) -> Iterator[str]:
    yield from (name for name in (*rule.met_by, rule.starts_with, rule.closed_by, rule.needs) if name)
    yield from (name for limb in rule.due for name in limb.gives_way_to)
    for found in (*_limbs(rule), *(parsed(transfer.rule) for transfer in workflow.transfers)):
        if not isinstance(found, AsDuty):
            yield found.fact
