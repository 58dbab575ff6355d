"""The words of a term list: what its reader is asked to do and why, the same in the message, the sheet and the page."""

from datetime import date

from arflow.planning.term_list import ListedPlan, TermList

PLAN, NAME, BORN, SETTING, YEAR = "Plan", "Child or young person", "Date of birth", "Setting", "Class year"
DUE, MEET_BY, FIRST, LAST = "Review complete by", "Meet by", "First possible day", "Last possible day"
DAY, NOTE, KNOW, LIST = "Meeting day", "Your note to us", "What to know", "List"

# The guide: who does what, by when, and why. A school reads it in its message, on its sheet and on its page.
GUIDE = (
    "Each meeting is held by the day under “Meet by”. The authority must decide and tell the family within four weeks of the "
    "meeting, and within twelve months of the last review (CFA 2014 s.44(1); SEND Regs 2014 r.20(10)).",
    "Everybody is invited, and has the advice, at least two weeks before the meeting (SEND Regs 2014 r.20(3), (4)).",
    "Before a transfer between phases the plan is reviewed and amended by the day given, so the meeting is earlier "
    "(SEND Regs 2014 r.18).",
)
ASKED = (
    f"Please choose a day for each meeting in the column “{DAY}”, save the workbook, and send it back by replying to the "
    "message. The days offered are school days with time for the invitations.",
    f"If a day that is planned already has to move, write why under “{NOTE}”.",
)
TOLD = "This list is for you to plan by. Please tell us if you know of anything that we should know before a meeting."
FOR_WHOM = "We give this list to settings, health and social care before each term (SEND Code of Practice 9.172)."


def lead(found: TermList) -> tuple[str, ...]:
    """What a list says before its rows."""
    if found.changes:
        return ("This list has only what changed since the last one.", *_asked(found), FOR_WHOM)
    return (*_asked(found), *GUIDE, FOR_WHOM)


def _asked(found: TermList) -> tuple[str, ...]:
    return ASKED if found.role == "setting" else (TOLD,)


def gone_line(found: TermList) -> str:
    """Which plans of the earlier list are on it no more; nothing where there are none."""
    return f"No longer on the list: {', '.join(found.gone)}." if found.gone else ""


def meet_by_said(one: ListedPlan, found: TermList) -> date | str:
    """The day by which to meet; of what is late, that it should be soon."""
    return one.meet_by if one.meet_by > found.made_on else "as early as you can"


def setting_said(one: ListedPlan) -> str:
    """The setting by its name, where it is known, and its URN."""
    if one.setting is None:
        return "none"
    return f"{one.setting_name} ({one.setting})" if one.setting_name else one.setting
