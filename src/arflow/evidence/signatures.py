"""Documents that are signed: canonical JSON under an Ed25519 signature, with keys in PEM files."""

import hashlib
import json
import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from arflow.errors import AlreadyThere, ArflowError, NotFound, NotPossible

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

PASSPHRASE = "ARFLOW_KEY_PASSPHRASE"  # noqa: S105  where the passphrase is found, not the passphrase
# No key and no signed document is longer, whatever a file pretends to be.
_LONGEST = 64 * 1024 * 1024
_OTHERS_MAY_READ = 0o077


class KeyRefused(ArflowError):
    """A key that cannot be used: another kind, locked, or open to others."""

    kind = "key_refused"


class SignatureRefused(ArflowError):
    """A document that nobody holding the key has signed as it stands."""

    kind = "signature_refused"


def canonical(document: dict[str, Any]) -> bytes:
    """The bytes that are signed: JSON in ASCII, keys sorted, no space between."""
    return json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=True, allow_nan=False).encode()


def sign(document: dict[str, Any], key: "Ed25519PrivateKey | None") -> bytes:
    """A document with its signature as a file holds them; without a key, unsigned."""
    signature = None
    if key is not None:
        value = key.sign(canonical(document)).hex()
        signature = {"algorithm": "Ed25519", "key": fingerprint(key.public_key()), "value": value}
    return json.dumps({"document": document, "signature": signature}, indent=1, sort_keys=True).encode() + b"\n"


def opened(content: bytes, forms: Sequence[str], name: str) -> dict[str, Any]:
    """The document in a file of one of several forms, the newest first; NotPossible if it is no such thing.

    Its signature is not yet checked.
    """
    try:
        document = json.loads(content)["document"]
        found = document["form"]
    except (ValueError, KeyError, TypeError, RecursionError):
        raise NotPossible(f"{name} is not a file of the form {forms[0]}: give one that arflow made") from None
    if found not in forms:
        raise NotPossible(f"{name} is of the form {str(found)[:40]!r}, not {forms[0]}: give one that arflow made")
    checked: dict[str, Any] = document
    return checked


def is_signed(content: bytes) -> bool:
    """Whether a file carries a signature at all."""
    return bool(json.loads(content).get("signature"))


def check_signature(content: bytes, key: "Ed25519PublicKey", name: str) -> None:
    """SignatureRefused unless the holder of the key signed the document in a file exactly as it stands."""
    from cryptography.exceptions import InvalidSignature

    held = json.loads(content)
    if not held.get("signature"):
        raise SignatureRefused(f"{name} is not signed: nobody vouches for it")
    try:
        key.verify(bytes.fromhex(held["signature"]["value"]), canonical(held["document"]))
    except (InvalidSignature, KeyError, TypeError, ValueError):
        raise SignatureRefused(
            f"{name} was changed after it was signed, or was signed with another key than {fingerprint(key)[:16]}…"
        ) from None


# --- keys ------------------------------------------------------------------------------------------------------


def make_key(path: Path) -> "Ed25519PublicKey":
    """Write a new private key, and its public key beside it as PATH.pub; AlreadyThere if either file is there.

    A key whose public key is missing, as a run that was killed leaves it, gets that one. It is locked with the passphrase
    in ARFLOW_KEY_PASSPHRASE, if there is one; nobody else on the machine may read it.
    """
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.serialization import (
        BestAvailableEncryption,
        Encoding,
        KeySerializationEncryption,
        NoEncryption,
        PrivateFormat,
    )

    public = path.with_name(path.name + ".pub")
    if path.exists() and not public.exists():
        return _finish_key(path, public)
    for target in (path, public):
        if target.exists():
            raise AlreadyThere(f"{target} already exists, and arflow never overwrites a key: name another file")
    passphrase = os.environ.get(PASSPHRASE, "").encode()
    lock: KeySerializationEncryption = BestAvailableEncryption(passphrase) if passphrase else NoEncryption()
    key = Ed25519PrivateKey.generate()
    write_new(path, key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, lock), 0o600)
    write_new(public, public_pem(key.public_key()), 0o644)
    return key.public_key()


def _finish_key(path: Path, public: Path) -> "Ed25519PublicKey":
    """Write the public key of a private key that has none yet."""
    try:
        key = read_private_key(path).public_key()
    except KeyRefused as refusal:
        raise AlreadyThere(
            f"{path} already exists, and its public key cannot be made from it ({refusal.message}): name another file"
        ) from None
    write_new(public, public_pem(key), 0o644)
    return key


def read_private_key(path: Path) -> "Ed25519PrivateKey":
    """The private key in a PEM file; KeyRefused if it is locked, of another kind, or open to others and not locked."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    content = read_file(path)
    passphrase = os.environ.get(PASSPHRASE, "").encode() or None
    locked = b"ENCRYPTED" in content
    if locked and passphrase is None:
        raise KeyRefused(f"{path} is locked: put its passphrase into {PASSPHRASE}")
    if not locked and os.name == "posix" and path.stat().st_mode & _OTHERS_MAY_READ:
        raise KeyRefused(f"{path} can be read by others and is not locked: run `chmod 600` on it, or make a new key")
    try:
        key = load_pem_private_key(content, passphrase if locked else None)
    except (ValueError, TypeError):
        why = f"does not open with the passphrase in {PASSPHRASE}" if locked else "is not a private key in PEM"
        raise KeyRefused(f"{path} {why}") from None
    if not isinstance(key, Ed25519PrivateKey):
        raise KeyRefused(f"{path} is not an Ed25519 key: make one with `arflow checkpoint keygen`")
    return key


def read_public_key(path: Path) -> "Ed25519PublicKey":
    """The public key in a PEM file; KeyRefused if it holds none of this kind."""
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
    from cryptography.hazmat.primitives.serialization import load_pem_public_key

    try:
        key = load_pem_public_key(read_file(path))
    except (ValueError, UnsupportedAlgorithm):
        key = None
    if not isinstance(key, Ed25519PublicKey):
        raise KeyRefused(f"{path} is not an Ed25519 public key in PEM: it begins with -----BEGIN PUBLIC KEY-----")
    return key


def public_pem(key: "Ed25519PublicKey") -> bytes:
    """A public key as PEM."""
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

    return key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)


def fingerprint(key: "Ed25519PublicKey") -> str:
    """What a key is known by, in hex: the SHA-256 of its 32 bytes, short enough to be read out on the telephone."""
    return hashlib.sha256(key.public_bytes_raw()).hexdigest()


def read_file(path: Path) -> bytes:
    """A whole small file; NotFound or NotPossible if there is none or it cannot be read."""
    try:
        if path.stat().st_size > _LONGEST:
            raise NotPossible(f"{path} is larger than anything arflow signs: name another file")
        return path.read_bytes()
    except FileNotFoundError:
        raise NotFound("file", str(path), "name another") from None
    except OSError as error:
        raise NotPossible(f"{path} cannot be read: {error.strerror}") from error


def write_new(path: Path, content: bytes, mode: int) -> None:
    """A file that has its name once it is whole, so that a killed run leaves no half of a key; AlreadyThere if it is taken."""
    partial = path.with_name(f"{path.name}.part")
    try:
        partial.unlink(missing_ok=True)
        with os.fdopen(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.link(partial, path)  # unlike a rename, it never takes the place of another file
        partial.unlink()
    except FileExistsError:
        partial.unlink(missing_ok=True)
        raise AlreadyThere(f"{path} already exists: name another file") from None
    except OSError as error:
        raise NotPossible(f"cannot write {path}: {error.strerror}: name another file") from error
