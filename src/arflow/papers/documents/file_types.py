"""The types of files that are kept: by the end of their name, by what is in them, or unopened as families send them."""

import mimetypes

_OFFICE = "application/vnd.openxmlformats-officedocument"
# By the end of the name: the media type, and what the library finds such a file to be (none: it is text).
BY_NAME: dict[str, tuple[str, frozenset[str]]] = {
    "pdf": ("application/pdf", frozenset({".pdf"})),
    "docx": (f"{_OFFICE}.wordprocessingml.document", frozenset({".docx"})),
    "xlsx": (f"{_OFFICE}.spreadsheetml.sheet", frozenset({".xlsx"})),
    "pptx": (f"{_OFFICE}.presentationml.presentation", frozenset({".pptx"})),
    "odt": ("application/vnd.oasis.opendocument.text", frozenset({".docx", ".odt"})),
    "rtf": ("application/rtf", frozenset({".rtf"})),
    "txt": ("text/plain", frozenset()),
    "eml": ("message/rfc822", frozenset()),
    "ics": ("text/calendar", frozenset()),
    "json": ("application/json", frozenset()),
}
# Pictures, sound and films of telephones: programs name them so and so, and what is in them says what they are.
MEDIA = (
    *("png", "jpg", "jpeg", "jpe", "jfif", "pjpeg", "heic", "heif", "avif", "webp", "gif", "bmp", "tif", "tiff"),
    *("mp3", "m4a", "wav", "aac", "amr", "ogg", "oga", "opus", "flac", "caf", "wma"),
    *("mp4", "m4v", "mov", "3gp", "3g2", "webm"),
)
# Names that say nothing.
NAMELESS = ("", "bin", "dat", "tmp")
_LOOKS = {
    ".jpg": "image/jpeg",
    ".png": "image/png",
    ".gif": "image/gif",
    ".bmp": "image/bmp",
    ".tif": "image/tiff",
    ".mp3": "audio/mpeg",
    ".mpga": "audio/mpeg",
    ".aac": "audio/aac",
    ".amr": "audio/amr",
    ".ogg": "audio/ogg",
    ".flac": "audio/flac",
    ".caf": "audio/x-caf",
    ".wma": "audio/x-ms-wma",
    ".webm": "video/webm",
}
_IN_RIFF = {b"WEBP": "image/webp", b"WAVE": "audio/wav"}
# The major brands of ISO base media files (ISO/IEC 14496-12 4.3); every other is a film.
_BRANDS = {
    **dict.fromkeys((b"heic", b"heix", b"hevc", b"hevx", b"heim", b"heis", b"mif1", b"msf1"), "image/heic"),
    **dict.fromkeys((b"avif", b"avis"), "image/avif"),
    **dict.fromkeys((b"M4A ", b"M4B "), "audio/mp4"),
    b"qt  ": "video/quicktime",
}
_OLD_OFFICE, _ZIP = b"\xd0\xcf\x11\xe0", b"PK\x03\x04"
# What is kept as it is and opened by nobody here: its media type, and how such a file begins.
UNOPENED: dict[str, tuple[str, bytes]] = {
    "doc": ("application/msword", _OLD_OFFICE),
    "xls": ("application/vnd.ms-excel", _OLD_OFFICE),
    "ppt": ("application/vnd.ms-powerpoint", _OLD_OFFICE),
    "pub": ("application/vnd.ms-publisher", _OLD_OFFICE),
    "msg": ("application/vnd.ms-outlook", _OLD_OFFICE),
    "pages": ("application/vnd.apple.pages", _ZIP),
    "numbers": ("application/vnd.apple.numbers", _ZIP),
    "key": ("application/vnd.apple.keynote", _ZIP),
}


def listed() -> str:
    """The ends of the names of all that is kept."""
    return ", ".join(dict.fromkeys((*BY_NAME, *MEDIA, *UNOPENED)))


def looks_like(head: bytes) -> frozenset[str]:
    """The name endings of the types that a file could be, by its first bytes."""
    import puremagic

    try:
        return frozenset(match.extension.lower() for match in puremagic.magic_string(head))
    except puremagic.PureError:
        return frozenset()


def media_type_of(head: bytes, ending: str = "") -> str | None:
    """The media type of a picture, of sound or of a film by its first bytes; None for anything else.

    Recorders write sound as films without pictures: only the end of the name tells.
    """
    if head.startswith(b"RIFF"):
        return _IN_RIFF.get(head[8:12])
    if head[4:8] == b"ftyp":
        brand = head[8:12]
        film = "audio/mp4" if ending == "m4a" else "video/mp4"
        return _BRANDS.get(brand, "video/3gpp" if brand.startswith(b"3g") else film)
    found = looks_like(head)
    return next((media_type for looks, media_type in _LOOKS.items() if looks in found), None)


def ending_of(media_type: str) -> str:
    """How the name of a file of a type ends, with its dot; nothing for a type that is not known."""
    own = (ending for ending, (known, _) in (*BY_NAME.items(), *UNOPENED.items()) if known == media_type)
    last = media_type.rpartition("/")[2]
    found = next(own, last if last in MEDIA and last != "jpeg" else None)
    return f".{found}" if found else mimetypes.guess_extension(media_type) or ""
