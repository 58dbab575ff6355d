"""`arflow workflow test`: the worked examples beside a definition, with the days around each limit."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click
import msgspec

from arflow.cli.law.definitions_in_files import catalogue_with
from arflow.cli.root import Command
from arflow.cli.session import Session
from arflow.errors import DefinitionRefused, MissingValue, NotPossible
from arflow.law.catalogue import Catalogue
from arflow.words import counted

if TYPE_CHECKING:
    from arflow.examples.running import Ran


class Tested(msgspec.Struct, frozen=True, kw_only=True):
    """The examples of one definition, and the authority's own duties that none of them shows."""

    workflow: str
    examples: "tuple[Ran, ...]"
    without_example: tuple[str, ...]

    @property
    def sound(self) -> bool:
        """Whether each example comes out, and each duty of the authority's own has one."""
        return not self.without_example and not any(ran.faults for ran in self.examples)


@click.command("test", cls=Command)
@click.argument("files", nargs=-1, type=click.Path(path_type=Path, exists=True, dir_okay=False), metavar="[FILE]...")
@click.pass_obj
@click.pass_context
def test(context: click.Context, session: Session, /, files: tuple[Path, ...]) -> None:
    """Run the worked examples beside definitions, with the day before, on and after each limit they name.

    The examples of anyshire.2026.toml stand in examples/anyshire.2026.toml in the same folder. Without FILE those of every
    definition are run. What comes out otherwise is shown with its proof, and ends with 1.

    \b
    Example:
      arflow workflow test workflows/annual_review.2015.toml
    """
    paths = files or tuple(catalogue_with().paths().values())
    found = [tested(path, catalogue_with(path.parent)) for path in paths]
    document = [msgspec.to_builtins(one) | {"sound": one.sound} for one in found]
    session.emit(
        document, lambda out: out.print("\n".join(line for one in found for line in _lines(one)), soft_wrap=True)
    )
    if not all(one.sound for one in found):
        context.exit(1)


def tested(path: Path, catalogue: Catalogue) -> Tested:
    """The examples of a definition's file, run; DefinitionRefused where the definition itself has faults."""
    from arflow.examples import example_file, running

    workflow, faults = catalogue.check_file(path, locked=False)
    if faults or workflow is None:
        raise DefinitionRefused(faults)
    its = example_file.beside(path)
    examples = example_file.read_examples(its) if its.exists() else ()
    return Tested(
        workflow=workflow.id,
        examples=tuple(running.run(example, workflow) for example in examples),
        without_example=running.without_example(workflow, examples),
    )


def refuse_untested(path: Path, catalogue: Catalogue) -> None:
    """NotPossible where a duty of the authority's own has no example, or an example comes out otherwise."""
    found = tested(path, catalogue)
    if found.without_example:
        raise MissingValue(
            f"{path.name}: {found.without_example[0]}",
            f"say its last day in an example, in examples/{path.name} beside it: see `arflow workflow test --help`",
        )
    failed = sum(bool(ran.faults) for ran in found.examples)
    if failed:
        raise NotPossible(
            f"{counted(failed, 'example')} of {path.name} come out otherwise: see `arflow workflow test {path}`"
        )


def _lines(found: Tested) -> Iterator[str]:
    yield f"{found.workflow}: {counted(len(found.examples), 'example')}"
    for ran in found.examples:
        yield f"  {'comes out otherwise' if ran.faults else 'as it says'}: {ran.says} ({ran.citation})"
        for fault in ran.faults:
            yield from (f"    {line}" for line in fault.splitlines())
    for duty in found.without_example:
        yield f"  no example says the last day of {duty}"
