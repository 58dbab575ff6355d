"""The refusal of a workbook that cannot be read, and the way on."""

from pathlib import Path

from arflow.errors import InvalidValue

SAVE_AGAIN = "save it as an Excel workbook (.xlsx) or as CSV (UTF-8)"


def damaged(path: Path) -> InvalidValue:
    """The refusal of a file that the libraries cannot make out."""
    return InvalidValue(
        "FILE", path.name, f"a workbook that can be read: it is damaged; open it in Excel and {SAVE_AGAIN}"
    )
