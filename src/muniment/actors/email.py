"""Mail: one recipient, plain text, over TLS; what the server did is known, or said to be unknown."""

from __future__ import annotations

import asyncio
import hashlib
import re
import ssl
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP, SMTPUTF8
from email.utils import format_datetime

import aiosmtplib

from muniment.actors.mail_server import SOME_ADDRESS, Server, address_of, server_of
from muniment.actors.settings import HELP, Settings
from muniment.campaigns.message import Message, redacted
from muniment.model.errors import UsageError
from muniment.model.secrecy import hidden
from muniment.model.text import plain
from muniment.ports import Delivery, Fate

CHANNEL = "email"
_LONGEST_TITLE = 200
_LONGEST_ANSWER = 2000
_OURS = re.compile(r"<[0-9a-f]{32}@[^<>@\s]+>")


class NotSent(Exception):
    """The exchange ended before any of a message was given; ``str`` says why."""


class Line(aiosmtplib.SMTP):
    """A connection that ends at once when it is closed, and does not wait for a server that says nothing."""

    def close(self) -> None:
        """Cut the line."""
        transport = self.transport
        super().close()
        if isinstance(transport, asyncio.WriteTransport):
            transport.abort()


class Mail:
    """Sends each message over a connection of its own. Its representation tells no secret."""

    channel = CHANNEL

    def __init__(self, server: Server, trust: ssl.SSLContext | None, now: Callable[[], datetime]) -> None:
        self.per_minute = server.per_minute
        self._server = server
        self._trust = trust
        self._now = now

    def __repr__(self) -> str:
        return f"Mail({self._server.host}:{self._server.port})"

    async def trouble(self) -> str:
        """Why the server takes nothing now: it is not there, has no TLS, or refuses the login."""
        client = self._client()
        try:
            await self._greeted(client)
        except NotSent as why:
            return str(why)
        finally:
            await _farewell(client)
        return ""

    async def deliver(self, message: Message) -> Delivery:
        """Send one message. Uncertain: its text was being given, and no word on it came back."""
        try:
            to = address_of(message.to)
            mail = self._composed(message, to)
        except ValueError:
            return Delivery(Fate.REFUSED, detail="this is no address that mail can be sent to")
        client = self._client()
        try:
            await self._greeted(client)
            await self._envelope(client, to)
            return await self._given(client, mail)
        except NotSent as why:
            return Delivery(Fate.REFUSED, detail=str(why))
        finally:
            await _farewell(client)

    # ------------------------------------------------------------ the exchange

    def _client(self) -> Line:
        server = self._server
        return Line(
            hostname=server.host,
            port=server.port,
            local_hostname=server.sender.rpartition("@")[2],  # this machine's own name is nobody's business
            timeout=server.seconds,
            use_tls=server.implicit,
            start_tls=server.upgraded,
            tls_context=self._trust,
        )

    async def _greeted(self, client: Line) -> None:
        """Connect, over TLS, and log in; else ``NotSent``."""
        try:
            await client.connect()
            if self._server.user:
                await client.login(self._server.user, self._server.password.reveal())
        except aiosmtplib.SMTPAuthenticationError as fault:  # its words may repeat what was sent
            raise NotSent(f"{self._server.host} refused the login with {fault.code}") from None
        except (aiosmtplib.SMTPException, OSError, ValueError) as fault:
            raise NotSent(self._told(fault)) from None

    async def _envelope(self, client: Line, to: str) -> None:
        """Say from whom and to whom; else ``NotSent``."""
        options, encoding = ([], "ascii") if to.isascii() else (["SMTPUTF8"], "utf-8")
        try:
            if options:
                await client.ehlo()
                if not client.supports_extension("smtputf8"):
                    raise NotSent("the server takes no address with letters beyond the English ones")
            await client.mail(self._server.sender, options=options, encoding=encoding)
            await client.rcpt(to, encoding=encoding)
        except (aiosmtplib.SMTPException, OSError, ValueError) as fault:
            raise NotSent(self._told(fault)) from None

    async def _given(self, client: Line, mail: EmailMessage) -> Delivery:
        """Give the text. From the first byte on only the server's own word says what became of it."""
        try:
            answer = await client.data(mail.as_bytes(), timeout=self._server.verdict_seconds)
        except aiosmtplib.SMTPResponseException as fault:
            if 400 <= fault.code < 600:
                return Delivery(Fate.REFUSED, detail=self._told(fault))
            return Delivery(Fate.UNCERTAIN, receipt=str(mail["Message-ID"]), detail=self._told(fault))
        except (aiosmtplib.SMTPException, OSError, ValueError) as fault:
            why = f"the text was being given, and no word on it came: {self._told(fault)}"
            return Delivery(Fate.UNCERTAIN, receipt=str(mail["Message-ID"]), detail=why)
        said = self._clean(f"{answer.code} {answer.message}")
        return Delivery(Fate.SENT, receipt=str(mail["Message-ID"]), detail=said)

    def _told(self, fault: Exception) -> str:
        """What went wrong, in a line, without addresses and secrets."""
        if isinstance(fault, aiosmtplib.SMTPResponseException):
            later = "; it may take it later" if 400 <= fault.code < 500 else ""
            return f"the server said {self._clean(f'{fault.code} {fault.message}')}{later}"
        return f"{self._server.host}: {self._clean(str(fault) or type(fault).__name__)}"

    def _clean(self, text: str) -> str:
        text = hidden(text, [self._server.password])[:_LONGEST_ANSWER]
        return plain(SOME_ADDRESS.sub(lambda m: redacted(m[0]), text), 200)

    # ------------------------------------------------------------ the text

    def _composed(self, message: Message, to: str) -> EmailMessage:
        """The mail; ``ValueError`` if a header cannot be written. Its id is the same for the same key for ever."""
        mail = EmailMessage(policy=SMTP if to.isascii() else SMTPUTF8)
        local, _, domain = to.rpartition("@")
        mail["From"] = self._server.sender
        mail["To"] = Address(username=local, domain=domain)
        mail["Subject"] = plain(message.title, _LONGEST_TITLE)
        mail["Date"] = format_datetime(self._now())
        mail["Message-ID"] = message_id(message.key, self._server.sender)
        mail["Auto-Submitted"] = "auto-generated"  # RFC 3834: nobody's machine answers it
        mail["X-Auto-Response-Suppress"] = "All"
        mail["X-TLP"] = message.marking.label
        mail.set_content(_safe(message.text), cte="quoted-printable")
        return mail


def message_id(key: str, sender: str) -> str:
    """The Message-ID of a key: two copies of one message, should they ever meet, are seen to be one."""
    digest = hashlib.blake2b(f"{sender} {key}".encode(), digest_size=16, person=b"muniment").hexdigest()
    return f"<{digest}@{sender.rpartition('@')[2]}>"


def is_one_of_ours(id: str) -> bool:
    """True if a Message-ID has the form that muniment gives one, from whatever address."""
    return _OURS.fullmatch(id) is not None


def _safe(text: str) -> str:
    """The text without control characters; its lines stay."""
    return "\n".join(plain(line, 10_000) for line in text.splitlines()) + "\n"


async def _farewell(client: Line) -> None:
    """Leave politely; what the server says to that changes nothing."""
    with suppress(aiosmtplib.SMTPException, OSError):
        if client.is_connected:
            await client.quit(timeout=2.0)
    client.close()
    await asyncio.sleep(0)  # the loop lets go of the socket in its next turn


# ---------------------------------------------------------------- set up


def actor(settings: Settings) -> Mail:
    """The mail server of ``MUNIMENT_SMTP_URL``; ``UsageError`` says what is missing or wrong, never a secret."""
    stated = settings.said("MUNIMENT_SMTP_URL")
    if not stated:
        raise UsageError("no mail server is set up", hint=f"MUNIMENT_SMTP_URL=smtps://USER@HOST; see {HELP}")
    server = server_of(stated, settings)
    over_tls = server.implicit or server.upgraded
    return Mail(server, settings.trust() if over_tls else None, settings.now)
