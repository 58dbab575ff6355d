"""Files by what is in them: pictures and sound under any name, old types unopened, nothing disguised or with macros."""

from io import BytesIO

import pytest

from arflow.errors import DocumentRefused
from arflow.papers.documents.admission import Door, check
from arflow.papers.documents.file_types import MEDIA, NAMELESS, UNOPENED, ending_of

PICTURES_AND_SOUND = {
    "image/jpeg": b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01\x00",
    "image/png": b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR",
    "image/webp": b"RIFF\x24\x00\x00\x00WEBPVP8 ",
    "image/gif": b"GIF89a",
    "image/heic": b"\x00\x00\x00\x24ftypheic",
    "image/avif": b"\x00\x00\x00\x1cftypavif",
    "audio/wav": b"RIFF\x24\x00\x00\x00WAVEfmt ",
    "audio/amr": b"#!AMR\n",
    "audio/mp4": b"\x00\x00\x00\x1cftypM4A ",
    "video/quicktime": b"\x00\x00\x00\x14ftypqt  ",
    "video/3gpp": b"\x00\x00\x00\x18ftyp3gp5",
}
OLD = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def admitted(content: bytes, name: str) -> str:
    return check(BytesIO(content), name, Door())


@pytest.mark.parametrize("media_type", PICTURES_AND_SOUND)
@pytest.mark.parametrize("ending", [*MEDIA, *NAMELESS])
def test_pictures_and_sound_are_what_is_in_them_whatever_their_name(media_type: str, ending: str) -> None:
    assert (
        admitted(PICTURES_AND_SOUND[media_type] + bytes(60), f"IMG_1.{ending.upper()}" if ending else "IMG_1")
        == media_type
    )


@pytest.mark.parametrize("ending", UNOPENED)
def test_what_is_not_opened_is_kept_as_it_is(ending: str) -> None:
    media_type, begins = UNOPENED[ending]
    assert admitted(begins + bytes(500), f"a.{ending}") == media_type
    assert ending_of(media_type) == f".{ending}"


@pytest.mark.parametrize("ending", [*MEDIA, *UNOPENED, *NAMELESS])
@pytest.mark.parametrize(
    "content", [b"MZ\x90\x00", b"<html><script>", b"#!/bin/sh\n", b"\x7fELF", b"words", b"%PDF-1.7"]
)
def test_what_is_disguised_is_refused_with_one_line(ending: str, content: bytes) -> None:
    with pytest.raises(DocumentRefused) as refused:
        admitted(content + bytes(80), f"a.{ending}" if ending else "a")
    assert refused.value.why == "type"
    assert "\n" not in refused.value.message


@pytest.mark.parametrize("ending", [ending for ending, (_, begins) in UNOPENED.items() if begins == OLD[:4]])
def test_an_old_file_with_macros_is_refused(ending: str) -> None:
    with pytest.raises(DocumentRefused, match="holds macros"):
        admitted(OLD + bytes(600) + "_VBA_PROJECT".encode("utf-16-le") + bytes(80), f"a.{ending}")


@pytest.mark.parametrize(("name", "media_type"), [("a.m4a", "audio/mp4"), ("a.mp4", "video/mp4"), ("a", "video/mp4")])
def test_only_the_name_tells_sound_from_a_film_without_pictures(name: str, media_type: str) -> None:
    assert admitted(b"\x00\x00\x00\x18ftypmp42" + bytes(60), name) == media_type
