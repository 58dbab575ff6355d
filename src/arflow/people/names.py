"""How the names of people are looked for: by the beginnings of their words, whatever the case and the accents. Pure."""

from unicodedata import combining, normalize


def is_called(name: str, said: str) -> bool:
    """Whether each word that is looked for begins a word of a name: "zoe ash" finds Zoë Ashworth-Hill."""
    words, wanted = _words(name), _words(said)
    return bool(wanted) and all(any(word.startswith(one) for word in words) for one in wanted)


def _words(name: str) -> list[str]:
    plain = "".join(sign for sign in normalize("NFKD", name.casefold()) if not combining(sign))
    return "".join(sign if sign.isalnum() or sign in "'’" else " " for sign in plain).split()
