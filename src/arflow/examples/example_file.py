"""Worked examples in a TOML file beside a definition: facts in, states and days out.

The examples of `anyshire.2026.toml` stand in `examples/anyshire.2026.toml` in the same folder.
"""

import re
import tomllib
from collections.abc import Iterator
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, get_args

import msgspec

from arflow.case.duties import DutyState
from arflow.case.plan_commands import AddPlan, AnyPlanCommand
from arflow.case.review_commands import AnyReviewCommand
from arflow.errors import InvalidValue
from arflow.events import Quality
from arflow.examples.case_told import AnyTold, OpenReview

REF = "P-1"


class Expected(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What must come of a duty on a day (default: that of the example): only what is named is compared."""

    duty: str
    on: date | None = None
    due: date | None = None
    outer: date | None = None
    met_on: date | None = None
    state: DutyState | None = None
    owner: str | None = None
    quality: Quality | None = None

    @property
    def named(self) -> dict[str, Any]:
        """The fields that are compared."""
        fields = ("due", "outer", "met_on", "state", "owner", "quality")
        return {name: getattr(self, name) for name in fields if getattr(self, name) is not None}


class Example(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A worked example: what it shows, the paragraph, the plan and the acts, and what must come of them."""

    says: str
    citation: str
    plan: dict[str, Any]
    acts: tuple[dict[str, Any], ...] = ()
    on: date | None = None
    state: str | None = None
    duties: tuple[Expected, ...] = ()

    def given(self) -> AddPlan:
        """The plan as a command."""
        plan: AddPlan = _command(AddPlan, {"ref": REF, **self.plan}, "plan")
        return plan

    def when(self) -> Iterator[AnyTold]:
        """Each act as a command: the one of its step, or the one whose name it has in snake case."""
        for act in self.acts:
            name = str(act.get("act", ""))
            command = commands().get(name)
            if command is None:
                raise InvalidValue("act", name, "an act; possible: " + ", ".join(commands()), tuple(commands()))
            yield _command(command, {field: value for field, value in act.items() if field != "act"}, name)


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    example: tuple[Example, ...] = ()


def beside(definition: Path) -> Path:
    """Where the examples of a definition stand."""
    return definition.parent / "examples" / definition.name


def read_examples(path: Path) -> tuple[Example, ...]:
    """The examples of a file; InvalidValue where it is no TOML, or an example holds what none can."""
    try:
        with path.open("rb") as file:
            document = tomllib.load(file)
        return msgspec.convert(document, _File, builtin_types=(date,)).example
    except OSError as error:
        raise InvalidValue("FILE", path, f"a file that can be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise InvalidValue("FILE", path, "text in UTF-8") from error
    except (tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
        raise InvalidValue("FILE", path, f"a file of worked examples: {error}") from error


@cache
def commands() -> dict[str, type[Any]]:
    """Every act by the name it has in an example."""
    classes = (*get_args(AnyReviewCommand), *get_args(AnyPlanCommand))
    named = {getattr(cls, "step", None) or _snake(cls.__name__): cls for cls in classes if cls is not AddPlan}
    return {"open": OpenReview, **named}


def _snake(name: str) -> str:
    return re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()


def _command(cls: type[Any], fields: dict[str, Any], act: str) -> Any:
    unknown = [name for name in fields if name not in cls.__struct_fields__]
    if unknown:
        wanted = f"a field of {act}; possible: {', '.join(cls.__struct_fields__)}"
        raise InvalidValue(act, unknown[0], wanted, cls.__struct_fields__)
    try:
        return msgspec.convert(fields, cls, builtin_types=(date,))
    except msgspec.ValidationError as error:
        raise InvalidValue(act, "a field", f"what {act} takes: {error}") from error
