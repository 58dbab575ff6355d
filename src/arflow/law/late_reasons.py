"""Why duties are late, in an authority's own codes: reasons, each with its cause, and remedies."""

import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TypeVar

import msgspec

from arflow import toml_text
from arflow.errors import InvalidValue
from arflow.law.catalogue import shipped_folder

_VARIABLE = "ARFLOW_LATENESS"


class Code(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A cause or a remedy: its id, which the log holds, and what it means."""

    id: str
    text: str


_C = TypeVar("_C", bound=Code)


class LateReason(Code, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A reason; `cause` is whose side it lies on."""

    cause: str


class CodeList(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An authority's list, or the `example` that comes with arflow."""

    name: str
    example: bool = False
    cause: tuple[Code, ...]
    reason: tuple[LateReason, ...]
    remedy: tuple[Code, ...] = ()

    def reason_of(self, code: str, field: str) -> LateReason:
        """A reason by its id; InvalidValue where the list has none."""
        return _named(self.reason, code, field)

    def remedy_of(self, code: str, field: str) -> Code:
        """A remedy by its id; InvalidValue where the list has none."""
        return _named(self.remedy, code, field)


def code_list(environment: Mapping[str, str] = os.environ) -> CodeList:
    """The list that ARFLOW_LATENESS names, or the example; InvalidValue with every fault in it."""
    path = Path(environment.get(_VARIABLE) or shipped_folder() / "lateness" / "example.toml")
    try:
        found = msgspec.convert(toml_text.read(path), CodeList)
    except OSError as error:
        raise InvalidValue(_VARIABLE, path, f"a file that can be read ({error.strerror})") from None
    except (ValueError, msgspec.ValidationError) as error:
        raise InvalidValue(_VARIABLE, path, f"a list of reasons: {error}") from None
    faults = list(_faults(found))
    if faults:
        raise InvalidValue(_VARIABLE, path, f"a sound list of reasons: {'; '.join(faults)}")
    return found


def _named(codes: tuple[_C, ...], code: str, field: str) -> _C:
    wanted = code.replace("-", "_")
    for one in codes:
        if one.id == wanted:
            return one
    there = tuple(one.id for one in codes)
    raise InvalidValue(field, code, f"one of {', '.join(there) or 'none'} (`arflow lateness codes`)", there)


def _faults(found: CodeList) -> Iterator[str]:
    causes = {one.id for one in found.cause}
    for kind, codes in (("cause", found.cause), ("reason", found.reason), ("remedy", found.remedy)):
        ids = [one.id for one in codes]
        yield from (f"{kind} {id_} is there twice" for id_ in dict.fromkeys(ids) if ids.count(id_) > 1)
        yield from (f'{kind} "{id_}" is no id: letters, digits and _ alone' for id_ in ids if not id_.isidentifier())
    yield from (f"reason {one.id}: there is no cause {one.cause}" for one in found.reason if one.cause not in causes)
