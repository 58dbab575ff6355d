"""How mail leaves: read from the environment, which alone holds the secrets."""

import os
from collections.abc import Mapping
from urllib.parse import unquote, urlsplit

import msgspec

from arflow.errors import InvalidValue, MissingValue
from arflow.post.mail.dispatch import check_email

_PORTS = {"smtp": 25, "smtp+starttls": 587, "smtps": 465}
_LOOPBACK = ("localhost", "127.0.0.1", "::1")
_SIGN_DAYS = "10"
_YES = ("1", "yes", "true", "on")


class Smtp(msgspec.Struct, frozen=True, kw_only=True):
    """A mail server: `security` is plain only on this machine itself."""

    host: str
    port: int
    security: str
    user: str | None = None
    password: str | None = None

    def __repr__(self) -> str:
        return f"Smtp({self.security}://{self.host}:{self.port})"


class Notify(msgspec.Struct, frozen=True, kw_only=True):
    """A GOV.UK Notify service: its key, and the ids of the templates for an email without and with a file."""

    key: str
    base_url: str
    email_template: str
    file_template: str | None
    letters: bool

    def __repr__(self) -> str:
        return f"Notify({self.base_url})"


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """How mail leaves: by SMTP, by Notify, or not yet; who it is from, and where replies and bounces go.

    `sign_days` are those after which email by SMTP without any sign of arriving is shown; none where nothing comes back.
    """

    smtp: Smtp | None = None
    notify: Notify | None = None
    sender: str | None = None
    sender_name: str = ""
    reply_to: str | None = None
    bounces: str | None = None
    sign_days: int | None = None

    @property
    def letters_by_notify(self) -> bool:
        """Whether letters are printed and posted by Notify."""
        return bool(self.notify and self.notify.letters)

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ) -> "Settings":
        """The settings that ARFLOW_SMTP, ARFLOW_MAIL_… and ARFLOW_NOTIFY_… give; InvalidValue names the wrong one."""
        given = {name: value.strip() for name, value in environment.items() if name.startswith("ARFLOW_")}
        for name in ("ARFLOW_MAIL_FROM", "ARFLOW_MAIL_REPLY_TO", "ARFLOW_MAIL_BOUNCES"):
            if given.get(name):
                check_email(given[name], name)
        return cls(
            smtp=_smtp(given),
            notify=_notify(given),
            sender=given.get("ARFLOW_MAIL_FROM") or None,
            sender_name=given.get("ARFLOW_MAIL_NAME", ""),
            reply_to=given.get("ARFLOW_MAIL_REPLY_TO") or None,
            bounces=given.get("ARFLOW_MAIL_BOUNCES") or None,
            sign_days=_sign_days(given),
        )


def _sign_days(given: Mapping[str, str]) -> int | None:
    days = given.get("ARFLOW_MAIL_SIGN_DAYS") or (_SIGN_DAYS if given.get("ARFLOW_MAIL_BOUNCES") else "0")
    if not (days.isascii() and days.isdigit() and len(days) <= 2):
        raise InvalidValue(
            "ARFLOW_MAIL_SIGN_DAYS", days, "a whole number of days up to 99, such as 10; 0 shows nothing"
        )
    return int(days) or None


def _smtp(given: Mapping[str, str]) -> Smtp | None:
    url = given.get("ARFLOW_SMTP")
    if not url:
        return None
    wanted = "a mail server such as smtp+starttls://user@mail.example.org:587 (or smtps://…; smtp://localhost)"
    try:
        parts = urlsplit(url)
        port = parts.port or _PORTS[parts.scheme]
    except (ValueError, KeyError):
        raise InvalidValue("ARFLOW_SMTP", _without_password(url), wanted) from None
    if not parts.hostname or parts.path not in ("", "/") or parts.query:
        raise InvalidValue("ARFLOW_SMTP", _without_password(url), wanted)
    if parts.password:
        raise InvalidValue("ARFLOW_SMTP", "a URL with a password", "read: put the password in ARFLOW_SMTP_PASSWORD")
    if parts.scheme == "smtp" and parts.hostname not in _LOOPBACK:
        raise InvalidValue("ARFLOW_SMTP", url, "encrypted: write smtp+starttls:// or smtps:// for a server elsewhere")
    user = unquote(parts.username) if parts.username else None
    password = given.get("ARFLOW_SMTP_PASSWORD") or None
    if user and not password:
        raise MissingValue("ARFLOW_SMTP_PASSWORD", f"set it to the password of {user}")
    return Smtp(host=parts.hostname, port=port, security=parts.scheme, user=user, password=password)


def _without_password(url: str) -> str:
    """A URL that can be shown."""
    url, asked, _ = url.partition("?")
    before, at, after = url.rpartition("@")
    shown = f"…@{after}" if at and ":" in before.partition("//")[2] else url
    return f"{shown}?…" if asked else shown


def _notify(given: Mapping[str, str]) -> Notify | None:
    key = given.get("ARFLOW_NOTIFY_KEY")
    if not key:
        return None
    template = given.get("ARFLOW_NOTIFY_TEMPLATE")
    if not template:
        raise MissingValue("ARFLOW_NOTIFY_TEMPLATE", "set it to the id of a template with ((subject)) and ((body))")
    return Notify(
        key=key,
        base_url=given.get("ARFLOW_NOTIFY_URL") or "https://api.notifications.service.gov.uk",
        email_template=template,
        file_template=given.get("ARFLOW_NOTIFY_FILE_TEMPLATE") or None,
        letters=given.get("ARFLOW_NOTIFY_LETTERS", "").lower() in _YES,
    )
