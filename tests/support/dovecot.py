"""A real Dovecot on the loopback that serves one Maildir by IMAP, plain and over TLS; nothing is left behind."""

import datetime
import ipaddress
import os
import pwd
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from itertools import count
from pathlib import Path

import pytest

from tests.support.missing import missing
from tests.support.parts import DOVECOT, program
from tests.support.postgres import SHORT, UNPRIVILEGED

USER, PASSWORD = "reviews@la.example.org", "only-for-tests"
_CONFIG = """
base_dir = {folder}/run
state_dir = {folder}/state
log_path = {folder}/log
protocols = imap
listen = 127.0.0.1
default_internal_user = {user}
default_login_user = {user}
default_internal_group = {group}
ssl = yes
first_valid_uid = 1
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {plain}
  }}
  inet_listener imaps {{
    port = {tls}
    ssl = yes
  }}
}}
service anvil {{
  chroot =
}}
service stats {{
  chroot =
}}
"""
# Dovecot 2.4 says these otherwise, and wants the version first.
_UNTIL_2_3 = """
disable_plaintext_auth = no
ssl_cert = <{folder}/cert.pem
ssl_key = <{folder}/key.pem
ssl_dh =
mail_location = maildir:{folder}/Maildir
passdb {{
  driver = static
  args = password={password}
}}
userdb {{
  driver = static
  args = uid={user} gid={group} home={folder}
}}
"""
_SINCE_2_4 = """
auth_allow_cleartext = yes
ssl_server_cert_file = {folder}/cert.pem
ssl_server_key_file = {folder}/key.pem
mail_driver = maildir
mail_path = {folder}/Maildir
passdb static {{
  password = {password}
}}
userdb static {{
  fields {{
    uid = {user}
    gid = {group}
    home = {folder}
  }}
}}
"""


class Dovecot:
    """A running server; `deliver` puts a message into its mailbox as a mail server does."""

    def __init__(self, folder: Path, plain: int, tls: int) -> None:
        self.maildir, self.certificate, self._log = folder / "Maildir", folder / "cert.pem", folder / "log"
        self._plain, self._tls = plain, tls
        self._numbers = count(1)

    def url(self, *, encrypted: bool = True) -> str:
        """The mailbox for `--mailbox`."""
        scheme, port = ("imaps", self._tls) if encrypted else ("imap", self._plain)
        return f"{scheme}://{USER.replace('@', '%40')}@127.0.0.1:{port}/INBOX"

    def deliver(self, raw: bytes, at: datetime.datetime) -> None:
        """Put a message into the mailbox, received at a moment."""
        deliver(self.maildir, raw, at, next(self._numbers))

    def forget_uids(self) -> None:
        """What happens when an index is lost: every message gets a new UID under a new UIDVALIDITY."""
        time.sleep(1.1)  # the new validity is a moment in seconds
        for name in ("dovecot-uidlist", "dovecot-uidvalidity"):
            (self.maildir / name).unlink(missing_ok=True)
        for path in self.maildir.glob("dovecot*"):
            path.unlink()

    def log(self) -> str:
        """What the server said."""
        return self._log.read_text() if self._log.exists() else ""


def make_maildir(folder: Path) -> Path:
    """An empty Maildir."""
    for name in ("new", "cur", "tmp"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    return folder


def deliver(maildir: Path, raw: bytes, at: datetime.datetime, number: int) -> None:
    """Put a message into a Maildir as it asks for: written in tmp, then moved to new."""
    name = f"{int(at.timestamp())}.M{number}.test"
    written = maildir / "tmp" / name
    written.write_bytes(raw)
    os.utime(written, (at.timestamp(), at.timestamp()))
    if os.geteuid() == 0:
        user = pwd.getpwnam(UNPRIVILEGED)
        os.chown(written, user.pw_uid, user.pw_gid)
    written.rename(maildir / "new" / name)


@contextmanager
def running() -> Iterator[Dovecot]:
    """The machine's Dovecot; without one the test is skipped, but fails where CI says that nothing may be."""
    found = program(DOVECOT)
    if found is None:
        missing(DOVECOT)
    with tempfile.TemporaryDirectory(prefix="arflow-imap-", dir=SHORT, ignore_cleanup_errors=True) as name:
        folder = Path(name)
        folder.chmod(0o755)
        make_maildir(folder / "Maildir")
        _make_certificate(folder)
        user, group = _hand_over(folder / "Maildir")
        plain, tls = _free_port(), _free_port()
        config = folder / "dovecot.conf"
        config.write_text(
            _config(found).format(folder=folder, user=user, group=group, password=PASSWORD, plain=plain, tls=tls)
        )
        server = subprocess.Popen([found, "-F", "-c", str(config)], stderr=subprocess.DEVNULL)
        dovecot = Dovecot(folder, plain, tls)
        try:
            _wait_for(plain, server, dovecot)
            yield dovecot
        finally:
            server.terminate()
            server.wait(timeout=20)


def _config(dovecot: str) -> str:
    """The configuration in the words of the version that is installed."""
    version = subprocess.run([dovecot, "--version"], capture_output=True, text=True, check=True).stdout
    if tuple(map(int, version.split(".")[:2])) < (2, 4):
        return _CONFIG + _UNTIL_2_3
    return "dovecot_config_version = 2.4.0\ndovecot_storage_version = 2.4.0\n" + _CONFIG + _SINCE_2_4


def _hand_over(maildir: Path) -> tuple[str, str]:
    """Who serves the mail: Dovecot refuses to do that as root."""
    import grp

    if os.geteuid() != 0:
        own = pwd.getpwuid(os.geteuid())
        return own.pw_name, grp.getgrgid(own.pw_gid).gr_name
    user = pwd.getpwnam(UNPRIVILEGED)
    for path in (maildir, *maildir.iterdir()):
        os.chown(path, user.pw_uid, user.pw_gid)
    return UNPRIVILEGED, grp.getgrgid(user.pw_gid).gr_name


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
    return port


def _wait_for(port: int, server: "subprocess.Popen[bytes]", dovecot: Dovecot) -> None:
    end = time.monotonic() + 20
    while time.monotonic() < end and server.poll() is None:
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1) as connection:
            if connection.recv(64).startswith(b"* OK"):
                return
        time.sleep(0.05)
    pytest.fail(f"dovecot did not start: {dovecot.log()}")


def _make_certificate(folder: Path) -> None:
    """A certificate of its own for localhost, for a day."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.x509.oid import NameOID

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.datetime.now(datetime.UTC)
    names = [x509.DNSName("localhost"), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(hours=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .sign(key, hashes.SHA256())
    )
    (folder / "cert.pem").write_bytes(made.public_bytes(serialization.Encoding.PEM))
    (folder / "key.pem").write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
