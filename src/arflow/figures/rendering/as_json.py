"""A report as one JSON document with stable names: for programs."""

from collections.abc import Iterable, Sequence
from typing import Any, BinaryIO

import msgspec

from arflow.control_characters import escaped
from arflow.figures.report import Column, Report, Row, Section


def write(report: Report, to: BinaryIO) -> None:
    """The whole report, indented."""
    to.write(_encoded(document(report)))


def write_cases(report: Report, section: Section, to: BinaryIO) -> None:
    """The cases behind a section, with what was asked and the log they come from."""
    assert section.cases is not None
    found = {"section": section.name, "note": section.note, "columns": section.cases.columns}
    rows = _objects(section.cases.columns, section.cases.rows())
    to.write(_encoded({**_head(report), **found, "rows": rows}))


def document(report: Report) -> dict[str, Any]:
    """The report as objects: rows under the names of their columns, days in ISO, percent from 0 to 100."""
    return {
        **_head(report),
        "sections": [_section(section) for section in report.sections],
        "definitions": report.definitions,
    }


def _head(report: Report) -> dict[str, Any]:
    outside = report.checkpoint
    return {
        "name": report.name,
        "title": report.title,
        "about": report.about,
        "asked": report.asked,
        "log": {"position": report.log[0], "head": report.log[1]} if report.log else None,
        "left_out": report.left_out,
        "newest_checkpoint": {"made_at": outside.made_at, "events": outside.events} if outside else None,
    }


def _section(section: Section) -> dict[str, Any]:
    return {
        "name": section.name,
        "title": section.title,
        "note": section.note,
        "columns": section.columns,
        "rows": _objects(section.columns, section.rows),
        "chart": section.chart,
        "cases": [column.name for column in section.cases.columns] if section.cases else None,
    }


def _objects(columns: Sequence[Column], rows: Iterable[Row]) -> list[dict[str, Any]]:
    names = [column.name for column in columns]
    return [dict(zip(names, row, strict=True)) for row in rows]


def _encoded(document: dict[str, Any]) -> bytes:
    return escaped(msgspec.json.format(msgspec.json.encode(document), indent=2)) + b"\n"
