"""Prints a letter's page as a PDF with WeasyPrint; nothing is fetched, from the network or from the disk."""

from arflow.errors import NotPossible

_NO_PANGO = (
    "PDF letters need Pango, which is not on this machine: install it (Debian: libpango-1.0-0 libpangoft2-1.0-0 "
    "libharfbuzz-subset0), or make the letter as .docx"
)


def printed(html: str) -> bytes:
    """A page as a PDF that reads aloud (PDF/UA-1); NotPossible where Pango is not there."""
    try:
        from weasyprint import HTML
    except OSError as error:
        raise NotPossible(_NO_PANGO) from error
    pdf: bytes = HTML(string=html, url_fetcher=_nothing).write_pdf(pdf_variant="pdf/ua-1", pdf_identifier=b"arflow")
    return pdf


def _nothing(url: str, *_: object, **__: object) -> dict[str, object]:
    raise ValueError(f"a letter fetches nothing, and its template asks for {url}")
