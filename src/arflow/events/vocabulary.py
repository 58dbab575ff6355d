"""The words that events may use: roles, channels, outcomes and the like, as closed lists."""

from typing import Literal, get_args

Role = Literal[
    "parent",
    "young_person",
    "setting",
    "named_setting",  # the institution that the plan names, where it is another than the one attended
    "la_sen",
    "health",
    "la_social_care",
    "youth_offending",
    "job_coach",
    "other",
]
Channel = Literal["email", "post", "hand", "portal"]
Outcome = Literal["maintain", "amend", "cease"]
Quality = Literal["known", "estimated", "missing"]
TransferKind = Literal[
    "early_years_to_school",
    "infant_to_junior",
    "primary_to_middle",
    "primary_to_secondary",
    "middle_to_secondary",
    "secondary_to_post16",
    "post16_to_post16",
]
# What a plan names for a transfer: an institution, a type, neither (with a reason), or what it names already; or a mistake.
TransferNaming = Literal["institution", "type", "none", "unchanged", "withdrawn"]
# What an institution consulted answers, and the grounds of an objection (CFA 2014 s.39(4)).
ConsultationReply = Literal["can_meet_needs", "objects"]
ConsultationGround = Literal["unsuitable", "education_of_others", "use_of_resources"]
Arranger = Literal["school", "local authority"]
# What somebody answers to an invitation (RFC 5545 3.2.12).
InvitationReply = Literal["accepted", "declined", "tentative", "delegated"]
AdviceAnswer = Literal["advice", "no_change", "not_involved", "nothing_to_add"]
Progress = Literal["achieved", "on_track", "behind", "changed", "ceased", "not_addressed"]
Views = Literal[
    "child_gave_views", "parent_gave_views", "supported_by_adult", "supported_by_advocate", "own_medium", "no_views"
]
AdulthoodArea = Literal["employment", "independent_living", "community", "health"]
PersonalBudget = Literal["none", "discussed", "requested", "in_place", "changed"]
ServiceChanged = Literal["bounced", "other_channel", "table_changed", "shown_otherwise"]
DeliveryTrouble = Literal["bounced", "refused", "no_sign"]
DutySight = Literal["due", "breached"]
AppealEnd = Literal["dismissed", "allowed", "withdrawn", "conceded", "not_admitted"]
# What may be appealed against on a plan that is maintained (CFA 2014 s.51(2)(c)-(f)); `placement` is Section I alone.
AppealAgainst = Literal["contents", "placement", "no_reassessment", "no_amendment", "ceasing"]
# What an order of the Tribunal may require of the authority (SEND Regs 2014 rr.43-44), or an agreement as if it were one.
OrderRequires = Literal["cease", "reassess", "make", "reconsider", "amend", "name", "keep", "keep_and_amend", "review"]
# What a mediation may agree: the same, or something that cannot be appealed (SEND Regs 2014 r.42(3)).
AgreedTo = Literal[OrderRequires, "other"]
# Why a limit does not bind (SEND Regs 2014 r.44(3), r.27(3)).
ExcusedBecause = Literal["exceptional_circumstances", "absence", "representations", "closure"]
CeasingGround = Literal["not_responsible", "not_necessary"]
ProceedingStep = Literal[
    "told", "no_plan", "draft", "final", "reconsidered", "amended", "reviewed", "carried_out",
    "held", "not_pursued", "certificate_given", "received", "stopped", "admitted_late",
]  # fmt: skip
DetainedUnder = Literal["order", "recall"]
AmendedBecause = Literal["without_review", "tribunal_order", "reassessment"]
ROLES: tuple[Role, ...] = get_args(Role)
FAMILY: tuple[Role, ...] = ("parent", "young_person")
CHANNELS: tuple[Channel, ...] = get_args(Channel)
OUTCOMES: tuple[Outcome, ...] = get_args(Outcome)
INVITATION_REPLIES: tuple[InvitationReply, ...] = get_args(InvitationReply)
ADVICE_ANSWERS: tuple[AdviceAnswer, ...] = get_args(AdviceAnswer)
TRANSFER_KINDS: tuple[TransferKind, ...] = get_args(TransferKind)
