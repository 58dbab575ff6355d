"""Each fault of a definition, alone: its exact message, its file and its line; and what is close to it and sound."""

from pathlib import Path

import pytest

from arflow.law import formula
from arflow.law.catalogue import Catalogue, shipped_folder
from arflow.law.definition import Fault
from tests.support.paths import ROOT

# The statutory definition under a name that no published version locks.
STATUTORY = (
    (shipped_folder() / "annual_review.2015.toml").read_text("utf-8").replace('version = "2015"', 'version = "2099"')
)
LOCAL = (ROOT / "docs" / "examples" / "anyshire.2026.toml").read_text("utf-8")
PHRASES = "; ".join(formula.known_phrases())
LOOSENS = "loosens annual_review.2015"

Change = tuple[str, str]


def changed(text: str, *changes: Change) -> str:
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new, 1)
    return text


def faults(folder: Path, name: str, text: str) -> list[Fault]:
    (folder / name).write_text(text, "utf-8")
    return Catalogue(folder).check_file(folder / name)[1]


def found(folder: Path, *changes: Change) -> list[Fault]:
    return faults(folder, "annual_review.2099.toml", changed(STATUTORY, *changes))


def found_locally(folder: Path, *changes: Change, more: str = "") -> list[Fault]:
    return faults(folder, "anyshire.2026.toml", changed(LOCAL, *changes) + more)


def places(listed: list[Fault]) -> list[tuple[str, str]]:
    return [(fault.place, fault.message) for fault in listed]


def stands_where_it_says(fault: Fault, text: str) -> bool:
    """Whether the line named holds the entry's name, in a table of its sort."""
    lines = text.splitlines()
    table, _, name = fault.place.partition(" ")
    own = [line for line in lines[: fault.line] if line.startswith("[")][-1]
    named = name.split(", ", maxsplit=1)[0]
    return table in own and named in lines[fault.line - 1] + own


# --- faults of the process --------------------------------------------------------------------------------------

PROCESS: dict[str, tuple[list[Change], list[tuple[str, str]]]] = {
    "a move to no state": (
        [('to = "invited"', 'to = "invitedd"')],
        [
            ("state invited", "cannot be reached from the first state"),
            ("step invite, moves[1]", "to: there is no state invitedd"),
        ],
    ),
    "a move from no state": (
        [('{ from = ["scheduled", "invited", "advice_circulated"] }', '{ from = ["sheduled", "invited"] }')],
        [("step request_advice, moves[1]", "from: there is no state sheduled")],
    ),
    "a state that nothing leads to": (
        [('{ from = ["scheduled"], to = "invited" }, ', "")],
        [("state invited", "cannot be reached from the first state")],
    ),
    "a trap": (
        [('{ from = ["amended", "maintained", "ceased"], to', '{ from = ["maintained", "ceased"], to')],
        [("state amended", "leads to no final state")],
    ),
    "no end": (
        [("final = true\n", "")] * 4,
        [
            (
                "state",
                "none is final: a review must be able to end (concluded or cancelled or passed_on or ended_with_plan)",
            )
        ],
    ),
    "an end of another name": (
        [
            ('id = "cancelled"', 'id = "abandoned"'),
            ('to = "cancelled"', 'to = "abandoned"'),
            ('to = "cancelled"', 'to = "abandoned"'),
        ],
        [
            (
                "state abandoned",
                "final: a review ends concluded or cancelled or passed_on or ended_with_plan, and in no other state",
            )
        ],
    ),
    "a step after the end": (
        [('"maintained", "ceased"], when = ["not_reported"]', '"maintained", "concluded"], when = ["not_reported"]')],
        [("state concluded", "is final, but report can be taken from it")],
    ),
    "a circumstance nobody knows": (
        [('when = ["not_reported"]', 'when = ["not_reportd"]')],
        [("step report, moves[2]", "when: there is no circumstance not_reportd")],
    ),
    "circumstances that exclude each other": (
        [('"outcome_maintain", "not_told"', '"told", "not_told"')],
        [("step notify, moves[1]", "when: not_told and told never hold together")],
    ),
    "a move in another's shadow": (
        [('{ from = ["advice_circulated"] },', '{ from = ["advice_circulated"] }, { from = ["advice_circulated"] },')],
        [("step circulate, moves[3]", "is never taken from advice_circulated: moves[2] always is")],
    ),
    "a skip of no step": (
        [('skips = ["invite", "circulate"]', 'skips = ["invte"]')],
        [("step hold, moves[3]", "skips: there is no step or window invte")],
    ),
    "a skip of a duty that is no window": (
        [('skips = ["appeal_period"]', 'skips = ["final_plan"]')],
        [("step cease, moves[2]", "skips: there is no step or window final_plan")],
    ),
    "a step without moves": (
        [('moves = [{ from = ["amending"] }]', "moves = []")],
        [("step represent", "moves: there is none, so it can never be taken")],
    ),
    "a move from nowhere": (
        [('moves = [{ from = ["amending"] }]', "moves = [{ from = [] }]")],
        [("step represent, moves[1]", "from: there is none, so it can never be taken")],
    ),
    "not before a milestone that never comes": (
        [('not_before = "held"', 'not_before = "helt"')],
        [("step report", "not_before: there is no milestone helt")],
    ),
    "a milestone of two steps": (
        [('milestone = "represented"', 'milestone = "issued"')],
        [("step issue", "milestone: issued is that of represent")],
    ),
    "a milestone of arflow's own": (
        [('milestone = "represented"', 'milestone = "meeting"')],
        [("step represent", "milestone: meeting is that of arflow itself")],
    ),
    "a step that is there twice": (
        [('id = "postpone"\ntext', 'id = "schedule"\ntext')],
        [
            ("step schedule", "is there 2 times"),
        ],
    ),
}

# --- faults of duties, people, transfers and kinds ----------------------------------------------------------------

REPORT_DUE = 'due = ["within 2 weeks of held"]'
RULES: dict[str, tuple[list[Change], list[tuple[str, str]]]] = {
    "no phrase of the law": (
        [(REPORT_DUE, 'due = ["held + 2 weeks"]')],
        [("duty report, due[1]", f'"held + 2 weeks" is no phrase that arflow counts: use {PHRASES}')],
    ),
    "no limb": ([(REPORT_DUE, "due = []")], [("duty report", "due: there is no limb, so it is never due")]),
    "an empty limb": (
        [(REPORT_DUE, "due = [{}]")],
        [("duty report, due[1]", "needs either a rule or a list called latest")],
    ),
    "a limb with a blank citation": (
        [(REPORT_DUE, 'due = [{ rule = "within 2 weeks of held", citation = " " }]')],
        [("duty report, due[1]", "citation: is blank; say which law, guidance or local policy it rests on")],
    ),
    "a latest within a latest": (
        [(REPORT_DUE, 'due = [{ latest = ["within 2 weeks of held", { latest = ["within 2 weeks of held"] }] }]')],
        [("duty report, due[1]", "latest: cannot hold another latest")],
    ),
    "met by nothing": ([('met_by = ["reported"]', "met_by = []")], [("duty report", "met_by: nothing can meet it")]),
    "met by what never happens": (
        [('met_by = ["reported"]', 'met_by = ["reporteed"]')],
        [("duty report", "met_by: there is no fact reporteed")],
    ),
    "closed by what never happens": (
        [('closed_by = "held"', 'closed_by = "helt"')],
        [("duty notice", "closed_by: there is no fact helt")],
    ),
    "starts with what never happens": (
        [('starts_with = "held"', 'starts_with = "helt"')],
        [("duty report", "starts_with: there is no fact helt")],
    ),
    "needs what never happens": (
        [('needs = "transfer"', 'needs = "transfers"')],
        [("duty phase_transfer", "needs: there is no fact transfers")],
    ),
    "does not say why it does not apply": (
        [('if_not = "the plan was not transferred from another authority"\n', "")],
        [
            (
                "duty family_told_of_transfer",
                "if_not: say why it does not apply where there is no transferred_in",
            )
        ],
    ),
    "as a duty that is not there": (
        [
            (
                'due = ["within 4 weeks of held"]\nmet_by = ["notified"]',
                'due = ["within 4 weeks of held", "as ten_months"]\nmet_by = ["notified"]',
            )
        ],
        [("duty decision, due[2]", "as: there is no duty ten_months")],
    ),
    "as itself": (
        [
            (
                'due = ["within 4 weeks of held"]\nmet_by = ["notified"]',
                'due = ["within 4 weeks of held", "as decision"]\nmet_by = ["notified"]',
            )
        ],
        [("duty decision", "is counted from itself, by way of its limbs")],
    ),
    "as another that is as itself": (
        [
            ('rule = "12 months starting with clock_start"', 'rule = "as amendment_notice"'),
            (
                'due = ["within 4 weeks of held"]\nmet_by = ["notice_sent"]',
                'due = ["as twelve_months"]\nmet_by = ["notice_sent"]',
            ),
        ],
        [
            ("duty twelve_months", "is counted from itself, by way of its limbs"),
            ("duty amendment_notice", "is counted from itself, by way of its limbs"),
        ],
    ),
    "applies if no condition": (
        [('applies_if = "outcome_amend"', 'applies_if = "outcome_amended"')],
        [("duty amendment_notice", "applies_if: there is no condition outcome_amended")],
    ),
    "lapses if no condition": (
        [('when = "detained"', 'when = "arrested"')],
        [("lapse arrested", "when: there is no condition arrested")],
    ),
    "lapses for no reason": (
        [('reason = "the authority no longer maintains the plan (CFA 2014 s.45)"', 'reason = ""')],
        [("lapse plan_ended", "when: say why it does not apply when plan_ended")],
    ),
    "of a kind that is not there": (
        [('kinds = ["under_five"]', 'kinds = ["under_six"]')],
        [("duty under_five_review", "kinds: there is no kind under_six")],
    ),
    "of no case": (
        [('of = ["plan"]', "of = []")],
        [("duty hand_over", "of: say whether it is a duty of the plan, of the review, or of both")],
    ),
    "a duty with a name that formulas use": (
        [('id = "termly_list"', 'id = "transfer_limit"')],
        [
            (
                "duty transfer_limit",
                "id: transfer_limit is what formulas call the limit of the plan's kind of transfer",
            )
        ],
    ),
    "a duty that is there twice": (
        [('id = "release_review"', 'id = "termly_list"')],
        [("duty termly_list", "is there 2 times")],
    ),
    "a transfer without a phrase": (
        [('rule = "before 31 March of transfer"', 'rule = "by Easter"')],
        [("transfer secondary_to_post16", f'"by Easter" is no phrase that arflow counts: use {PHRASES}')],
    ),
    "a transfer as another's limit": (
        [('rule = "before 31 March of transfer"', 'rule = "as transfer_limit"')],
        [("transfer secondary_to_post16", "rule: a transfer has a limit of its own, and not another's")],
    ),
    "a transfer of no kind": (
        [('id = "secondary_to_post16"', 'id = "secondary_to_work"')],
        [
            (
                "transfer secondary_to_work",
                "id: there is no 'secondary_to_work': use early_years_to_school, infant_to_junior, primary_to_middle, "
                "primary_to_secondary, middle_to_secondary, secondary_to_post16, post16_to_post16",
            )
        ],
    ),
    "a kind that leaves out no duty": (
        [('leaves_out_duties = ["notice"', 'leaves_out_duties = ["notise"')],
        [("kind under_five", "leaves_out_duties: there is no duty notise")],
    ),
    "a kind that leaves out no role": (
        [('leaves_out_roles = ["setting"]', 'leaves_out_roles = ["school"]')],
        [
            (
                "kind not_in_setting",
                "leaves_out_roles[1]: there is no 'school': use parent, young_person, setting, named_setting, la_sen, health, "
                "la_social_care, youth_offending, job_coach, other",
            )
        ],
    ),
    "a kind with no such step": (
        [('optional_steps = ["invite"', 'optional_steps = ["invitee"')],
        [("kind under_five", "optional_steps: there is no step invitee")],
    ),
    "a kind that cites for no duty": (
        [('notice = "SEND Regs 2014 r.21(3)"', 'notise = "SEND Regs 2014 r.21(3)"')],
        [("kind not_in_setting", "citations: there is no duty notise")],
    ),
    "a kind with a blank citation": (
        [('notice = "SEND Regs 2014 r.21(3)"', 'notice = " "')],
        [
            (
                "kind not_in_setting, citations",
                "citation: is blank; say which law, guidance or local policy it rests on",
            )
        ],
    ),
    "an additional kind in another's place": (
        [("additional = true", "additional = true\ntakes_place_of_annual = true")],
        [
            (
                "kind under_five",
                "takes_place_of_annual: a review that is additional takes no other's place",
            )
        ],
    ),
    "a recipient of no role": (
        [('roles = ["parent", "young_person", "named_setting", "health"]', 'roles = ["parnet"]')],
        [("recipient issue", "roles: there is no role parnet")],
    ),
    "a recipient of no step": (
        [('step = "not_amend"', 'step = "not_amending"')],
        [("recipient not_amending", "step: there is no step not_amending")],
    ),
    "an invitee without a role": (
        [('roles = ["parent", "young_person"]', "roles = []")],
        [("invitee the child's parent or the young person", "roles: name at least one")],
    ),
    "an invitee that is there twice": (
        [('class = "a job coach, where there is one"', 'class = "anybody else whose attendance is appropriate"')],
        [("invitee anybody else whose attendance is appropriate", "is there 2 times")],
    ),
    "a word that is none": (
        [('word = "must"\nsource = "Act"\ncitation = "CFA 2014 s.48"', 'word = "may"\nsource = "Act"\ncitation = "x"')],
        [("duty release_review", "word: there is no 'may': use must, should, practice")],
    ),
    "a source that is none": (
        [('source = "Act"\ncitation = "CFA 2014 s.48"', 'source = "custom"\ncitation = "x"')],
        [("duty release_review", "source: there is no 'custom': use Act, Regs, Code, case, local policy")],
    ),
}


@pytest.mark.parametrize(("changes", "expected"), [*PROCESS.values(), *RULES.values()], ids=[*PROCESS, *RULES])
def test_a_fault_is_named_exactly_and_on_its_line(
    tmp_path: Path, changes: list[Change], expected: list[tuple[str, str]]
) -> None:
    listed = found(tmp_path, *changes)
    assert places(listed) == expected
    for fault in listed:
        assert fault.file == "annual_review.2099.toml"
        assert stands_where_it_says(fault, changed(STATUTORY, *changes)), str(fault)


def test_the_definition_that_every_fault_is_made_in_is_sound(tmp_path: Path) -> None:
    assert found(tmp_path) == []


def test_a_fact_that_never_happens_is_named_with_those_that_do(tmp_path: Path) -> None:
    (fault,) = found(tmp_path, (REPORT_DUE, 'due = ["within 2 weeks of hold"]'))
    assert fault.place == "duty report, due[1]"
    assert fault.message.startswith("counts from hold, which never happens: use advice_received, advice_requested, ")
    assert " held, " in fault.message


def test_a_fact_of_a_step_that_cannot_be_reached_never_happens(tmp_path: Path) -> None:
    listed = found(
        tmp_path,
        ('{ from = ["amending"], to = "amended", when', '{ from = ["amended"], to = "amended", when'),
    )
    assert places(listed)[0] == ("state amended", "cannot be reached from the first state")
    assert ("duty final_plan", "met_by: there is no fact issued") in places(listed)


@pytest.mark.parametrize("step", ["repressent", "open"])
def test_a_step_that_arflow_does_not_record_belongs_in_a_local_definition(tmp_path: Path, step: str) -> None:
    (fault,) = found(tmp_path, ('id = "represent"', f'id = "{step}"'))
    assert fault.place == f"step {step}"
    assert fault.message.startswith("is no step that arflow records: use schedule, postpone, invite, ")
    assert fault.message.endswith(", or put it into a local definition")


@pytest.mark.parametrize(("step", "milestone"), [("invite", "invited"), ("circulate", "circulated"), ("hold", "held")])
def test_the_milestones_that_arflow_works_out_itself_keep_their_names(
    tmp_path: Path, step: str, milestone: str
) -> None:
    listed = found(tmp_path, (f'milestone = "{milestone}"', 'milestone = "renamed"'))
    assert (f"step {step}", f"milestone: that of {step} is always called {milestone}") in places(listed)


def test_there_must_be_a_kind_that_a_plan_without_a_review_is_counted_as(tmp_path: Path) -> None:
    assert places(found(tmp_path, ("[kind.annual]", "[kind.yearly]"))) == [
        ("kind", "there is no kind annual, as which a plan without a review is counted")
    ]


@pytest.mark.parametrize(
    ("place", "citation"),
    [
        ("state invited", "SEND Regs 2014 r.20(2)-(3)"),
        ("step postpone", "SEND Regs 2014 r.20(3)"),
        ("duty release_review", "CFA 2014 s.48"),
        ("invitee the early years provider, head teacher or principal of the setting", "SEND Regs 2014 r.20(2)(b)"),
        ("recipient notice", "SEND Regs 2014 r.22(2)"),
        ("transfer early_years_to_school", "SEND Regs 2014 r.18(1)(b); Code 9.179"),
        ("kind phase_transfer", "SEND Regs 2014 r.18(1)"),
    ],
)
def test_everything_has_a_citation(tmp_path: Path, place: str, citation: str) -> None:
    table, _, name = place.partition(" ")
    heads = [f"[kind.{name}]", *(f'[[{table}]]\n{field} = "{name}"' for field in ("id", "class", "step"))]
    start = next(STATUTORY.index(head) for head in heads if head in STATUTORY)
    line = f'citation = "{citation}"\n'
    at = STATUTORY.index(line, start)
    blank = STATUTORY[:at] + 'citation = " "\n' + STATUTORY[at + len(line) :]
    missing = STATUTORY[:at] + STATUTORY[at + len(line) :]

    (fault,) = faults(tmp_path, "annual_review.2099.toml", blank)
    assert (fault.place, fault.message) == (
        place,
        "citation: is blank; say which law, guidance or local policy it rests on",
    )
    assert stands_where_it_says(fault, blank)
    assert places(faults(tmp_path, "annual_review.2099.toml", missing)) == [(place, "citation: is missing")]


# --- faults of the file -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "line", "text"),
    [
        (
            ('version = "2099"', 'version = "2016"'),
            "[workflow]",
            "workflow: name and version make annual_review.2016, but the file is called annual_review.2099.toml",
        ),
        (
            ("[policy]", "[polcy]"),
            "[polcy]",
            "polcy: is not a table of a definition: use duty, invitee, kind, lapse, policy, recipient, state, step, term, "
            "transfer, workflow",
        ),
        (
            ('notice_strict = "clear_days"', 'notice_strict = "clear"'),
            "[policy]",
            "policy: notice_strict: there is no 'clear': use clear_days, calendar_weeks",
        ),
        (
            ('name = "annual_review"', 'nom = "annual_review"'),
            "[workflow]",
            "workflow: nom: is not a field: use name, version, title, in_force_from, known_from, extends",
        ),
        (
            ('title = "Stat', 'extends = "annual_review.2098"\ntitle = "Stat'),
            "[workflow]",
            "workflow: extends: there is no workflow annual_review.2098; there are annual_review.2015",
        ),
    ],
)
def test_a_fault_of_the_file(tmp_path: Path, change: Change, line: str, text: str) -> None:
    number = changed(STATUTORY, change).splitlines().index(line) + 1
    (tmp_path / "apart").mkdir()
    path = tmp_path / "apart" / "annual_review.2099.toml"
    path.write_text(changed(STATUTORY, change), "utf-8")
    assert [str(fault) for fault in Catalogue().check_file(path)[1]] == [f"annual_review.2099.toml:{number}: {text}"]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "policy = 3",
        "kind = 3",
        "workflow = 3",
        "state = 3",
        "state = [1]",
        "kind = { a = 3 }",
        '[[state]]\nid = ["x"]',
        "[workflow]\nextends = 3",
        '[[duty]]\nid = "a"\ndue = [{ latest = 3 }]',
        "not = [toml",
    ],
)
def test_whatever_the_file_holds_it_is_checked_and_never_a_crash(tmp_path: Path, text: str) -> None:
    listed = faults(tmp_path, "a.1.toml", text)
    assert listed
    assert all(fault.message for fault in listed)


def test_entries_that_cannot_be_read_hide_no_other_fault_and_make_none_up(tmp_path: Path) -> None:
    listed = found(
        tmp_path,
        ('title = "Stat', 'titel = "Stat'),
        ('notice_outer = "calendar_weeks"', 'notice_outer = "weeks"'),
        ('text = "Meeting held"\n', ""),
        ('text = "Hold the review meeting"\n', ""),
        ('source = "Regs"\ncitation = "SEND Regs 2014 r.20(10)"\nin_force', 'citation = "Code"\nin_force'),
        ('met_by = ["reported"]', 'met_by = ["reporteed"]'),
    )
    assert [str(fault).partition(": ")[2] for fault in listed] == [
        "state meeting_held: text: is missing",
        "step hold: text: is missing",
        "duty decision: source: is missing",
        "workflow: titel: is not a field: use name, version, title, in_force_from, known_from, extends",
        "policy: notice_outer: there is no 'weeks': use clear_days, calendar_weeks",
        "duty report: met_by: there is no fact reporteed",
    ]


def test_a_published_version_is_locked_under_its_name_in_any_folder(tmp_path: Path) -> None:
    text = STATUTORY.replace('version = "2099"', 'version = "2015"')
    assert faults(tmp_path, "annual_review.2015.toml", text) == []
    (fault,) = faults(tmp_path, "annual_review.2015.toml", text.replace("within 4 weeks", "within 9 weeks", 1))
    assert (
        str(fault)
        == "annual_review.2015.toml: file: is published and has been changed since: restore it, and put the change "
        "into a new version"
    )


# --- a local definition -----------------------------------------------------------------------------------------


def step(name: str, moves: str, *, milestone: str = "", source: str = "local policy") -> str:
    return (
        f'\n[[step]]\nid = "{name}"\ntext = "x"\nmilestone = "{milestone or name + "_done"}"\nactor = "la"\n'
        f'word = "practice"\nsource = "{source}"\ncitation = "x"\nmoves = [{moves}]\n'
    )


def state(name: str, refines: str = "", *, final: bool = False) -> str:
    more = (f'refines = "{refines}"\n' if refines else "") + ("final = true\n" if final else "")
    return f'\n[[state]]\nid = "{name}"\ntext = "x"\nholder = "la"\ncitation = "x"\n{more}'


def duty(name: str, source: str = "local policy", due: str = "within 9 weeks of held") -> str:
    return (
        f'\n[[duty]]\nid = "{name}"\ntext = "x"\nowner = "local authority"\nword = "must"\nsource = "{source}"\n'
        f'citation = "x"\ndue = ["{due}"]\nmet_by = ["notified"]\n'
    )


def kind(name: str, more: str) -> str:
    return f'\n[kind.{name}]\ntext = "x"\ncitation = "x"\n{more}\n'


@pytest.mark.parametrize(
    "more",
    [
        step("brief", '{ from = ["scheduled", "invited"] }'),
        step("put_back", '{ from = ["panel_held"], to = "report_sent" }'),
        state("board_held", "report_sent") + step("board", '{ from = ["panel_held"], to = "board_held" }'),
        duty("own_target"),
        duty("tighter", due="as decision_target"),
        kind("extra", 'additional = true\nleaves_out_duties = ["notice"]\noptional_steps = ["circulate"]'),
        kind("full", 'takes_place_of_annual = true\nleaves_out_duties = ["decision_target"]\narranger = "local authority"'),
    ],
)  # fmt: skip
def test_what_a_local_definition_may_add(tmp_path: Path, more: str) -> None:
    assert [str(fault) for fault in found_locally(tmp_path, more=more)] == []


LOOSER: dict[str, tuple[str, list[tuple[str, str]]]] = {
    "a duty of the law again": (
        duty("decision"),
        [("duty decision", f"{LOOSENS}: its own duties cannot be redefined")],
    ),
    "a state of the law again": (
        state("decided", "report_sent"),
        [("state decided", f"{LOOSENS}: its own states cannot be redefined")],
    ),
    "a step of the law again": (
        step("represent", '{ from = ["amending"] }'),
        [("step represent", f"{LOOSENS}: its own steps cannot be redefined")],
    ),
    "a transfer of the law again": (
        '\n[[transfer]]\nid = "infant_to_junior"\nrule = "before 15 March of transfer"\ncitation = "x"\n',
        [("transfer infant_to_junior", f"{LOOSENS}: its own transfers cannot be redefined")],
    ),
    "a kind of the law again": (
        kind("annual", ""),
        [("kind annual", f"{LOOSENS}: its own kinds cannot be redefined")],
    ),
    "a duty that says it is law": (
        duty("own_law", "Regs"),
        [("duty own_law", 'source: an authority\'s own duty is "local policy": only the law makes others')],
    ),
    "a step that says it is law": (
        step("own_law", '{ from = ["decided"] }', source="Code"),
        [("step own_law", 'source: an authority\'s own step is "local policy": only the law makes others')],
    ),
    "a recipient that says it is law": (
        '\n[[recipient]]\nstep = "notify"\nreceives = "x"\nroles = ["health"]\nword = "must"\nsource = "Regs"\ncitation = "x"\n',
        [("recipient notify", 'source: an authority\'s own recipient is "local policy": only the law makes others')],
    ),
    "an invitee that must be invited": (
        '\n[[invitee]]\nclass = "Governors"\nroles = ["other"]\nword = "must"\nsource = "local policy"\ncitation = "x"\n',
        [("invitee Governors", 'word: "must" is the law\'s; an authority\'s own is "should" or "practice"')],
    ),
    "a way round the invitations": (
        step("cut", '{ from = ["scheduled"], to = "meeting_held" }'),
        [
            (
                "step cut, moves[1]",
                f"{LOOSENS}: it would lead from scheduled to meeting_held without the statutory steps",
            )
        ],
    ),
    "a way round the decision, out of a local state": (
        step("cut", '{ from = ["panel_held"], to = "decided" }'),
        [
            (
                "step cut, moves[1]",
                f"{LOOSENS}: it would lead from panel_held to decided without the statutory steps",
            )
        ],
    ),
    "a way round the report, into a local state": (
        step("cut", '{ from = ["meeting_held"], to = "panel_held" }'),
        [
            (
                "step cut, moves[1]",
                f"{LOOSENS}: it would lead from meeting_held to panel_held without the statutory steps",
            )
        ],
    ),
    "a local step that skips": (
        step("cut", '{ from = ["decided"], skips = ["notify"] }'),
        [("step cut, moves[1]", f"{LOOSENS}: a local step cannot skip others")],
    ),
    "a local step that counts as a statutory one": (
        step("cut", '{ from = ["decided"] }', milestone="notified"),
        [("step cut", "milestone: notified is that of notify")],
    ),
    "a step after the end": (
        step("cut", '{ from = ["concluded"] }'),
        [("state concluded", "is final, but cut can be taken from it")],
    ),
    "a state that refines nothing": (
        state("limbo"),
        [
            ("state limbo", "cannot be reached from the first state"),
            ("state limbo", "refines: name the statutory state whose steps stay possible from here"),
        ],
    ),
    "a state that refines a local one": (
        state("limbo", "panel_held"),
        [
            ("state limbo", "cannot be reached from the first state"),
            ("state limbo", "refines: panel_held is not a state of annual_review.2015"),
        ],
    ),
    "a kind that leaves things out": (
        kind(
            "light",
            'leaves_out_duties = ["notice"]\nleaves_out_roles = ["health"]\noptional_steps = ["circulate"]\n'
            'arranger = "school"',
        ),
        [
            (
                "kind light",
                f"{LOOSENS}: leaves_out_duties: notice is left out of an additional review only",
            ),
            (
                "kind light",
                f"{LOOSENS}: leaves_out_roles: health is left out of an additional review only",
            ),
            (
                "kind light",
                f"{LOOSENS}: optional_steps: circulate is optional in an additional review only",
            ),
            (
                "kind light",
                f"{LOOSENS}: arranger: an authority cannot make a review the school's for good",
            ),
        ],
    ),
    "a term that is there twice": (
        '\n[[term]]\nname = "Autumn 2026"\nstarts = 2026-09-03\n',
        [("term Autumn 2026", "is there 2 times")],
    ),
}


@pytest.mark.parametrize(("more", "expected"), LOOSER.values(), ids=LOOSER)
def test_what_would_loosen_the_law_is_named_exactly(tmp_path: Path, more: str, expected: list[tuple[str, str]]) -> None:
    listed = found_locally(tmp_path, more=more)
    assert places(listed) == expected
    assert {fault.file for fault in listed} == {"anyshire.2026.toml"}
    for fault in listed:
        assert fault.place == "state concluded" or stands_where_it_says(fault, LOCAL + more)


def test_a_local_state_cannot_end_a_review(tmp_path: Path) -> None:
    more = state("limbo", "decided", final=True) + step("go", '{ from = ["decided"], to = "limbo" }')
    assert ("state limbo", f"{LOOSENS}: a local state cannot end a review") in places(
        found_locally(tmp_path, more=more)
    )


@pytest.mark.parametrize(
    ("setting", "looser", "base"),
    [
        ("notice_strict", "calendar_weeks", "clear_days"),
        ("twelve_months_strict", "anniversary", "day_before_anniversary"),
        ("phase_dates_strict", "by", "before"),
        ("clock_resets_on", "meeting_held", "decision_notified"),
        ("adjourned_meeting", "concluding_day", "first_day"),
        ("roll_forward_non_working_days", "true", "false"),
    ],
)
def test_a_reading_cannot_be_looser_than_the_laws(tmp_path: Path, setting: str, looser: str, base: str) -> None:
    value = looser if looser == "true" else f'"{looser}"'
    (fault,) = found_locally(tmp_path, ("[policy]\n", f"[policy]\n{setting} = {value}\n"))
    assert str(fault) == f"anyshire.2026.toml:12: policy {setting}: {LOOSENS}: {looser} is looser than {base}"


@pytest.mark.parametrize(
    "stricter",
    ['twelve_months_outer = "day_before_anniversary"', 'phase_dates_outer = "before"', "due_soon_days = 30"],
)
def test_a_reading_can_be_stricter_than_the_laws(tmp_path: Path, stricter: str) -> None:
    assert found_locally(tmp_path, ("[policy]\n", f"[policy]\n{stricter}\n")) == []


def test_faults_of_the_definition_that_is_extended_come_with_their_own_file_and_once(tmp_path: Path) -> None:
    base = changed(STATUTORY, ('met_by = ["reported"]', 'met_by = ["reporteed"]'))
    (tmp_path / "annual_review.2099.toml").write_text(base, "utf-8")
    listed = found_locally(tmp_path, ("annual_review.2015", "annual_review.2099"), ("word =", "wort ="))
    assert [(fault.file, fault.place, fault.message) for fault in listed] == [
        ("annual_review.2099.toml", "duty report", "met_by: there is no fact reporteed"),
        (
            "anyshire.2026.toml",
            "step panel",
            "wort: is not a field: use id, text, milestone, actor, word, source, citation, moves, not_before, "
            "by_command, in_force_from, known_from",
        ),
    ]


def test_definitions_cannot_extend_each_other_in_a_circle(tmp_path: Path) -> None:
    for one, other in (("a.1", "b.1"), ("b.1", "a.1")):
        text = changed(LOCAL, ('"anyshire"', f'"{one[0]}"'), ('"2026"', '"1"'), ("annual_review.2015", other))
        (tmp_path / f"{one}.toml").write_text(text, "utf-8")
    listed = Catalogue(tmp_path).check_file(tmp_path / "a.1.toml")[1]
    assert places(listed) == [("workflow", "extends: a.1 extends this definition in its turn")]
