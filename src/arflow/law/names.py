"""The names that definitions may use for days and conditions of a case, and what each stands for."""

from arflow.law.proceedings import DAYS

# The limit of the plan's own kind of phase transfer, as formulas name it.
TRANSFER_LIMIT = "transfer_limit"


# Milestones that do not belong to one step: review.py and plan.py derive them.
DERIVED = {
    "clock_start": "the day the current 12 months started: the plan was made, or its last review was completed",
    "meeting": "the day of the meeting: held, or else planned",
    "all_invited": "the day by which every class that must be invited had been",
    "notice_served": "the day the last amendment notice was served",
    "representations_until": "the day until which more time for representations was agreed after the last notice",
    "outcome_final": "the day the review's outcome was final: final plan, decision not to amend, or decision notified",
    "transfer": "the day of the expected transfer between phases, until something has dealt with it",
    "september_transfer": "the same, for a move between post-16 institutions in September",
    "transfer_named": "the day the review's outcome was final, where it is recorded what the plan names for the transfer",
    "transferred_in": "the day the plan came from another authority",
    "told_of_transfer": "the day the authority told the family about that transfer",
    "plan_notice_sent": "the day the notice of an amendment without a review was sent",
    "plan_notice_sent_again": "the day a notice of other amendments was sent in its place",
    "plan_notice_served": "the day the last of those notices was served",
    "plan_amended": "the day the final plan after such a notice was sent",
    "plan_not_amended": "the day of the decision, after such a notice, not to amend",
    "aware_of_move": "the day the authority became aware of a move to another authority's area",
    "moves_on": "the day of that move",
    "transferred_out": "the day the plan went to another authority",
    "consulted": "of the consultations of institutions, the day the one whose answer is awaited longest was sent",
    "consultation_answered": "the day that one was answered",
    "released": "the day of release from detention",
    "interim_start": "the day from which interim reviews are counted: the last one was held, or the 12 months started",
    "term_start": "the first day of the term in which the review falls due",
    "listed": "the day the plan stood on the termly list",
    "cease_appeal": "the day an appeal against ceasing was made in time that waits",
    "cease_appeal_cut_short": "the day the plan ceased while such an appeal waited",
    "cease_appeal_determined": "the day such an appeal was dismissed",
    "cease_appeal_withdrawn": "the day such an appeal was withdrawn, or ended without being decided",
    **DAYS,
}
# What may hold of a case, for applies_if and lapses_if.
CONDITIONS = (
    "outcome_maintain",
    "outcome_amend",
    "outcome_cease",
    "detained",
    "transferred_out",
    "plan_ended",
    "cancelled",
    "additional",
    "no_more_representations",
    "notice_withdrawn",
)
