"""Takes out of a PDF what acts without a reader or carries something hidden, so that its pages are pages and nothing more."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pypdf import PdfReader

_SCRIPT, _FILES, _ACTIONS, _MEDIA = "JavaScript", "embedded files", "actions", "sound, film or 3D"
# Entries that go wherever they stand (ISO 32000-2: 7.7.2, 7.11.4, 12.6, 12.7.8, 14.13), and what they are.
_ENTRIES = {
    "/AA": _ACTIONS,
    "/AF": _FILES,
    "/Collection": _FILES,
    "/EF": _FILES,
    "/EmbeddedFiles": _FILES,
    "/JS": _SCRIPT,
    "/JavaScript": _SCRIPT,
    "/RichMediaContent": _MEDIA,
    "/XFA": "an XFA form",
}
_ACTING = ("/A", "/PA", "/Next", "/OpenAction")
_PLAYERS = {"/FileAttachment": _FILES} | dict.fromkeys(("/RichMedia", "/Screen", "/Movie", "/Sound", "/3D"), _MEDIA)
_KINDS = {
    "/JavaScript": _SCRIPT,
    "/Launch": "a program to start",
    "/Rendition": _MEDIA,
    "/Movie": _MEDIA,
    "/Sound": _MEDIA,
}
_LINKS = ("http://", "https://", "mailto:", "tel:")


def disarm(reader: "PdfReader") -> tuple[str, ...]:
    """Take it out of a PDF that was opened; what there was, in words. Links to a page or to the web stay."""
    taken: set[str] = set()
    stack: list[Any] = [reader.root_object, *reader.pages]
    seen: set[int] = set()
    while stack:
        one = stack.pop()
        if id(one) in seen:
            continue
        seen.add(id(one))
        if isinstance(one, dict):
            _disarm_entries(one, taken)
            stack += [found for value in one.values() if isinstance(found := _resolved(value), dict | list)]
        else:
            stack += [found for value in one if isinstance(found := _resolved(value), dict | list)]
    return tuple(sorted(taken))


def _disarm_entries(entries: dict[str, Any], taken: set[str]) -> None:
    for key in list(entries):
        value = _resolved(entries.get(key))
        if key in _ENTRIES:
            taken.add(_ENTRIES[key])
            del entries[key]
        elif key in _ACTING and (kind := _acts(value)):
            taken.add(kind)
            del entries[key]
        elif key == "/Annots" and isinstance(value, list):
            _disarm_annotations(value, taken)


def _acts(action: Any) -> str | None:
    """What an action, or one of several, is that does more than lead to a page or to the web; None for any other value."""
    if isinstance(action, list):
        return next(filter(None, (_acts(_resolved(one)) for one in action if not isinstance(one, list))), None)
    kind = action.get("/S") if isinstance(action, dict) else None
    match _resolved(kind):
        case None | "/GoTo":
            return None
        case "/URI":
            to = str(_resolved(action.get("/URI"))).strip().lower()
            return None if to.startswith(_LINKS) else _ACTIONS
        case named:
            return _KINDS.get(str(named), _ACTIONS)


def _disarm_annotations(annotations: list[Any], taken: set[str]) -> None:
    for one in list(annotations):
        annotation = _resolved(one)
        kind = annotation.get("/Subtype") if isinstance(annotation, dict) else None
        if kind in _PLAYERS:
            taken.add(_PLAYERS[kind])
            annotations.remove(one)


def _resolved(value: Any) -> Any:
    return value.get_object() if hasattr(value, "get_object") else value
