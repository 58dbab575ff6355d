"""What each duty is called to people outside the authority: the words of the law are for its officers. Pure."""

from collections.abc import Mapping

_OTHER = "Another step of the review is taken"
DUTY_WORDS: Mapping[str, str] = {
    "twelve_months": "The review is finished, and its decision is sent",
    "phase_transfer": "The plan is reviewed, and amended where needed, before the move to the next phase of education",
    "september_transfer": "The review is finished, and the plan amended where needed, before a move to another institution",
    "termly_list": "The plan is listed for its school, health and social care before the term of its review",
    "release_review": "The plan is reviewed after release",
    "under_five_review": "The authority considers a review, as it does more often before the age of five",
    "notice": "The day of the meeting goes to everyone invited",
    "invitees": "Everyone who has a part in the review is invited to the meeting",
    "advice_circulated": "The advice and information are sent to everyone invited, before the meeting",
    "report": "The report of the meeting is sent to everyone invited",
    "decision": "The authority decides whether to keep, amend or end the plan, and sends its decision",
    "review_consultation_reply": "A school or other institution that may be named in the plan says what it thinks",
    "amendment_notice": "The authority sends its notice of the amendments that it proposes",
    "final_plan": "The authority sends the final plan, or its decision not to amend the plan, with the reasons",
    "final_plan_again": "The authority sends the final plan after its second notice, or its decision not to amend the plan",
}


def duty_in_words(duty: str) -> str:
    """A duty by its id, in words that anybody may read; one of an authority's own definition is called no more than a step."""
    return DUTY_WORDS.get(duty, _OTHER)
