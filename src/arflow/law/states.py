"""The statutory states that arflow itself asks about. A local state that refines one counts as that one (`Workflow.core`)."""

BEFORE_THE_MEETING = ("scheduled", "invited", "advice_circulated")
INVITED = ("invited", "advice_circulated")  # notice of the meeting has been given
GATHERING_ADVICE = "invited"
AWAITING_REPORT = "meeting_held"
DECIDED = "decided"
AMENDING = "amending"  # the notice is out: the family has its 15 days (SEND Regs 2014 r.22(2)(c))
CEASED = "ceased"
CONCLUDED, CANCELLED = "concluded", "cancelled"
PASSED_ON, ENDED_WITH_PLAN = "passed_on", "ended_with_plan"  # closed with the plan, and not by an act on the review
WITH_PLAN = (PASSED_ON, ENDED_WITH_PLAN)
FINAL = (CONCLUDED, CANCELLED, *WITH_PLAN)  # no local state refines these: only the law ends a review
