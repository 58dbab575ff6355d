"""The ledger of the rules against checkpoints that were given away: whether the acts up to each are still those of it."""

from collections.abc import Iterator, Sequence

import sqlalchemy as sa

from arflow.evidence.checkpoints import Checkpoint
from arflow.store import rules_ledger
from arflow.words import counted


def against(connection: sa.Connection, checkpoints: Sequence[Checkpoint]) -> Iterator[tuple[str, str]]:
    """What speaks against each checkpoint, with its place; those that hold narrow down where the acts were rewritten."""
    holding = sorted((one for one in checkpoints if one.rules), key=lambda one: one.rules)
    if not holding:  # a store from before the ledger has no such table
        return
    agreed, (last, _) = 0, rules_ledger.head(connection)
    for checkpoint in holding:
        upto, day = checkpoint.rules, checkpoint.made_at[:10]
        if last < upto:
            left = f"there {'is' if last == 1 else 'are'} {last}"
            problem = f"were removed: the checkpoint of {day} has {counted(upto, 'act')}, and {left}"
            yield f"acts {last + 1} to {upto} on the rules", problem
        elif rules_ledger.hash_of(connection, upto) != bytes.fromhex(checkpoint.rules_head):
            problem = f"were rewritten with their chain: they are not those of the checkpoint of {day}"
            yield f"acts {agreed + 1} to {upto} on the rules", problem
        else:
            agreed = upto
