"""How numbers and ids read: 1,204 plans; not amend, or not-amend on the command line. Pure."""


def counted(number: int, one: str, several: str | None = None) -> str:
    """A number with what it counts; `several` is for what does not end in s: 2 people."""
    return f"{number:,} {one if number == 1 else several or f'{one}s'}"


def in_words(name: str) -> str:
    """An id as people read it: not amend."""
    return name.replace("_", " ")


def numbered(name: str, proceeding: int) -> str:
    """An id as people read it, with the number of the proceeding on the plan that asks for it: order amend (no. 3)."""
    return f"{in_words(name)} (no. {proceeding})" if proceeding else in_words(name)


def spoken(name: str) -> str:
    """An id as the command line says it: not-amend."""
    return name.replace("_", "-")
