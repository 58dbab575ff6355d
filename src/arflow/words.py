"""How numbers and ids read: 1,204 plans; not amend, or not-amend on the command line. Pure."""


def counted(number: int, one: str, several: str | None = None) -> str:
    """A number with what it counts; `several` is for what does not end in s: 2 people."""
    return f"{number:,} {one if number == 1 else several or f'{one}s'}"


def in_words(name: str) -> str:
    """An id as people read it: not amend."""
    return name.replace("_", " ")


def spoken(name: str) -> str:
    """An id as the command line says it: not-amend."""
    return name.replace("_", "-")
