"""Turns a paper into the pages of a PDF: Word and its kin by LibreOffice, text, mail and images by arflow."""

import re
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from email import policy
from email.parser import BytesParser
from io import BytesIO
from typing import TYPE_CHECKING

from arflow import temporary
from arflow.errors import NotPossible
from arflow.papers.pages.pdf_page import typeset

if TYPE_CHECKING:
    from PIL import Image

_SECONDS = 120
_TAGGED = 'pdf:writer_pdf_Export:{"UseTaggedPDF":{"type":"boolean","value":"true"}}'  # so that it is read aloud as it was written
_LONGEST = 500_000  # characters of a text that is printed: some two hundred pages
_BY_OFFICE = {
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "docx",
    "application/vnd.oasis.opendocument.text": "odt",
    "application/rtf": "rtf",
    "application/msword": "doc",
}
EMAIL = re.compile(r"[\w.+'-]+@[\w-]+(?:\.[\w-]+)+")
_OWN_HEAD = re.compile(r"\AFrom: [^\n]*\n(?=Subject: )")  # of words that were taken out of a message
_SHOWN = ("image/png", "image/jpeg")
_TURNED = ("image/webp", "image/gif", "image/bmp")  # a film of pictures shows its first
_SET_AS_THEY_ARE = ("RGB", "RGBA", "L")  # others, such as those for presses, may come out in false colours
_IMAGES = (*_SHOWN, *_TURNED, "image/tiff")
# A paper from outside runs nothing and fetches nothing while it is opened.
_PROFILE = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Common/Security/Scripting">
<prop oor:name="BlockUntrustedRefererLinks" oor:op="fuse"><value>true</value></prop>
<prop oor:name="DisableMacrosExecution" oor:op="fuse"><value>true</value></prop>
<prop oor:name="MacroSecurityLevel" oor:op="fuse"><value>3</value></prop>
</item></oor:items>
"""


class CannotBePages(Exception):
    """Why a paper is not in the bundle, as the end of a sentence about it."""


def as_pdf(content: bytes, media_type: str) -> bytes:
    """A paper as PDF; CannotBePages where its type has none, or the word processor is not there or did not do it."""
    if media_type == "application/pdf":
        return content
    if media_type in _BY_OFFICE:
        return _by_office(content, _BY_OFFICE[media_type])
    if media_type in _IMAGES:
        return _by_image(content, media_type)
    if media_type == "text/plain":
        return _print(text=_without_addresses(_read_text(content)))
    if media_type == "message/rfc822":
        return _by_mail(content)
    raise CannotBePages(f"it is {media_type.partition('/')[0]} that cannot be printed")


def office() -> str | None:
    """The command that starts LibreOffice, where it is installed."""
    return shutil.which("soffice") or shutil.which("libreoffice")


def _by_office(content: bytes, ending: str) -> bytes:
    command = office()
    if command is None:
        raise CannotBePages("the word processor that would print it (LibreOffice) is not installed")
    with temporary.folder("print") as folder:
        profile = folder / "profile" / "user"
        profile.mkdir(parents=True)
        (profile / "registrymodifications.xcu").write_text(_PROFILE, "utf-8")
        paper = folder / f"paper.{ending}"
        paper.write_bytes(content)
        words = [
            command,
            f"-env:UserInstallation={(folder / 'profile').as_uri()}",
            *(
                "--headless",
                "--norestore",
                "--nolockcheck",
                "--convert-to",
                _TAGGED,
                "--outdir",
                str(folder),
                str(paper),
            ),
        ]
        try:
            subprocess.run(  # noqa: S603  no shell; the paper's own name is not used
                words, stdin=subprocess.DEVNULL, capture_output=True, timeout=_SECONDS, check=False
            )
        except subprocess.TimeoutExpired:
            raise CannotBePages(f"it could not be printed within {_SECONDS} seconds") from None
        made = paper.with_suffix(".pdf")
        if not made.is_file():
            raise CannotBePages("the word processor could not print it")
        return made.read_bytes()


def _by_image(content: bytes, media_type: str) -> bytes:
    from PIL import Image, ImageSequence

    try:
        with _whole_only(), Image.open(BytesIO(content)) as image:
            if media_type in _SHOWN:
                image.load()
                images = [content if image.mode in _SET_AS_THEY_ARE else _as_png(image)]
            elif media_type in _TURNED:
                images = [_as_png(image)]
            else:
                images = [_as_png(frame) for frame in ImageSequence.Iterator(image)]
    except (OSError, SyntaxError, Image.DecompressionBombError):
        raise CannotBePages("it is a damaged image") from None
    return _print(images=images)


@contextmanager
def _whole_only() -> Iterator[None]:
    """Refuse half an image, which the library that prints lets everybody load as if it were whole."""
    from PIL import ImageFile

    before = ImageFile.LOAD_TRUNCATED_IMAGES
    ImageFile.LOAD_TRUNCATED_IMAGES = False
    try:
        yield
    finally:
        ImageFile.LOAD_TRUNCATED_IMAGES = before


def _as_png(frame: "Image.Image") -> bytes:
    from PIL import ImageOps

    made = BytesIO()
    ImageOps.exif_transpose(frame).convert("RGB").save(made, "PNG")
    return made.getvalue()


def _by_mail(content: bytes) -> bytes:
    """The words of a message with its day and subject; its attachments are papers of their own.

    Those who read it need not know the address of whoever wrote it, or to whom else it went.
    """
    try:
        message = BytesParser(policy=policy.default).parsebytes(content)
        body = message.get_body(("plain",))
        text = None if body is None else str(body.get_content())
        heads = tuple((name, str(message[name])) for name in ("Date", "Subject") if message[name])
    except Exception as error:  # what is malformed or nested too deep comes out of the library as anything
        raise CannotBePages("it is a malformed message") from error
    if text is None:
        raise CannotBePages("it is a message without plain text")
    return _print(heads=heads, text=_without_addresses(text))


def _without_addresses(text: str) -> str:
    """Words of a message without the email addresses in them: those of whoever wrote it, and of messages that it quotes."""
    return EMAIL.sub("[email address]", _OWN_HEAD.sub("", text))


def _read_text(content: bytes) -> str:
    """Text as Windows and the web write it: UTF-16 with its mark, UTF-8, or Western European."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16", "replace")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", "replace")


def _print(*, heads: Sequence[tuple[str, str]] = (), images: Sequence[bytes] = (), text: str = "") -> bytes:
    """Pages of A4 with an image each, or with text under a few heads; nothing but what is given is fetched."""
    if len(text) > _LONGEST:
        raise CannotBePages(f"its text has more than {_LONGEST:,} characters")
    endings = ["png" if image.startswith(b"\x89PNG") else "jpg" for image in images]
    names = [f"image-{number}.{ending}" for number, ending in enumerate(endings, 1)]
    data = {"heads": list(heads), "images": names, "text": text.expandtabs(4).splitlines()}
    try:
        return typeset("paper.typ", data, at=None, images=dict(zip(names, images, strict=True))).content
    except NotPossible:
        raise CannotBePages("it is a damaged image") from None
