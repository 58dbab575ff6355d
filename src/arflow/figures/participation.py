"""Who took part in reviews, by role: who said they would come, who came or sent advice, and who answered for advice."""

from collections.abc import Iterator, Sequence

from arflow.events import ROLES
from arflow.figures.cases import REVIEW, Field, cases
from arflow.figures.groups import grouping
from arflow.figures.measures import annual
from arflow.figures.report import Chart, Column, Report, Section
from arflow.figures.viewpoint import Looking
from arflow.history.sql import literal
from arflow.words import counted

CAME = ("attended", "sent_advice", "neither", "not_recorded")
REPLIED = ("accepted", "declined", "tentative", "delegated", "no_reply")
ANSWERED = ("in_time", "late", "waiting")
DEFINITIONS = {
    "reviews": "Reviews whose meeting was held in the period; cancelled reviews and interim ones of children under five are "
    "left out.",
    "who": "By role, each role once a review, however many people there were of it.",
    "invited or there": "Invited to the review (SEND Regs 2014 r.20(2), r.21(2)), or there without an invitation on record.",
    "attended": "Named in the record of the meeting as there.",
    "sent advice": "Not there, and advice from them had come by the day of the meeting.",
    "not recorded": "The record of the meeting names nobody who was there.",
    "accepted, declined": "The last answer to the invitation recorded by the day of the report; answers to a day from which the "
    "meeting was moved are left out. Where several people of a role answered, it is the last of them.",
    "accepted and not there": "Accepted, and not named in the record of a meeting that names who was there.",
    "took part %": "Attended or sent advice, as a share of all but those not recorded.",
    "asked": "Asked for advice and information (SEND Regs 2014 r.20(4), r.21(4)); advice that nobody asked for is left out.",
    "in time": "Answered at least two weeks before the day of the meeting, and so in time to be circulated (SEND Regs 2014 "
    "r.20(4), r.21(4)). That nothing has changed, or that there is nothing to add, is an answer too.",
    "late": "Answered, and later than that.",
    "waiting": "Not answered by the day of the report.",
    "nothing to add": "Of those who answered, those whose first answer was no advice: nothing changed, nothing to add, or not "
    "involved.",
    "median days": "From the day first asked to the day of the first answer, middle value; answers that came before are left "
    "out.",
}
# The last answer of each role to the invitation to the day that the meeting was held on.
_REPLIES = """
    select stream, role, arg_max(replied, k.version) as replied, arg_max(k.happened_on, k.version) as replied_on
    from known k left join postponed p using (stream)
    where event = 'InvitationAnswered' and happened_on <= {today} and k.version > coalesce(last_postponed, 0)
    group by stream, role"""
# When each role of a review was first invited, asked, and answered.
_ROLES = """
    select stream, role,
        min(day) filter (event = 'InvitationsSent') as invited_on,
        min(day) filter (event = 'AdviceRequested') as asked_on,
        min(day) filter (event = 'AdviceReceived') as answered_on,
        min(day) filter (event = 'AdviceReceived' and is_advice) as advised_on,
        arg_min(is_advice, (day, version)) filter (event = 'AdviceReceived') as began_with_advice
    from (
        select stream, version, event, day, answer = 'advice' and not nothing_to_add as is_advice,
            unnest(case event when 'AdviceReceived' then [role] when 'MeetingHeld' then attended else roles end) as role
        from acts where day is not null
            and event in ('InvitationsSent', 'AdviceRequested', 'AdviceReceived', 'MeetingHeld'))
    group by stream, role"""
_HELD = """
    select r.*, {group}, attended from review_facts r join (
        select stream, arg_max(attended, version) as attended from acts
        where event = 'MeetingHeld' and day is not null group by stream) h on h.stream = 'review/' || r.review
    where day_held is not null and {annual} and {within}"""
_TOOK_PART = f"""
    select *,
        case when len(attended) = 0 then 'not_recorded' when list_contains(attended, role) then 'attended'
            when advised_on <= day_held then 'sent_advice' else 'neither' end as came,
        case when answered_on is null then 'waiting' when answered_on <= day_held - 14 then 'in_time' else 'late' end as answer,
        case when answered_on >= asked_on then answered_on - asked_on end as days,
        coalesce(replied, 'no_reply') as reply
    from ({{held}}) h join ({_ROLES}) t on t.stream = 'review/' || h.review left join ({_REPLIES}) using (stream, role)"""
_WHO = Column(name="role", title="Who")
_ORDER = f"list_position([{', '.join(map(literal, ROLES))}], role)"


def participation(looking: Looking) -> Report:
    """Who was invited to the reviews held in a period and came or sent advice, and how those asked for advice answered."""
    held = _HELD.format(
        group=grouping(looking.asked.by, "day_held").sql, annual=annual(looking), within=looking.within("day_held")
    )
    looking.keep("took_part", _TOOK_PART.format(held=held, today=literal(looking.asked.as_at)))
    return Report(
        name="participation",
        title="Who took part in reviews",
        about="Of those invited to review meetings, who said they would come, and who came or sent advice; of those asked for "
        f"advice, who answered, and when.{looking.caveats}",
        asked=looking.asked,
        log=looking.log,
        sections=(_attendance(looking), _replies(looking), _advice(looking)),
        definitions=DEFINITIONS,
    )


def _attendance(looking: Looking) -> Section:
    looking.define("came", "select * from took_part where invited_on is not null or came = 'attended'")
    ((reviews, recorded),) = looking.rows(
        "select count(distinct review), count(distinct review) filter (came <> 'not_recorded') from came"
    )
    return _by_role(
        looking,
        "attendance",
        "Who came",
        rows_of="came",
        outcome=Field(Column(name="came", title="Came"), "came"),
        series=CAME,
        figures=(
            ("count(*)", Column(name="invited_or_there", title="Invited or there", unit="count")),
            *_counts("came", CAME, ("Attended", "Sent advice", "Neither", "Not recorded")),
            (
                "round(100.0 * count(*) filter (came in ('attended', 'sent_advice')) "
                "/ nullif(count(*) filter (came <> 'not_recorded'), 0), 1)",
                Column(name="took_part_percent", title="Took part %", unit="percent"),
            ),
        ),
        beside=(
            Field(Column(name="invited_on", title="Invited", unit="day"), "invited_on"),
            Field(Column(name="advised_on", title="Advice came", unit="day"), "advised_on"),
        ),
        said=f"Who was there is recorded for {recorded:,} of {counted(reviews, 'review')}.",
    )


def _replies(looking: Looking) -> Section:
    looking.define("replies", "select * from took_part where invited_on is not null")
    ((invited, replied),) = looking.rows("select count(*), count(*) filter (reply <> 'no_reply') from replies")
    return _by_role(
        looking,
        "replies",
        "Who said they would come",
        rows_of="replies",
        outcome=Field(Column(name="reply", title="Reply"), "reply"),
        series=REPLIED,
        figures=(
            ("count(*)", Column(name="invited", title="Invited", unit="count")),
            *_counts("reply", REPLIED, ("Accepted", "Declined", "Perhaps", "Sends another", "No reply")),
            (
                "count(*) filter (reply = 'accepted' and came in ('sent_advice', 'neither'))",
                Column(name="accepted_not_there", title="Accepted and not there", unit="count"),
            ),
        ),
        beside=(
            Field(Column(name="invited_on", title="Invited", unit="day"), "invited_on"),
            Field(Column(name="replied_on", title="Replied", unit="day"), "replied_on"),
            Field(Column(name="came", title="Came"), "came"),
        ),
        said=f"{replied:,} of {invited:,} answered the invitation.",
    )


def _advice(looking: Looking) -> Section:
    looking.define("asked_for_advice", "select * from took_part where asked_on is not null")
    ((asked, in_time),) = looking.rows("select count(*), count(*) filter (answer = 'in_time') from asked_for_advice")
    return _by_role(
        looking,
        "advice",
        "How those asked for advice answered",
        rows_of="asked_for_advice",
        outcome=Field(Column(name="answer", title="Answered"), "answer"),
        series=ANSWERED,
        figures=(
            ("count(*)", Column(name="asked", title="Asked", unit="count")),
            *_counts("answer", ANSWERED, ("In time", "Late", "Waiting")),
            (
                "count(*) filter (not began_with_advice)",
                Column(name="nothing_to_add", title="Nothing to add", unit="count"),
            ),
            (_share("answer <> 'waiting'"), Column(name="answered_percent", title="Answered %", unit="percent")),
            (_share("answer = 'in_time'"), Column(name="in_time_percent", title="In time %", unit="percent")),
            ("median(days)", Column(name="median_days", title="Median days", unit="days")),
        ),
        beside=(
            Field(Column(name="asked_on", title="Asked", unit="day"), "asked_on"),
            Field(Column(name="answered_on", title="Answer came", unit="day"), "answered_on"),
            Field(Column(name="days", title="Days", unit="days"), "days"),
        ),
        said=f"In time: {in_time:,} of {asked:,}.",
    )


Figure = tuple[str, Column]  # what is counted, as SQL over the rows of a role, and the column that says it


def _counts(column: str, values: Sequence[str], titles: Sequence[str]) -> Iterator[Figure]:
    """How many rows have each value of a column."""
    for value, title in zip(values, titles, strict=True):
        yield f"count(*) filter ({column} = '{value}')", Column(name=value, title=title, unit="count")


def _share(condition: str) -> str:
    return f"round(100.0 * count(*) filter ({condition}) / count(*), 1)"


def _by_role(
    looking: Looking,
    name: str,
    title: str,
    *,
    rows_of: str,
    outcome: Field,
    series: tuple[str, ...],
    figures: Sequence[Figure],
    beside: Sequence[Field],
    said: str,
) -> Section:
    """Figures of each role, a chart of their `outcome`, and the cases behind them, from a relation of a row a role and review."""
    by = grouping(looking.asked.by, "day_held")
    rows = looking.rows(
        f"select {by.selected} role, {', '.join(sql for sql, _ in figures)} "
        f"from {rows_of} group by grp, grp_order, role order by grp_order, grp, {_ORDER}"
    )
    return Section(
        name=name,
        title=title,
        columns=(*by.columns, _WHO, *(column for _, column in figures)),
        rows=rows,
        note=said,
        chart=Chart(kind="stacked_bar", x="role", series=series, title=title, says=said),
        cases=cases(
            looking,
            by,
            (Field(_WHO, "role"), outcome, *REVIEW, *beside),
            f"{rows_of} order by day_held, review, {_ORDER}",
        ),
    )
