"""Prints a letter's page as a PDF with WeasyPrint; nothing is fetched, from the network or from the disk."""

from contextlib import redirect_stdout
from io import StringIO
from typing import Any

from arflow.errors import NotPossible

_NO_PANGO = (
    "PDF letters need Pango, which is not on this machine: install it (Debian: libpango-1.0-0 libpangoft2-1.0-0 "
    "libharfbuzz-subset0), or make the letter as .docx"
)


def printed(html: str) -> bytes:
    """A page as a PDF that reads aloud (PDF/UA-1); NotPossible where Pango is not there, or the page asks for a file."""
    try:
        with redirect_stdout(StringIO()):  # where it says at length what it lacks
            from weasyprint import HTML, urls
    except OSError as error:
        raise NotPossible(_NO_PANGO) from error

    class OnlyWithin(urls.URLFetcher):  # type: ignore[misc]
        """Reads what stands in the page itself (data:), and stops the printing where it asks for anything else."""

        def fetch(self, url: str, headers: dict[str, str] | None = None) -> Any:
            if not url.startswith("data:"):
                raise urls.FatalURLFetchingError(url)
            return super().fetch(url, headers)

    try:
        pdf: bytes = HTML(string=html, url_fetcher=OnlyWithin()).write_pdf(
            pdf_variant="pdf/ua-1", pdf_identifier=b"arflow"
        )
    except urls.FatalURLFetchingError as error:
        raise NotPossible(f"a letter fetches nothing, and its page asks for {error}: put it into the page") from error
    return pdf
