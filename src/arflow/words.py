"""How a number of things reads: 1 plan, 1,204 plans. Pure."""


def counted(number: int, one: str, several: str | None = None) -> str:
    """A number with what it counts; `several` is for what does not end in s: 2 people."""
    return f"{number:,} {one if number == 1 else several or f'{one}s'}"
