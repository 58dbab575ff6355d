"""Checks of how a return is built: which blocks stand within which, and how many."""

from collections import Counter
from collections.abc import Iterator

from arflow.sen2.checks.rule import EVERYWHERE, Checked, Rule, listed


def misbuilt(case: Checked) -> str | None:
    """A block holds a block that has no place in it, or too many or too few of one."""
    return listed(list(_misbuilt(case)))


def _misbuilt(case: Checked) -> Iterator[str]:
    layout, block = case.against.layout, case.block
    counts = Counter(child.block for child in block.children)
    for part in layout.within(block.block):
        count = counts.pop(part.block, 0)
        if count < part.min or (part.max and count > part.max):
            wanted = f"at least {part.min}" if count < part.min else f"at most {part.max}"
            yield f"{block.block} holds {count} {part.block}: there must be {wanted}"
    yield from (f"{block.block} holds {name}, which has no place in it" for name in counts)


BUILT = Rule(
    id="AR-010",
    severity="error",
    of=EVERYWHERE,
    items=(),
    says="The return is built as its year's return is: its blocks and items in their order, none twice, none out of place.",
    fix="Correct it in the system that made the return; `arflow sen2 export` writes a return in order.",
    finds=misbuilt,
)
RULES = (BUILT,)
