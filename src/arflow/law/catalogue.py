"""The definitions that can be used: each read and checked once, by its name and version."""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping
from pathlib import Path

from arflow.errors import DefinitionRefused, InvalidValue, NotFound
from arflow.law.definition import Document, Fault, build, published_digests, read
from arflow.law.definition_check import check
from arflow.law.machine import Machine
from arflow.law.workflow import Workflow


class Definitions(ABC):
    """Definitions by their ids, each read and checked once, with those that it extends."""

    def __init__(self) -> None:
        self._loaded: dict[str, Workflow] = {}
        self._machines: dict[str, Machine] = {}

    @abstractmethod
    def names(self) -> Iterable[str]:
        """The ids of the definitions there are."""

    @abstractmethod
    def document(self, workflow_id: str) -> Document:
        """The document of an id that is there."""

    @abstractmethod
    def locks(self, document: Document) -> Mapping[str, str]:
        """The digests that files were published with, by their names, as far as a document must keep to them."""

    def load(self, workflow_id: str) -> Workflow:
        """A checked workflow by its id; DefinitionRefused with every fault, NotFound if there is none."""
        if workflow_id not in self._loaded:
            workflow, faults = self.check(workflow_id)
            if faults or workflow is None:
                raise DefinitionRefused(faults)
            self._loaded[workflow_id] = workflow
        return self._loaded[workflow_id]

    def lacks(self, workflow_id: str) -> bool:
        """Whether there is no workflow of an id."""
        return workflow_id not in self._loaded and workflow_id not in self.names()

    def machine(self, workflow_id: str) -> Machine:
        """The state machine of a workflow, built once; DefinitionRefused or NotFound as for the workflow."""
        if workflow_id not in self._machines:
            self._machines[workflow_id] = Machine(self.load(workflow_id))
        return self._machines[workflow_id]

    def check(self, workflow_id: str) -> tuple[Workflow | None, list[Fault]]:
        """The workflow of an id, as far as it can be built, and all of its faults."""
        if workflow_id not in self.names():
            raise NotFound("workflow", workflow_id, f"there are {', '.join(self.names())}")
        return self.check_document(self.document(workflow_id))

    def check_document(
        self, document: Document, under: tuple[str, ...] = (), locks: Mapping[str, str] | None = None
    ) -> tuple[Workflow | None, list[Fault]]:
        """The workflow of a document, as far as it can be built, and all of its faults, those of what it extends first."""
        extends = document.extends
        base = self._base(document, extends, (*under, document.path.stem)) if extends else None
        workflow = build(document, base)
        if workflow is None or (extends and base is None):
            return None, document.faults
        check(document, workflow, base, self.locks(document) if locks is None else locks)
        return workflow, document.faults

    def _base(self, document: Document, extends: str, under: tuple[str, ...]) -> Workflow | None:
        if extends not in self.names():
            document.fault("workflow", f"extends: there is no workflow {extends}; there are {', '.join(self.names())}")
            return None
        if extends in under:
            document.fault("workflow", f"extends: {extends} extends this definition in its turn")
            return None
        base, faults = self.check_document(self.document(extends), under)
        document.faults += faults
        return base


class Catalogue(Definitions):
    """The definitions in files: those shipped with arflow, and an authority's own in further folders."""

    def __init__(self, *folders: Path) -> None:
        super().__init__()
        self.folders = (shipped_folder(), *folders)

    def paths(self) -> dict[str, Path]:
        """Each workflow's id (name and version) with its file."""
        found = {path.stem: path for folder in self.folders for path in sorted(folder.glob("*.toml"))}
        return dict(sorted(found.items()))

    def names(self) -> Iterable[str]:
        """The ids of the files there are."""
        return self.paths()

    def document(self, workflow_id: str) -> Document:
        """The file of an id."""
        return read(self.paths()[workflow_id])

    def check_file(self, path: Path, *, locked: bool = True) -> tuple[Workflow | None, list[Fault]]:
        """The workflow of a file, as far as it can be built, and all of its faults, those of what it extends first.

        Where it is not `locked`, it may differ from what its own folder says was published under its name.
        """
        document = read(path)
        return self.check_document(document, locks=self.locks(document, own=locked))

    def locks(self, document: Document, *, own: bool = True) -> dict[str, str]:
        """The locked versions, of every folder: a copy of a shipped one elsewhere is locked as well."""
        path = document.path
        others = (folder for folder in reversed(self.folders) if folder.resolve() != path.parent.resolve())
        locks = [published_digests(folder) for folder in (*([path.parent] if own else []), *others)]
        return {name: digest for lock in locks for name, digest in lock.items()}


def catalogue_of(environment: Mapping[str, str], *folders: Path) -> Catalogue:
    """The definitions that come with arflow, those of the folder that ARFLOW_WORKFLOWS names, and those of `folders`.

    InvalidValue where there is no such folder: an authority's own rules are never left out unsaid.
    """
    own = environment.get("ARFLOW_WORKFLOWS")
    if own and not Path(own).is_dir():
        raise InvalidValue("ARFLOW_WORKFLOWS", own, "a folder that is there: name the one with your own definitions")
    return Catalogue(*([Path(own)] if own else []), *folders)


def shipped_folder() -> Path:
    """The folder of the definitions that come with arflow: in the package, or at the root of a checkout."""
    package = Path(__file__).parents[1] / "workflows"
    return package if package.is_dir() else Path(__file__).parents[3] / "workflows"
