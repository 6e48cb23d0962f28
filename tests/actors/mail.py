"""A real SMTP server with TLS that accepts, refuses, drops and hangs, as it is told."""

from __future__ import annotations

import asyncio
import datetime
import email
import ipaddress
import socket
import ssl
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any, cast

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

LOOPBACK = "127.0.0.1"
ELSEWHERE = "127.0.0.2"
"""An address of this machine that is not known as one, so that TLS is asked for as it is of any host."""

USER = "post@example.org"
PASSWORD = "correct horse battery"


def certificate(folder: Path, name: str = "server", hosts: tuple[str, ...] = (LOOPBACK, ELSEWHERE)) -> Path:
    """A file with a new key and a certificate, signed by itself, for some addresses."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.datetime.now(datetime.UTC)
    names = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address(host)) for host in hosts])
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(names, critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    file = folder / f"{name}.pem"
    file.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        + made.public_bytes(serialization.Encoding.PEM)
    )
    return file


def trusting(file: Path) -> ssl.SSLContext:
    """A context that trusts one certificate."""
    return ssl.create_default_context(cafile=str(file))


@dataclass
class Conduct:
    """What the server does at each step; a step that gives a text answers with it, one that gives none goes on.

    ``drop`` and ``hang`` name the step at which the line ends, or nothing is said any more: ``greeting``, ``mail``,
    ``rcpt``, ``data`` (before the text is asked for), ``text`` (in its middle), ``verdict`` (the text is kept).
    """

    rcpt: str = ""
    verdict: str = ""
    drop: str = ""
    hang: str = ""
    at: Callable[[str], None] = field(default=lambda step: None)


class Hub(SMTP):
    """The protocol, with its faults."""

    conduct: Conduct

    def _struck(self, step: str) -> bool:
        """Do what is to be done at a step; true if the line was cut."""
        self.conduct.at(step)
        if self.conduct.drop == step and self.transport is not None:
            self.transport.abort()
            return True
        return False

    async def _waited(self, step: str) -> None:
        if self.conduct.hang == step:
            await asyncio.sleep(30)

    async def smtp_EHLO(self, hostname: str) -> None:
        await self._waited("greeting")
        if not self._struck("greeting"):
            await super().smtp_EHLO(hostname)

    async def smtp_MAIL(self, arg: str | None) -> None:
        if not self._struck("mail"):
            await super().smtp_MAIL(arg)

    async def smtp_RCPT(self, arg: str | None) -> None:
        await self._waited("rcpt")
        if self._struck("rcpt"):
            return
        if self.conduct.rcpt:
            await self.push(self.conduct.rcpt)
            return
        await super().smtp_RCPT(arg)

    async def smtp_DATA(self, arg: str | None) -> None:
        if self._struck("data"):
            return
        if self.conduct.drop == "text":
            await self.push("354 go on")
            await self._reader.readline()
            self._struck("text")
            return
        await super().smtp_DATA(arg)


class Box:
    """Keeps what it took in."""

    def __init__(self, hub: Callable[[], Conduct]) -> None:
        self.mails: list[tuple[str, list[str], bytes]] = []
        self._conduct = hub

    async def handle_DATA(self, server: Any, session: Session, envelope: Envelope) -> str:
        conduct = self._conduct()
        if conduct.verdict.startswith(("4", "5")):
            return conduct.verdict
        self.mails.append((envelope.mail_from or "", list(envelope.rcpt_tos), cast(bytes, envelope.content)))
        if conduct.hang == "verdict":
            await asyncio.sleep(30)
        if server._struck("verdict"):
            return "250 nobody hears this"
        return conduct.verdict or "250 2.0.0 queued as 4711"


class MailServer:
    """The server, on a port of its own, while the block lasts.

    ``tls``: ``implicit``, ``starttls`` or empty. ``login``: only who knows ``PASSWORD`` may send.
    """

    def __init__(
        self, certificate: Path, *, tls: str = "implicit", host: str = LOOPBACK, login: bool = False
    ) -> None:
        self.conduct = Conduct()
        self.box = Box(lambda: self.conduct)
        self.host = host
        self._tls = tls
        self._login = login
        self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._context.load_cert_chain(certificate)
        self._socket = socket.create_server((host, 0))
        self.port: int = self._socket.getsockname()[1]
        self._loop = asyncio.new_event_loop()
        self._lines: list[Hub] = []
        self._ready = threading.Event()
        self._thread = threading.Thread(target=self._run, name="mail-server", daemon=True)

    def _protocol(self) -> Hub:
        """One line's protocol."""
        kept = {"authenticator": self._may, "auth_required": True} if self._login else {}
        made = Hub(
            self.box,
            loop=self._loop,
            hostname="mail.example.org",
            enable_SMTPUTF8=True,
            ident="a mail server",
            tls_context=self._context if self._tls == "starttls" else None,
            require_starttls=self._tls == "starttls",
            auth_require_tls=self._tls == "starttls",
            **kept,
        )
        made.conduct = self.conduct
        self._lines.append(made)
        return made

    def _may(self, server: Any, session: Session, envelope: Envelope, mechanism: str, data: Any) -> AuthResult:
        right = isinstance(data, LoginPassword) and (data.login, data.password) == (
            USER.encode(),
            PASSWORD.encode(),
        )
        return AuthResult(success=right, handled=False)

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        implicit = self._context if self._tls == "implicit" else None
        listening = self._loop.create_server(self._protocol, sock=self._socket, ssl=implicit)
        self._server = self._loop.run_until_complete(listening)
        self._loop.call_soon(self._ready.set)
        self._loop.run_forever()
        for line in self._lines:
            if line.transport is not None:
                line.transport.abort()
        self._loop.run_until_complete(asyncio.sleep(0))
        left = asyncio.all_tasks(self._loop)
        for task in left:
            task.cancel()
        self._loop.run_until_complete(asyncio.gather(*left, return_exceptions=True))
        self._server.close()
        self._loop.run_until_complete(self._server.wait_closed())
        self._loop.run_until_complete(asyncio.sleep(0))
        self._loop.close()

    @property
    def taken(self) -> list[EmailMessage]:
        """The mails that it took in."""
        return [cast(EmailMessage, email.message_from_bytes(raw, policy=default)) for _, _, raw in self.box.mails]

    def __enter__(self) -> MailServer:
        self._thread.start()
        assert self._ready.wait(30)
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._socket.close()
