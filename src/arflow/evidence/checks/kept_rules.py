"""The ledger of the rules: its own chain, the texts of the definitions it publishes, and the reasons given for its acts."""

from collections.abc import Iterator, Sequence

import msgspec
import sqlalchemy as sa

from arflow.events.of_rules import AnyRulesAct, DefinitionPublished, decode_act
from arflow.evidence.checkpoints import Checkpoint
from arflow.evidence.checks.finding import Checked, Finding
from arflow.evidence.rules_check import against
from arflow.store import rules_ledger
from arflow.words import counted

AREA = "rules"


class KeptRules:
    """Every act on the rules, and what is wrong with it."""

    def __init__(self, connection: sa.Connection, checkpoints: Sequence[Checkpoint] = ()) -> None:
        self._connection = connection
        self.acts: list[AnyRulesAct] = []
        self._found = [_finding(number, problem) for number, problem in rules_ledger.faults(connection)]
        for number, payload in enumerate(rules_ledger.payloads(connection), start=1):
            try:
                self.acts.append(decode_act(payload))
            except msgspec.MsgspecError:
                self._found.append(_finding(number, "is no act that this arflow knows"))
        if not self._found:  # where its own chain breaks, that says where
            self._found += (
                Finding(area=AREA, place=place, problem=problem) for place, problem in against(connection, checkpoints)
            )

    def checked(self) -> Checked:
        """All that was found."""
        sound = f"{counted(len(self.acts), 'act')} on the rules as recorded, with the texts of their definitions"
        return Checked(area=AREA, sound=sound, findings=(*self._found, *self._texts()))

    def _texts(self) -> Iterator[Finding]:
        if not self.acts:
            yield Finding(area=AREA, place="rules", problem="none is published: run `arflow init`")
        for act in self.acts:
            if isinstance(act, DefinitionPublished) and rules_ledger.text(self._connection, act.sha256) is None:
                yield _finding(act.number, f"the text of {act.definition} is not kept as it was published")


def _finding(number: int, problem: str) -> Finding:
    return Finding(area=AREA, place=f"act {number} on the rules", problem=problem)
