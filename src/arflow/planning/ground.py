"""What a year is planned by, from the store's rules and the files that somebody gives."""

from collections.abc import Mapping
from pathlib import Path

import msgspec

from arflow.application.arflow import Arflow
from arflow.lists.questions import Asking
from arflow.planning import capacities, term_dates
from arflow.planning.latest_day import steps_of
from arflow.planning.school_year import SchoolYear
from arflow.planning.settings_register import Setting
from arflow.planning.year_plan import Ground


class Given(msgspec.Struct, frozen=True, kw_only=True):
    """The files and figures that somebody gives: terms, officers and panels, and what others take in a week."""

    officers: Path | None = None
    panels: Path | None = None
    officer_week: int = 8
    setting_week: int = 4


def ground_of(app: Arflow, asking: Asking, year: SchoolYear, given: Given, register: Mapping[str, Setting]) -> Ground:
    """The ground of a year's plan; NotPossible without its terms, TableRefused with every fault of a file that is not sound."""
    workflow = app.current_workflow(max(app.today, app.rules.read().first_day))
    steps = steps_of(workflow)
    holding = {plan["coordinator"] for plan in asking.plans(state="maintained") if plan["coordinator"]}
    return Ground(
        year=year,
        today=app.today,
        terms=term_dates.of_year(workflow.terms, year),
        bank_holidays=workflow.policy.bank_holidays,
        notice=steps.notice.days,
        report=steps.report.days,
        decide=steps.decide.days,
        officer=capacities.of_officer(given.officer_week),
        setting=capacities.of_setting(given.setting_week),
        officers=capacities.read_officers(given.officers, holding, given.officer_week) if given.officers else {},
        settings={
            urn: capacities.of_setting(one.meetings_a_week) for urn, one in register.items() if one.meetings_a_week
        },
        panels=capacities.read_panels(given.panels) if given.panels else (),
    )
