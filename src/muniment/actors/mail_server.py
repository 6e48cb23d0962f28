"""Which mail server this machine uses, and what an address is that mail may go to."""

from __future__ import annotations

import re
from contextlib import suppress
from urllib.parse import unquote, urlsplit

from msgspec import Struct

from muniment.actors.settings import HELP, Settings
from muniment.model.errors import UsageError
from muniment.model.secrecy import Secret

SOME_ADDRESS = re.compile(r"[^\s<>\"(),:;@]+@[\w.-]+\w")
"""What looks like an address in what a server says."""

_LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
_PORTS = {"smtps": 465, "smtp": 587}
_ATOM = r"[\w!#$%&'*+/=?^`{|}~-]+"
_LABEL = r"[^\W_](?:[\w-]{0,61}[^\W_])?"
_ADDRESS = re.compile(rf"({_ATOM}(?:\.{_ATOM})*)@({_LABEL}(?:\.{_LABEL})*)")
_LONGEST_ADDRESS = 254


class Server(Struct, frozen=True):
    """A mail server. ``implicit``: TLS from the first byte, else STARTTLS, but on this machine's own loopback.

    ``seconds`` is the patience for a connection or a command, ``verdict_seconds`` that for the word on a message.
    """

    host: str
    port: int
    implicit: bool
    user: str
    password: Secret
    sender: str
    per_minute: int = 30
    seconds: float = 30.0
    verdict_seconds: float = 180.0

    @property
    def upgraded(self) -> bool:
        """True if STARTTLS is asked for, and nothing is sent without it."""
        return not self.implicit and self.host not in _LOOPBACK


def server_of(stated: str, settings: Settings) -> Server:
    """A mail server from its address: ``smtps://user@host:465`` or ``smtp://user@host:587``."""
    wrong = UsageError(
        "MUNIMENT_SMTP_URL is not the address of a mail server",
        hint="smtps://USER@HOST:465, or smtp://USER@HOST:587 with STARTTLS",
    )
    try:
        parts = urlsplit(stated)
        port = parts.port
        host = (parts.hostname or "").encode("idna").decode()
    except ValueError:
        raise wrong from None
    if parts.scheme not in _PORTS or not host or parts.path.strip("/") or parts.query or parts.fragment:
        raise wrong
    if parts.password is not None:
        raise UsageError(
            "a password stands in MUNIMENT_SMTP_URL, where it would be shown",
            hint="keep it in MUNIMENT_SMTP_PASSWORD, or in the keyring; write a % or @ of the name as %25, %40",
        )
    user = unquote(parts.username or "")
    password = settings.secret("MUNIMENT_SMTP_PASSWORD", "muniment-smtp") if user else Secret("")
    if user and not password:
        raise UsageError(
            "MUNIMENT_SMTP_URL names a user, and there is no password",
            hint="MUNIMENT_SMTP_PASSWORD, or MUNIMENT_SMTP_PASSWORD_KEYRING=NAME",
        )
    return Server(
        host=host,
        port=port or _PORTS[parts.scheme],
        implicit=parts.scheme == "smtps",
        user=user,
        password=password,
        sender=_sender(settings, user),
        per_minute=_per_minute(settings),
    )


def sender_of(settings: Settings) -> str:
    """The address that mail comes from, as this machine is set up; ``UsageError`` if it is not."""
    user = ""
    with suppress(ValueError):
        user = unquote(urlsplit(settings.said("MUNIMENT_SMTP_URL")).username or "")
    return _sender(settings, user)


def _sender(settings: Settings, user: str) -> str:
    stated = settings.said("MUNIMENT_SMTP_FROM") or user
    with suppress(ValueError):
        address = address_of(stated)
        if address.isascii():
            return address
    raise UsageError(
        "it is not known from whom mail is sent", hint="MUNIMENT_SMTP_FROM=security@YOUR.DOMAIN, an address alone"
    )


def _per_minute(settings: Settings) -> int:
    stated = settings.said("MUNIMENT_SMTP_PER_MINUTE") or "30"
    if not (stated.isascii() and stated.isdecimal() and 1 <= int(stated) <= 6000):
        raise UsageError("MUNIMENT_SMTP_PER_MINUTE is a number of messages from 1 to 6000", hint=HELP)
    return int(stated)


def address_of(text: str) -> str:
    """An address as the wire has it, its domain in ASCII; ``ValueError`` if it is none, or two, or a trick."""
    found = _ADDRESS.fullmatch(text.strip(" "))
    if found is None or not text.isprintable():
        raise ValueError("no address")
    address = f"{found[1]}@{found[2].encode('idna').decode()}"
    if len(address.encode()) > _LONGEST_ADDRESS or len(found[1].encode()) > 64:
        raise ValueError("too long an address")
    return address
