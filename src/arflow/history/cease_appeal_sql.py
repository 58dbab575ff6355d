"""How long an appeal against a review's decision to cease keeps the plan, as SQL (cease_appeals.py in SQL)."""

from arflow.history.sql import months_on

# The steps whose days this asks for.
STEPS = ("appeal", "admit_appeal", "determine_appeal", "certify_mediation", "cease")
# A certificate is recorded of the review, or of a mediation on the plan, which the review reads.
CERTIFIED = "greatest(on_certify_mediation, certified_on_plan)"
_TOLD = "coalesce(on_change_decision, on_notify)"
_ENDS = f"end_of_appeal(greatest({months_on(_TOLD, 2)}, {months_on(CERTIFIED, 1)}))"
_HEARD = "coalesce(on_admit_appeal, on_appeal)"
_COUNTS = f"""(outcome = 'cease' and on_appeal is not null and (on_appeal <= {_ENDS} or on_admit_appeal is not null)
    and coalesce(on_cease >= {_HEARD}, true))"""


def _ended(*how: str) -> str:
    named = ", ".join(f"'{one}'" for one in how)
    return f"case when {_COUNTS} and appeal_ended in ({named}) then on_determine_appeal end"


OF_A_REVIEW = {
    "cease_appeal": f"case when {_COUNTS} and on_determine_appeal is null and on_cease is null then {_HEARD} end",
    "cease_appeal_cut_short": f"case when {_COUNTS} and on_determine_appeal is null then on_cease end",
    "cease_appeal_determined": _ended("dismissed"),
    "cease_appeal_withdrawn": _ended("withdrawn", "not_admitted"),
}
GRADES = {
    "cease_appeal": "case when on_admit_appeal is not null then grade_admit_appeal else grade_appeal end",
    "cease_appeal_cut_short": "grade_cease",
    "cease_appeal_determined": "grade_determine_appeal",
    "cease_appeal_withdrawn": "grade_determine_appeal",
}
