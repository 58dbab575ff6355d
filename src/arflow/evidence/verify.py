"""Verifies a pack of evidence made by arflow, alone: it needs Python 3.10 and, for the signatures, `cryptography`.

    python verify.py [PACK.zip or folder] --public-key KEY.pub [--checkpoint EARLIER.json]

Get the public key from the authority by another way than the pack. Exit: 0 all of it holds; 1 something does not, and is
named; 2 it cannot be read; 3 nothing is wrong, but the signatures were not checked.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import struct
import sys
import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

MANIFEST, CHECKPOINT, KEY = "manifest.json", "checkpoint.json", "public-key.pem"
MOST_FILES, LONGEST_FILE, LONGEST_PACK = 50_000, 256 * 2**20, 4 * 2**30
PROVED = """What this shows:
- Nobody has changed, added or removed a file of this pack since the key's holder signed it.
- Each event shown is in the log exactly as it stands here, at its position, as of the checkpoint.
- Each case is complete up to the checkpoint: no event and no review of it was left out.
What it does not show:
- That what people recorded is true, or that everything was recorded.
- That events were recorded when they say, beyond what an earlier checkpoint kept outside the authority shows.
- That the words on the pages say no more than the events: look into events.json and duties.json where it matters.
"""


class Unreadable(Exception):
    """The pack is not one, or is not safe to read."""


class Pack:
    """A pack as a ZIP file, or as the folder it was unpacked into; never read further than its limits."""

    def __init__(self, path: Path, beside: Iterable[Path] = ()) -> None:
        """Open a pack; files that stand `beside` it in its folder, such as the reader's own copy of the key, are not its own."""
        self._folder = path if path.is_dir() else None
        self._beside = {one.resolve() for one in beside}
        try:
            self._zip = None if self._folder else zipfile.ZipFile(path)
            self.sizes = dict(self._unpacked() if self._folder else self._packed())
        except OSError as error:
            raise Unreadable(f"{path} cannot be read: {error.strerror}") from None
        except (zipfile.BadZipFile, NotImplementedError, ValueError) as error:
            raise Unreadable(f"{path} is not a pack of evidence: {error}") from None
        if len(self.sizes) > MOST_FILES or sum(self.sizes.values()) > LONGEST_PACK:
            raise Unreadable(f"{path} holds more than a pack of evidence may")

    def _packed(self) -> Iterator[tuple[str, int]]:
        assert self._zip is not None
        found = self._zip.infolist()
        for one in found:
            _check_name(one.filename)
            if one.flag_bits & 1 or one.external_attr >> 28 == 0o12:
                raise Unreadable(f"{one.filename!r} is locked, or a link: arflow packs neither")
            yield one.filename, one.file_size
        if len({one.filename for one in found}) < len(found):
            raise Unreadable("two files of the pack have the same name")

    def _unpacked(self) -> Iterator[tuple[str, int]]:
        assert self._folder is not None
        for path in sorted(self._folder.rglob("*")):
            if path.is_symlink():
                raise Unreadable(f"{path} is a link: arflow packs none")
            if path.is_file() and path.resolve() not in self._beside:
                yield path.relative_to(self._folder).as_posix(), path.stat().st_size

    def read(self, name: str) -> bytes:
        """The content of a file; Unreadable where it is too long, damaged or not there."""
        if self.sizes.get(name, LONGEST_FILE + 1) > LONGEST_FILE:
            raise Unreadable(f"{name}: is not there, or longer than {LONGEST_FILE} bytes")
        try:
            return self._zip.read(name) if self._zip else (self._folder or Path()).joinpath(name).read_bytes()
        except (OSError, zipfile.BadZipFile, NotImplementedError, EOFError, ValueError) as error:
            raise Unreadable(f"{name}: cannot be read: {error}") from None
        except Exception as error:
            if type(error).__module__ != "zlib":
                raise
            raise Unreadable(f"{name}: is damaged: {error}") from None

    def load(self, name: str) -> Any:
        """The JSON document in a file."""
        try:
            return json.loads(self.read(name))
        except (ValueError, RecursionError) as error:
            raise Unreadable(f"{name}: is not JSON: {error}") from None

    def close(self) -> None:
        """Close the ZIP file."""
        if self._zip:
            self._zip.close()


def _check_name(name: str) -> None:
    parts = name.split("/")
    if name.startswith("/") or "\\" in name or ":" in name or "" in parts or ".." in parts or not name.isprintable():
        raise Unreadable(f"{name!r} is not a file name that arflow packs")


# --- hashes (RFC 6962) and signatures (Ed25519) -----------------------------------------------------------------


def _leaf(data: bytes) -> bytes:
    return hashlib.sha256(b"\x00" + data).digest()


def event_leaf(row: dict[str, Any]) -> bytes:
    """The leaf of an event: its form, position and version, then each other column as its length and its bytes."""
    data = b"arflow-event-1" + struct.pack(">QQ", row["position"], row["version"])
    for column in ("stream", "topic", "payload", "plan", "happened_on", "recorded_at", "state"):
        part = row[column].encode()
        data += struct.pack(">I", len(part)) + part
    return _leaf(data)


def stream_leaf(stream: str, last: int) -> bytes:
    """The leaf of a stream: its form, its last version and its name."""
    return _leaf(b"arflow-stream-1" + struct.pack(">Q", last) + stream.encode())


def _above(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()


def included(leaf: bytes, index: int, size: int, path: list[bytes], root: bytes) -> bool:
    """Whether a path shows that a leaf (counted from 0) is in the tree of a size and root (RFC 9162 2.1.3.2)."""
    if not 0 <= index < size:
        return False
    place, last, found = index, size - 1, leaf
    for node in path:
        if last == 0:
            return False
        if place & 1 or place == last:
            found = _above(node, found)
            while place and not place & 1:
                place, last = place >> 1, last >> 1
        else:
            found = _above(found, node)
        place, last = place >> 1, last >> 1
    return last == 0 and found == root


def extends(old: tuple[int, bytes], new: tuple[int, bytes], proof: list[bytes]) -> bool:
    """Whether a proof shows that the tree of one size and root begins with the other's leaves (RFC 9162 2.1.4.2)."""
    if not 0 < old[0] <= new[0]:
        return False
    if old[0] == new[0]:
        return old[1] == new[1] and not proof
    path = list(proof) if old[0] & (old[0] - 1) else [old[1], *proof]
    place, last = old[0] - 1, new[0] - 1
    while place & 1:
        place, last = place >> 1, last >> 1
    if not path:
        return False
    before = after = path[0]
    for node in path[1:]:
        if last == 0:
            return False
        if place & 1 or place == last:
            before, after = _above(node, before), _above(node, after)
            while place and not place & 1:
                place, last = place >> 1, last >> 1
        else:
            after = _above(after, node)
        place, last = place >> 1, last >> 1
    return last == 0 and before == old[1] and after == new[1]


def signature_fault(held: Any, public_key: bytes) -> str | None:
    """What is wrong with the signature of a document that is held with it, or None; ImportError without `cryptography`."""
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.serialization import load_pem_public_key

    if not held.get("signature"):
        return "is not signed: nobody vouches for it"
    signed = json.dumps(held["document"], sort_keys=True, separators=(",", ":"), ensure_ascii=True).encode()
    try:
        key: Any = load_pem_public_key(public_key)
        key.verify(bytes.fromhex(held["signature"]["value"]), signed)
    except InvalidSignature:
        return "was changed after it was signed, or was signed with another key"
    except (ValueError, TypeError, KeyError, AttributeError):
        return "has a signature that cannot be read, or the key is not an Ed25519 public key"
    return None


# --- the checks -------------------------------------------------------------------------------------------------


class Checked:
    """What was found: every fault with its place, and whether the signatures were checked, with why not."""

    def __init__(self) -> None:
        self.faults: list[str] = []
        self.unchecked = ""  # why the signatures were not checked
        self.cases = self.events = 0


def check(pack: Pack, public_key: bytes | None, earlier: bytes | None = None) -> Checked:
    """Check all of a pack; `public_key` is the content of a PEM file, `earlier` that of a checkpoint kept outside."""
    found = Checked()
    for part in (_signatures, _files, _checkpoint, _definitions, _cases):
        _guarded(found, MANIFEST, part, pack, found, public_key)
    if earlier is not None:
        _guarded(found, "the earlier checkpoint", _after, pack, found, public_key, earlier)
    found.faults = list(dict.fromkeys(found.faults))
    return found


def _guarded(found: Checked, name: str, part: Any, *needed: Any) -> None:
    try:
        part(*needed)
    except Unreadable as error:
        found.faults.append(str(error))
    except (KeyError, TypeError, ValueError, AttributeError, IndexError, struct.error, RecursionError) as error:
        found.faults.append(f"{name}: is not laid out as arflow writes it ({type(error).__name__} {error})")


def _signatures(pack: Pack, found: Checked, public_key: bytes | None) -> None:
    if public_key is None:
        found.unchecked = "no public key was given"
        return
    for name in (MANIFEST, CHECKPOINT):
        _signature(pack.load(name), name, found, public_key)


def _signature(held: Any, name: str, found: Checked, public_key: bytes) -> None:
    try:
        fault = signature_fault(held, public_key)
    except ImportError:
        found.unchecked = "this Python has no `cryptography` (pip install cryptography)"
        return
    if fault:
        found.faults.append(f"{name}: {fault}")


def _files(pack: Pack, found: Checked, _: object) -> None:
    listed = pack.load(MANIFEST)["document"]["files"]
    for name in sorted(set(listed) - set(pack.sizes)):
        found.faults.append(f"{name}: was removed from the pack")
    for name in sorted(set(pack.sizes) - set(listed) - {MANIFEST}):
        found.faults.append(f"{name}: was added to the pack")
    for name in sorted(set(listed) & set(pack.sizes)):
        try:
            same = hashlib.sha256(pack.read(name)).hexdigest() == listed[name]["sha256"]
        except Unreadable as error:
            found.faults.append(str(error))
        else:
            if not same:
                found.faults.append(f"{name}: was changed: its SHA-256 is not the one in the manifest")


def _checkpoint(pack: Pack, found: Checked, _: object) -> None:
    said, held = pack.load(MANIFEST)["document"], pack.load(CHECKPOINT)["document"]
    if said["form"] != "arflow-evidence-1" or held["form"] not in ("arflow-checkpoint-1", "arflow-checkpoint-2"):
        found.faults.append(f"{MANIFEST}: is of another form than this verifier knows")
    if any(said["checkpoint"][name] != held[name] for name in ("log", "size", "root")):
        found.faults.append(f"{CHECKPOINT}: is not the checkpoint that the manifest names")


def _definitions(pack: Pack, found: Checked, _: object) -> None:
    for name, case in _events(pack):
        for row in case["events"]:
            event = json.loads(row["payload"])
            if event["event"] in ("ReviewOpened", "WorkflowMigrated"):
                file = f"workflows/{event['workflow']}.toml"
                if file not in pack.sizes or hashlib.sha256(pack.read(file)).hexdigest() != event["workflow_sha256"]:
                    found.faults.append(f"{file}: is not the definition that {name} position {row['position']} names")


def _events(pack: Pack) -> Iterator[tuple[str, Any]]:
    for folder in pack.load(MANIFEST)["document"]["cases"]:
        name = f"{folder}/events.json"
        if name in pack.sizes:
            yield name, pack.load(name)


def _cases(pack: Pack, found: Checked, _: object) -> None:
    checkpoint = pack.load(CHECKPOINT)["document"]
    for name, case in _events(pack):
        found.cases += 1
        for part in (_rows, _streams, _trail, _words):
            _guarded(found, name, part, pack, found, name, case, checkpoint)


def _rows(_: Pack, found: Checked, name: str, case: Any, checkpoint: Any) -> None:
    root, size, last = bytes.fromhex(checkpoint["root"]), checkpoint["size"], 0
    for row in case["events"]:
        found.events += 1
        place = row["position"]
        path = [bytes.fromhex(node) for node in row["path"]]
        if not included(event_leaf(row), place - 1, size, path, root):
            found.faults.append(f"{name}: position {place}: this is not the event in the log of the checkpoint")
        if place <= last:
            found.faults.append(f"{name}: position {place}: stands out of its order")
        last = place


def _streams(_: Pack, found: Checked, name: str, case: Any, checkpoint: Any) -> None:
    """Each stream is numbered from 1 to the last version that the checkpoint knows, and no review is missing."""
    there: dict[str, list[int]] = {}
    opened = {f"plan/{case['plan']}"}
    for row in case["events"]:
        there.setdefault(row["stream"], []).append(row["version"])
        event = json.loads(row["payload"])
        if event["event"] == "PlanReviewOpened":
            opened.add(f"review/{event['review']}")
    root, count = bytes.fromhex(checkpoint["streams_root"]), checkpoint["streams"]
    for stream in case["streams"]:
        path = [bytes.fromhex(node) for node in stream["path"]]
        if not included(stream_leaf(stream["stream"], stream["last"]), stream["index"], count, path, root):
            found.faults.append(f"{name}: {stream['stream']}: how many events it has is not what the checkpoint says")
        if there.get(stream["stream"]) != list(range(1, stream["last"] + 1)):
            found.faults.append(f"{name}: {stream['stream']}: events were left out: it has {stream['last']}")
    known = {stream["stream"] for stream in case["streams"]}
    for missing in sorted((set(there) | opened) - known):
        found.faults.append(f"{name}: {missing}: nothing shows that it is complete")


def _trail(pack: Pack, found: Checked, name: str, case: Any, _: object) -> None:
    """The audit trail tells each event once, with its own days."""
    place = name.replace("events.json", "trail.json")
    told = pack.load(place)
    for line, row in zip(told, case["events"], strict=False):
        event = json.loads(row["payload"])
        moment = event["recorded_at"].replace("+00:00", "Z")
        own = (row["position"], row["version"], event["event"], event["on"], moment, event.get("evidence"))
        shown = tuple(line[part] for part in ("position", "number", "event", "on", "recorded_at", "evidence"))
        if own != shown or row["stream"].partition("/")[2] != line["case"]:
            found.faults.append(f"{place}: position {row['position']}: is not told as it was recorded")
    if len(told) != len(case["events"]):
        found.faults.append(f"{place}: tells {len(told)} events of {len(case['events'])}")


def _words(pack: Pack, found: Checked, name: str, case: Any, _: object) -> None:
    """The words shown are those whose digests the events hold."""
    place = name.replace("events.json", "words.json")
    if place not in pack.sizes:
        return
    payloads = [row["payload"] for row in case["events"]]
    for digest, note in pack.load(place).items():
        made = hashlib.sha256(bytes.fromhex(note["salt"]) + note["words"].encode()).hexdigest()
        if made != digest or not any(f'"{digest}"' in payload for payload in payloads):
            found.faults.append(f"{place}: {digest[:16]}: these are not the words that were recorded")


def _after(pack: Pack, found: Checked, public_key: bytes | None, earlier: bytes) -> None:
    """The log of the pack begins with that of a checkpoint which was kept outside."""
    held, later = json.loads(earlier), pack.load(CHECKPOINT)["document"]
    if public_key is not None:
        _signature(held, "the earlier checkpoint", found, public_key)
    old, proof = held["document"], []
    if old["size"] != later["size"]:
        shown = later.get("after") or {}
        if (shown.get("size"), shown.get("root")) != (old["size"], old["root"]):
            found.faults.append(f"{CHECKPOINT}: carries no proof about the earlier checkpoint of {old['size']} events")
            return
        proof = [bytes.fromhex(node) for node in shown["proof"]]
    roots = bytes.fromhex(old["root"]), bytes.fromhex(later["root"])
    if old["log"] != later["log"] or not extends((old["size"], roots[0]), (later["size"], roots[1]), proof):
        found.faults.append(f"{CHECKPOINT}: its log does not begin with the events of the earlier checkpoint")


def main(arguments: list[str]) -> int:
    """Verify the pack that is named, or the folder that this file is in."""
    known = argparse.ArgumentParser(prog="verify.py", description="Verifies a pack of evidence made by arflow.")
    known.add_argument("pack", nargs="?", type=Path, default=Path(__file__).resolve().parent)
    known.add_argument("--public-key", type=Path, help="the authority's key, got by another way than the pack")
    known.add_argument("--checkpoint", type=Path, help="an earlier checkpoint, kept outside the authority")
    asked = known.parse_args(arguments)
    given = {path.resolve() for path in (asked.public_key, asked.checkpoint) if path}
    own = {(asked.pack / name).resolve() for name in (KEY, CHECKPOINT)}
    try:
        key, earlier = (path.read_bytes() if path else None for path in (asked.public_key, asked.checkpoint))
        pack = Pack(asked.pack, given - own)
    except (OSError, Unreadable) as error:
        sys.stderr.write(f"verify.py: {_shown(str(error))}\n")
        return 2
    from_the_pack = asked.public_key is not None and asked.public_key.resolve() in own
    found = check(pack, None if from_the_pack else key, earlier)
    if from_the_pack:
        found.unchecked = f"{KEY} came with the pack, and whoever forged the one forged the other"
    pack.close()
    return _say(found)


def _shown(text: str) -> str:
    """What a pack says, with each control character in it shown: a forged one must not steer the reader's terminal."""
    return "".join(sign if sign.isprintable() else ascii(sign)[1:-1] for sign in text)


def _say(found: Checked) -> int:
    for fault in found.faults:
        sys.stdout.write(f"FAULT  {_shown(fault)}\n")
    if found.unchecked:
        sys.stdout.write(f"The signatures were NOT CHECKED: {found.unchecked}. Anybody could have made this pack.\n")
    if found.faults:
        sys.stdout.write(f"Faults: {len(found.faults)}. This pack does not stand.\n")
        return 1
    sys.stdout.write(f"Cases: {found.cases}, events: {found.events}; no fault found.\n")
    if found.unchecked:
        return 3
    sys.stdout.write(PROVED)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
