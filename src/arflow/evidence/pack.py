"""The evidence pack: chosen cases with everything that proves them, written as one ZIP file."""

from collections.abc import Iterator
from datetime import UTC, date
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

import msgspec

from arflow.errors import NotPossible
from arflow.evidence import checkpoints, signatures, statement, verify
from arflow.evidence.checkpoints import Checkpoint
from arflow.evidence.merkle import inclusion_spans
from arflow.evidence.pack_case import PackedCase, Proving, Telling, pack_case, streams_of
from arflow.evidence.pack_check import refuse_unsound
from arflow.evidence.pack_figures import figures
from arflow.evidence.pack_people import people_files
from arflow.evidence.sample import Chosen, Named, Sample, choose
from arflow.evidence.survey import Progressing, Streams
from arflow.evidence.trail import trail_words
from arflow.evidence.trail.as_html import as_html
from arflow.evidence.zip_file import Packing
from arflow.law.london import LONDON
from arflow.lists.follower import Progress
from arflow.papers.pages import Made, render
from arflow.people import Person
from arflow.telling.sentences import Teller
from arflow.words import counted

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    from arflow.application.arflow import Arflow
    from arflow.store import Snapshot

FORM = "arflow-evidence-1"


class HandOver(msgspec.Struct, frozen=True, kw_only=True):
    """One case for another authority: without the figures of this one, and with the people who were chosen."""

    people: tuple[Person, ...] = ()


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """What goes into a pack: which cases, the period of its figures and of a sample, and whether names stay out."""

    cases: Named | Sample
    start: date | None = None
    end: date | None = None
    redacted: bool = False
    after: Checkpoint | None = None
    hands_over: HandOver | None = None


class Packed(msgspec.Struct, frozen=True, kw_only=True):
    """What was packed."""

    plans: tuple[str, ...]
    events: int
    files: int
    checkpoint: Checkpoint


def export(
    app: "Arflow",
    to: BinaryIO,
    wanted: Wanted,
    *,
    key: "Ed25519PrivateKey | None" = None,
    telling: Progressing = None,
) -> Packed:
    """Write a pack of the log as it is at this moment; a refusal where the log or a case is not sound, or not there."""
    return _Exporting(app, wanted, key, telling).write(to)


class _Exporting:
    """One pack in the making."""

    def __init__(self, app: "Arflow", wanted: Wanted, key: "Ed25519PrivateKey | None", telling: Progressing) -> None:
        self._app, self._wanted, self._key, self._progress = app, wanted, key, telling
        self._at = app.now.astimezone(UTC)
        self._today = app.today
        self._telling = Telling(
            made_at=self._at, today=self._today, teller=_teller(app, redacted=wanted.redacted), redacted=wanted.redacted
        )

    def write(self, to: BinaryIO) -> Packed:
        with self._app.log_store.snapshot() as snapshot:
            size = snapshot.head[0]
            chosen = choose(
                self._app, self._wanted.cases, size, (self._wanted.start, self._wanted.end), self._walked(size)
            )
            proving = self._prove(snapshot, chosen)
        with Packing(to) as packing:
            shown = [self._case(packing, number, ref, proving) for number, ref in enumerate(chosen.plans, 1)]
            self._beside(packing, proving.checkpoint)
            self._front(packing, chosen, proving.checkpoint, shown)
        return Packed(
            plans=chosen.plans,
            events=sum(case["events"] for case in shown),
            files=len(packing.files) + 1,
            checkpoint=proving.checkpoint,
        )

    def _walked(self, size: int) -> Any:
        return lambda done: self._progress(Progress(done=done, of=size)) if self._progress else None

    def _prove(self, snapshot: "Snapshot", chosen: Chosen) -> Proving:
        """Walk the log once, keeping the nodes that the chosen cases' proofs are made of."""
        size, positions, names = snapshot.head[0], [], []
        cases = {
            ref: [row for row in self._app.log_store.read_case(ref) if row.position <= size] for ref in chosen.plans
        }
        for rows in cases.values():
            positions += [row.position for row in rows]
            names += streams_of(rows)
        streams = Streams(snapshot, size, names)
        spans = (span for position in positions for span in inclusion_spans(position - 1, size))
        checkpoint, survey = checkpoints.take(
            snapshot, streams, self._at, after=self._wanted.after, spans=spans, telling=self._progress
        )
        refuse_unsound(self._app.engine, snapshot, cases)
        return Proving(checkpoint=checkpoint, events=survey.tree, streams=streams)

    def _case(self, packing: Packing, number: int, ref: str, proving: Proving) -> dict[str, Any]:
        """Pack one case; what the first page says about it."""
        folder = f"cases/case-{number}"
        case = pack_case(self._app, ref, proving, self._telling)
        for name, content in case.files.items():
            packing.add(f"{folder}/{name}", content)
        packing.add(f"{folder}/index.html", _case_page(case))
        for workflow, digest in case.definitions.items():
            self._definition(packing, workflow, digest)
        return {
            "number": number,
            "folder": folder,
            "plan": ref,
            "events": case.trail.entries,
            "reviews": [part.id for part in case.trail.parts[1:]],
            "late": case.trail.stands_out["late"],
            "breached": sum(proof.state in ("breached", "overdue") for proof in case.proofs),
        }

    def _definition(self, packing: Packing, workflow: str, digest: str = "") -> None:
        """Pack a definition with those it extends, once; a refusal if its file is not the one recorded."""
        name = f"workflows/{workflow}.toml"
        if name not in packing.files:
            extends = self._app.workflow(workflow).header.extends
            packing.add(name, self._app.rules.content(workflow))
            if extends:
                self._definition(packing, extends)
        if digest and packing.files[name]["sha256"] != digest:
            raise NotPossible(
                f"the definition {workflow} has changed since reviews were opened under it: publish the text "
                f"with the SHA-256 {digest} again"
            )

    def _beside(self, packing: Packing, checkpoint: Checkpoint) -> None:
        """What stands beside the cases: the law today, the rules, the figures, the checkpoint, the key and the verifier."""
        self._definition(packing, self._app.current_workflow(self._today).id)
        packing.add("rules.json", msgspec.json.format(msgspec.json.encode(self._app.rules.kept().acts)))
        period = self._wanted.start, self._wanted.end
        made = Made(at=self._at.astimezone(LONDON), log=(checkpoint.size, checkpoint.head))
        handed = self._wanted.hands_over
        beside = (
            people_files(handed.people, made)
            if handed
            else figures(self._app, checkpoint, self._today, self._at, period)
        )
        for name, content in beside:
            packing.add(name, content)
        packing.add("checkpoint.json", signatures.sign(checkpoint.document, self._key))
        if self._key:
            packing.add("public-key.pem", signatures.public_pem(self._key.public_key()))
        packing.add("verify.py", Path(verify.__file__).read_bytes())

    def _front(self, packing: Packing, chosen: Chosen, checkpoint: Checkpoint, shown: list[dict[str, Any]]) -> None:
        """The first page, README.txt, and last of all the manifest that binds every file."""
        facts, handed = self._facts(chosen, checkpoint, shown), self._wanted.hands_over
        contents = statement.Contents(
            hand_over=handed is not None,
            redacted=self._wanted.redacted,
            people=handed is not None and bool(handed.people),
        )
        definitions = {name: of["sha256"] for name, of in packing.files.items() if name.startswith("workflows/")}
        page = render(
            "evidence.html",
            title=contents.title,
            made=Made(at=self._at.astimezone(LONDON), log=(checkpoint.size, checkpoint.head)),
            facts=facts,
            cases=shown,
            definitions=definitions,
            checkpoint=checkpoint,
            key=signatures.fingerprint(self._key.public_key()) if self._key else "",
            says=statement,
            contents=contents,
        )
        packing.add("index.html", page)
        packing.add("README.txt", statement.readme(facts, contents))
        packing.seal("manifest.json", signatures.sign(self._manifest(packing, chosen, checkpoint, shown), self._key))

    def _manifest(
        self, packing: Packing, chosen: Chosen, checkpoint: Checkpoint, shown: list[dict[str, Any]]
    ) -> dict[str, Any]:
        found: dict[str, Any] = msgspec.to_builtins(
            {
                "form": FORM,
                "made_at": checkpoint.made_at,
                "as_at": self._today,
                "from": self._wanted.start,
                "to": self._wanted.end,
                "redacted": self._wanted.redacted,
                "chosen": chosen,
                "checkpoint": {"log": checkpoint.log, "size": checkpoint.size, "root": checkpoint.root},
                "cases": [case["folder"] for case in shown],
                "files": packing.files,
            }
        )
        return found

    def _facts(self, chosen: Chosen, checkpoint: Checkpoint, shown: list[dict[str, Any]]) -> list[tuple[str, str]]:
        """What the first page tells a reader first."""
        events, reviews = sum(case["events"] for case in shown), sum(len(case["reviews"]) for case in shown)
        after = checkpoint.after
        return [
            (
                "Cases",
                f"{counted(len(shown), 'plan')} with {counted(reviews, 'review')} and {counted(events, 'event')}",
            ),
            *_chosen(chosen, self._wanted.start, self._wanted.end),
            (
                "Made",
                f"{trail_words.moment_shown(self._at)}; duties are counted as at {trail_words.day_shown(self._today)}",
            ),
            ("Checkpoint", f"the log of {counted(checkpoint.size, 'event')}, root {checkpoint.root}"),
            (
                "Extends",
                f"the checkpoint of {counted(after.size, 'event')}, root {after.root}"
                if after
                else "no earlier checkpoint",
            ),
            ("Signed", _signed(self._key)),
            ("Names and words", "left out" if self._wanted.redacted else "of officers and of reasons are shown"),
        ]


def _chosen(chosen: Chosen, start: date | None, end: date | None) -> Iterator[tuple[str, str]]:
    if isinstance(chosen.wanted, Named) or chosen.drawn is None:
        yield "Chosen", "named when the pack was made"
        return
    since = f"from {trail_words.day_shown(start)} " if start else ""
    period = f"{since}up to {trail_words.day_shown(end)}" if end else since.strip() or "at any time"
    number, of, seed = chosen.wanted.number, chosen.drawn.population, chosen.wanted.seed
    yield "Chosen", f"a sample of {number} of the {counted(of, 'plan')} with a review meeting held {period}"
    yield "Drawn", f"with the seed {seed}: those first by the SHA-256 of the seed, a line break and the reference"
    if chosen.drawn.left_out:
        yield "Not drawn from", ". ".join(chosen.drawn.left_out)
    yield "Drawn from", f"the list (references in order, one a line) with the SHA-256 {chosen.drawn.population_sha256}"


def _signed(key: "Ed25519PrivateKey | None") -> str:
    if key is None:
        return "NO: nobody vouches for this pack, and anybody could have made it"
    return f"with the key {signatures.fingerprint(key.public_key())} (the SHA-256 of its 32 bytes)"


def _teller(app: "Arflow", *, redacted: bool) -> Teller:
    if not redacted:
        return app.teller()
    return Teller(
        workflow_of=app.workflow,
        officer=lambda officer: officer,
        note=lambda digest: f"(words left out; digest {digest[:12]}…)",
    )


def _case_page(case: PackedCase) -> str:
    return as_html(
        case.trail,
        "evidence_case.html",
        proofs=_by_case(case),
        documents=case.documents,
        files=[name for name in statement.RECORDS if name in case.files],
        says=statement,
    )


def _by_case(case: PackedCase) -> Iterator[tuple[str, list[Any]]]:
    """Proofs of what there is a day for, with each review's together."""
    for part in case.trail.parts:
        own = [proof for proof in case.proofs if proof.case == part.id and (proof.due or proof.met_on)]
        if own:
            yield part.id, own
