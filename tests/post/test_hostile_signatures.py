"""Opaque signatures that mean harm: each ends at a limit of the reader's own, however long it would go on."""

from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.hazmat.primitives.serialization.pkcs7 import PKCS7Options, PKCS7SignatureBuilder

from arflow.post.mail.signed_data import DEEPEST, MOST_VALUES, signed_content
from tests.post.test_kinds_of_mail import der, sealed

MB = 1 << 20
OPEN_OCTETS, END = b"\x24\x80", b"\0\0"
SIGNED, DATA = (der(0x06, bytes.fromhex("2a864886f70d0107") + bytes([last])) for last in (2, 1))


def holding(octets: bytes, *, open_end: bool = False, digests: bytes = der(0x31, b"")) -> bytes:
    """A signature around what stands in the place of the octets."""
    inner = der(0x30, DATA + der(0xA0, octets, open_end=open_end), open_end=open_end)
    signed = der(0x30, der(0x02, b"\1") + digests + inner, open_end=open_end)
    return der(0x30, SIGNED + der(0xA0, signed, open_end=open_end), open_end=open_end)


def nested(levels: int, inside: bytes) -> bytes:
    return OPEN_OCTETS * levels + inside + END * levels


def wrapped(levels: int, inside: bytes) -> bytes:
    """Octets in octets of a known length."""
    return inside if levels == 0 else der(0x24, wrapped(levels - 1, inside))


@pytest.mark.parametrize(
    "raw",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(bytes(MB), id="zeros"),
        pytest.param(b"\xff" * MB, id="ones"),
        pytest.param(b"\x1f" + b"\xff" * MB, id="a tag without end"),
        pytest.param(der(0x30, b"\x3f" + b"\xff" * MB), id="a tag without end inside"),
        pytest.param(holding(b"\x24\x80\x1f" + b"\x81" * MB), id="a tag without end among the octets"),
        pytest.param(holding(b"\x1f\x81\x04\x01a"), id="a long tag"),
        pytest.param(b"\x30\x80" * (MB // 2), id="open ends that never close"),
        pytest.param(holding(OPEN_OCTETS * (MB // 2)), id="octets that never close"),
        pytest.param(holding(nested(DEEPEST + 1, b"\x04\x01a")), id="octets too deep"),
        pytest.param(holding(wrapped(DEEPEST + 1, b"\x04\x01a")), id="octets of a known length too deep"),
        pytest.param(holding(b"\x04\x01a", digests=b"\x31\x80" * 100 + END * 100), id="digests too deep"),
        pytest.param(holding(b"\x04\x80a" + END), id="an open end of a thing in one piece"),
        pytest.param(holding(b"\x30\x01a"), id="something else than octets"),
        pytest.param(holding(b"\x24\x03\x04\x05a") + b"bcdefgh", id="a piece longer than its octets"),
        pytest.param(b"\x30\x84\xff\xff\xff\xff" + bytes(10), id="a length beyond the file"),
        pytest.param(b"\x30\xff" + b"\xff" * 127, id="a length of 127 bytes"),
        pytest.param(b"\x30\xff\xff", id="a length that is cut off"),
        pytest.param(holding(b"\x04\x84\x7f\xff\xff\xffa"), id="octets beyond the file"),
    ],
)
def test_what_is_no_signature_or_has_no_end_is_not_opened(raw: bytes) -> None:
    assert signed_content(raw) is None


@pytest.mark.parametrize("levels", [1, DEEPEST])
def test_octets_in_octets_are_joined_as_deep_as_the_limit(levels: int) -> None:
    pieces = b"\x04\x01a" + b"\x04\x00" + b"\x04\x01b"
    assert signed_content(holding(nested(levels, pieces))) == b"ab"
    assert signed_content(holding(wrapped(levels, pieces))) == b"ab"


@pytest.mark.parametrize("levels", [1, DEEPEST])
def test_values_are_counted_once_and_no_further_than_the_limit(levels: int) -> None:
    """The nine values around the octets, the levels, and their pieces."""
    most = MOST_VALUES - 9 - levels
    assert signed_content(holding(nested(levels, b"\x04\x00" * most))) == b""
    assert signed_content(holding(nested(levels, b"\x04\x00" * (most + 1)))) is None


def test_a_set_of_digests_without_end_is_left_at_the_limit() -> None:
    digests = b"\x31\x80" + b"\x05\x00" * MOST_VALUES + END
    assert signed_content(holding(b"\x04\x01a", digests=digests)) is None
    assert signed_content(holding(b"\x04\x01a", digests=b"\x31\x80\x05\x00\x30\x80\x05\x00" + END * 2)) == b"a"


@pytest.mark.parametrize("open_end", [False, True])
def test_a_signature_that_is_cut_off_anywhere_is_not_opened(*, open_end: bool) -> None:
    whole = sealed(b"Some words.", open_end=open_end, pieces=3)
    ends = whole.index(b"ds.") + 3 + 2 * open_end  # what comes after the octets is not read
    assert signed_content(whole[:ends]) == (b"Some words." if open_end else None)
    assert {signed_content(whole[:size]) for size in range(ends)} == {None}


def test_what_lies_elsewhere_is_not_taken_from_the_certificates_that_follow() -> None:
    certificates = der(0xA0, der(0x04, b"no content"))
    signed = der(0x30, der(0x02, b"\1") + der(0x31, b"") + der(0x30, DATA) + certificates)
    assert signed_content(der(0x30, SIGNED + der(0xA0, signed))) is None


@pytest.mark.parametrize(("options", "opens"), [((), True), ((PKCS7Options.DetachedSignature,), False)])
def test_a_signature_that_another_program_wrote_is_opened(options: tuple[PKCS7Options, ...], *, opens: bool) -> None:
    key, name, now = ec.generate_private_key(ec.SECP256R1()), x509.Name([]), datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number(), now, now + timedelta(days=1))
    ).sign(key, SHA256())
    builder = PKCS7SignatureBuilder().set_data(b"Some words.").add_signer(certificate, key, SHA256())
    signed = builder.sign(Encoding.DER, [PKCS7Options.Binary, *options])
    assert signed_content(signed) == (b"Some words." if opens else None)
