"""Opens a PDF with the library's talk kept off the terminal, and every kind of damage as one refusal."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, BinaryIO

from arflow.errors import DocumentRefused

if TYPE_CHECKING:
    from pypdf import PdfReader


@contextmanager
def pdf(file: BinaryIO, name: str) -> "Iterator[PdfReader]":
    """A PDF that needs no password and has a page; DocumentRefused for any other, while it is read too."""
    from pypdf import PdfReader
    from pypdf.errors import PyPdfError

    logging.getLogger("pypdf").addHandler(logging.NullHandler())  # it warns of every small fault that it repairs
    try:
        file.seek(0)
        reader = PdfReader(file)
        if reader.is_encrypted and not reader.decrypt(""):
            raise DocumentRefused(name, "encrypted", "has a password: send it without one")
        if not reader.pages:
            raise DocumentRefused(name, "broken", "has no pages: send the file again")
        yield reader
    except (PyPdfError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        # The library meets damage in many ways, and each of them means the same to whoever sent the file.
        raise DocumentRefused(name, "broken", "is damaged and cannot be opened: send the file again") from error
