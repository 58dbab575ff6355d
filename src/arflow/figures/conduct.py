"""How reviews were conducted: what records address, progress towards outcomes, who took part, adulthood, personal budgets."""

from typing import NamedTuple, get_args

from arflow.case.conduct import ADULTHOOD_FROM_YEAR, AREAS
from arflow.events import PersonalBudget, Progress, Views
from arflow.figures.cases import REVIEW, Field, cases
from arflow.figures.groups import grouping
from arflow.figures.measures import annual
from arflow.figures.report import Chart, Column, Report, Section
from arflow.figures.viewpoint import Looking
from arflow.history.sql import literal
from arflow.words import counted

ANSWERS = ("addressed", "left_out", "not_recorded")
NOTHING = "not recorded"
DEFINITIONS = {
    "reviews": "Reviews whose meeting was held in the period; cancelled reviews and interim ones of children under five are "
    "left out.",
    "recorded": "What arflow review conduct recorded for a day up to that of the report; the latest counts. What "
    "was recorded of a meeting that was voided does not.",
    "addressed %": "Addressed as a share of addressed and left out. What was not recorded is in neither.",
    "every outcome": "Progress is recorded of at least one outcome, and of none that it was not addressed (SEND Regs 2014 "
    "r.19(b), r.20(5), r.21(5)). The log does not hold the plan's text: an outcome that was not mentioned at all is named by "
    "arflow review show, not here.",
    "views of the child": "Of the child or young person, however given (SEND Regs 2014 r.19(a)).",
    "views of the parent": "Asked where the young person did not hold the rights on the day of the meeting (SEND Regs 2014 "
    "r.19(a); CFA 2014 s.83).",
    "adulthood": "At least one area of preparing for adulthood was reviewed. Asked where the class was in Year 9 or above on "
    "the day of the meeting, or its year is not known and the young person held the rights (SEND Regs 2014 r.2(1), r.20(6), "
    "r.21(6)).",
    "every area of adulthood": "Employment, independent living, community and health were each reviewed (Code 8.9-8.12, "
    "9.183-9.185): guidance.",
    "personal budget": "Whether there is to be one was spoken of, whatever came of it (Code 9.168-9.169): guidance.",
    "share of reviews": "Of the reviews whose conduct is recorded; several may be true of one review.",
    "progress": "Each outcome of each review once.",
}


def _or_nothing(codes: str) -> str:
    return f"case when len({codes}) > 0 then {codes} else ['{NOTHING}'] end"


class Aspect(NamedTuple):
    """Something that the record of a review is to address: of which reviews it is asked, and when it is addressed, as SQL."""

    name: str
    law: str
    asked: str
    addressed: str


_FROM_YEAR_9 = f"coalesce(year_then >= {ADULTHOOD_FROM_YEAR}, by_themselves)"
ASPECTS = (
    Aspect(
        "every outcome",
        "SEND Regs 2014 r.19(b), r.20(5), r.21(5)",
        "true",
        "len(progress) > 0 and not list_contains(progress, 'not_addressed')",
    ),
    Aspect("views of the child", "SEND Regs 2014 r.19(a)", "true", "list_contains(views, 'child_gave_views')"),
    Aspect(
        "views of the parent",
        "SEND Regs 2014 r.19(a)",
        "not by_themselves",
        "list_contains(views, 'parent_gave_views')",
    ),
    Aspect("adulthood", "SEND Regs 2014 r.2(1), r.20(6), r.21(6)", _FROM_YEAR_9, "len(areas) > 0"),
    Aspect(
        "every area of adulthood",
        "Code 8.9-8.12, 9.183-9.185",
        _FROM_YEAR_9,
        f"list_has_all(areas, [{', '.join(map(literal, AREAS))}])",
    ),
    Aspect("personal budget", "Code 9.168-9.169", "true", "personal_budget is not null"),
)


class Codes(NamedTuple):
    """What is recorded by codes: which they are, the SQL of those of a review, and of which reviews they are asked."""

    name: str
    title: str
    known: tuple[str, ...]
    code: str
    asked: str = "true"
    whose: str = "whose conduct is recorded"


CODES = (
    Codes("views", "Who took part", get_args(Views), f"unnest({_or_nothing('views')})"),
    Codes(
        "areas",
        "Preparing for adulthood",
        AREAS,
        f"unnest({_or_nothing('areas')})",
        _FROM_YEAR_9,
        "from Year 9 whose conduct is recorded",
    ),
    Codes("personal_budget", "Personal budgets", get_args(PersonalBudget), f"coalesce(personal_budget, '{NOTHING}')"),
)
# The plan as the meeting found it: its year, and who held the rights (conduct.reviewed in SQL).
_YEAR_THEN = """
    select f.review, arg_max_null(e.nc_year, e.version) as year_then from review_facts f join plan_events e using (plan)
    where e.event = 'PlanAdded' or (e.event = 'YearGroupChanged' and (e.happened <= f.on_hold or f.on_hold < f.there_from))
    group by f.review"""
_RIGHTS_THEN = """
    select f.review, coalesce(f.on_hold >= arg_max_null(
        case when c.plan is null then k.young_person_from else c."to" end, k.version), false) as by_themselves
    from review_facts f join known k using (plan)
    left join plan_corrections c on c.plan = k.plan and c.version = k.version and c.fact = 'young_person_from'
    where k.event = 'PlanAdded'
        or (k.event = 'YoungPersonFromSet' and (k.happened_on <= f.on_hold or f.on_hold < f.there_from))
    group by f.review, f.on_hold"""
# A meeting that is voided takes with it what was recorded of its conduct.
_LATEST = """
    select substr(stream, 8) as review, outcomes, progress, views, areas, personal_budget from (
        select * from known
        where (event = 'ConductRecorded' and happened_on <= {today}) or (event = 'StepVoided' and voided_step = 'hold')
        qualify row_number() over (partition by stream order by version desc) = 1)
    where event = 'ConductRecorded'"""
_CONDUCTED = f"""
    select * from (
        select r.*, {{group}}, year_then, coalesce(by_themselves, false) as by_themselves, c.review is not null as recorded,
            c.* exclude (review)
        from review_facts r left join ({_LATEST}) c on c.review = r.review
        left join ({_YEAR_THEN}) y on y.review = r.review left join ({_RIGHTS_THEN}) h on h.review = r.review
        where day_held is not null and {{annual}} and {{within}})"""
_REVIEWS = Column(name="reviews", title="Reviews", unit="count")
_SHARE = Column(name="share", title="Share of reviews", unit="percent")


def conduct(looking: Looking) -> Report:
    """What is recorded of how the reviews held in a period were conducted."""
    group, within = grouping(looking.asked.by, "day_held").sql, looking.within("day_held")
    today = literal(looking.asked.as_at)
    looking.keep("conducted", _CONDUCTED.format(group=group, annual=annual(looking), within=within, today=today))
    aspects = (
        f"""select *, {number} as place, {literal(aspect.name)} as aspect, {literal(aspect.law)} as law,
            case when not recorded then 'not_recorded' when {aspect.addressed} then 'addressed' else 'left_out' end as answer
        from conducted where {aspect.asked}"""
        for number, aspect in enumerate(ASPECTS)
    )
    looking.keep("conduct_aspects", " union all ".join(aspects))
    return Report(
        name="conduct",
        title="How reviews were conducted",
        about="What the records of review meetings address, the progress towards outcomes, who took part, preparing for "
        f"adulthood, and personal budgets.{looking.caveats}",
        asked=looking.asked,
        log=looking.log,
        sections=(_aspects(looking), _progress(looking), *(_coded(looking, codes) for codes in CODES)),
        definitions=DEFINITIONS,
    )


def _aspects(looking: Looking) -> Section:
    by = grouping(looking.asked.by, "day_held")
    counts = ", ".join(f"count(*) filter (answer = '{answer}')" for answer in ANSWERS)
    rows = looking.rows(f"""
        select {by.selected} aspect, law, count(*), {counts}, round(100.0 * count(*) filter (answer = 'addressed')
            / nullif(count(*) filter (answer <> 'not_recorded'), 0), 1)
        from conduct_aspects group by grp, grp_order, place, aspect, law order by grp_order, grp, place""")
    ((held, recorded),) = looking.rows("select count(*), count(*) filter (recorded) from conducted")
    aspect = Column(name="aspect", title="To be addressed")
    return Section(
        name="addressed",
        title="What records address",
        columns=(
            *by.columns,
            aspect,
            Column(name="law", title="Law or guidance"),
            _REVIEWS,
            Column(name="addressed", title="Addressed", unit="count"),
            Column(name="left_out", title="Left out", unit="count"),
            Column(name="not_recorded", title="Not recorded", unit="count"),
            Column(name="addressed_percent", title="Addressed %", unit="percent"),
        ),
        rows=rows,
        note=f"Recorded for {recorded:,} of {counted(held, 'review')} held.",
        chart=Chart(
            kind="stacked_bar",
            x="aspect",
            series=ANSWERS,
            title="What records address",
            says=f"Recorded for {recorded:,} of {counted(held, 'review')} held.",
        ),
        cases=cases(
            looking,
            by,
            (Field(aspect, "aspect"), Field(Column(name="answer", title="Answer"), "answer"), *REVIEW),
            "conduct_aspects order by day_held, review, place",
        ),
    )


def _progress(looking: Looking) -> Section:
    """Each outcome with its code; a review may have several."""
    by = grouping(looking.asked.by, "day_held")
    looking.define("conduct_progress", "select *, unnest(outcomes) as item, unnest(progress) as code from conducted")
    rows = looking.rows(f"""
        select {by.selected} code, count(*), round(100.0 * count(*) / sum(count(*)) over (partition by grp), 1)
        from conduct_progress group by grp, grp_order, code order by grp_order, grp, {_place(get_args(Progress))}""")
    total = sum(row[-2] for row in rows)
    well = sum(row[-2] for row in rows if row[-3] in ("achieved", "on_track"))
    code = Column(name="progress", title="Progress")
    return Section(
        name="progress",
        title="Progress towards outcomes",
        columns=(
            *by.columns,
            code,
            Column(name="outcomes", title="Outcomes", unit="count"),
            Column(name="share", title="Share", unit="percent"),
        ),
        rows=rows,
        note=f"{counted(total, 'outcome')}.",
        chart=Chart(
            kind="bar",
            x="progress",
            series=("outcomes",),
            title="Progress towards outcomes",
            says=f"Achieved or on track: {well:,} of {total:,}.",
        ),
        cases=cases(
            looking,
            by,
            (Field(code, "code"), *REVIEW, Field(Column(name="outcome", title="Outcome of the plan"), "item")),
            "conduct_progress order by day_held, review, item",
        ),
    )


def _coded(looking: Looking, codes: Codes) -> Section:
    """In how many of the reviews there was each code; those without any are counted apart."""
    by, relation = grouping(looking.asked.by, "day_held"), f"conduct_{codes.name}"
    of = f"select *, count(*) over (partition by grp) as whole from conducted where recorded and {codes.asked}"
    looking.define(relation, f"select *, {codes.code} as code from ({of})")
    rows = looking.rows(f"""
        select {by.selected} code, count(*), round(100.0 * count(*) / any_value(whole), 1)
        from {relation} group by grp, grp_order, code order by grp_order, grp, {_place(codes.known)}""")
    ((reviews,),) = looking.rows(f"select count(*) from ({of})")
    code = Column(name=codes.name, title="Recorded")
    return Section(
        name=codes.name,
        title=codes.title,
        columns=(*by.columns, code, _REVIEWS, _SHARE),
        rows=rows,
        note=f"{counted(reviews, 'review')} {codes.whose}.",
        chart=Chart(
            kind="bar", x=codes.name, series=("reviews",), title=codes.title, says=f"Of {counted(reviews, 'review')}."
        ),
        cases=cases(looking, by, (Field(code, "code"), *REVIEW), f"{relation} order by day_held, review, code"),
    )


def _place(codes: tuple[str, ...]) -> str:
    """The place of a code among those there are; what was not recorded comes last."""
    return f"coalesce(list_position([{', '.join(map(literal, codes))}], code), {len(codes) + 1})"
