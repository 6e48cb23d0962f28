"""Mail over a real SMTP server with TLS: what was sent is known, what was not is known, the rest is uncertain."""

from __future__ import annotations

import asyncio
import logging
import ssl
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from muniment.actors.email import Mail, message_id
from muniment.actors.mail_server import Server, address_of, server_of
from muniment.actors.settings import Settings
from muniment.campaigns.message import Message
from muniment.model.errors import UsageError
from muniment.model.secrecy import Secret
from muniment.model.tlp import TLP, Marking
from muniment.ports import Delivery, Fate

from .mail import ELSEWHERE, PASSWORD, USER, MailServer, certificate, trusting

NOW = datetime(2026, 3, 1, 9, tzinfo=UTC)


@pytest.fixture(scope="session")
def pem(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return certificate(tmp_path_factory.mktemp("tls"))


def message(to: str = "ada@example.org", title: str = "A second factor", text: str = "Please.\n") -> Message:
    return Message(
        key="two-factor/github-id:7/announcement",
        campaign="two-factor",
        subject="github-id:7",
        stage="announcement",
        channel="email",
        to=to,
        title=title,
        text=text,
        markdown=f"**{text}**",
        marking=Marking(TLP.AMBER),
    )


def mail(
    server: MailServer,
    trust: ssl.SSLContext | None,
    *,
    implicit: bool = True,
    user: str = "",
    password: str = PASSWORD,
    seconds: float = 10.0,
) -> Mail:
    there = Server(
        host=server.host,
        port=server.port,
        implicit=implicit,
        user=user,
        password=Secret(password if user else ""),
        sender="security@council.example",
        seconds=seconds,
        verdict_seconds=seconds,
    )
    return Mail(there, trust, lambda: NOW)


def deliver(actor: Mail, one: Message | None = None) -> Delivery:
    return asyncio.run(actor.deliver(one or message()))


# ---------------------------------------------------------------- what is sent


def test_a_mail_is_sent_over_tls_to_one_person(pem: Path) -> None:
    with MailServer(pem) as server:
        done = deliver(mail(server, trusting(pem)), message(text="Dear Ada,\n\n.a dot\nPlease: naïve ☂.\n"))
    ((sender, to, _),) = server.box.mails
    (got,) = server.taken
    assert (sender, to) == ("security@council.example", ["ada@example.org"])
    assert done == Delivery(Fate.SENT, receipt=got["Message-ID"], detail="250 2.0.0 queued as 4711")
    assert got.get_content().replace("\r\n", "\n") == "Dear Ada,\n\n.a dot\nPlease: naïve ☂.\n"
    assert got.get_content_type() == "text/plain" and not got.is_multipart()
    assert (got["To"], got["From"]) == ("ada@example.org", "security@council.example")
    assert got["Auto-Submitted"] == "auto-generated" and got["Subject"] == "A second factor"
    assert got["Date"].datetime == NOW and got["X-TLP"] == "TLP:AMBER"
    assert got["Message-ID"] == message_id(message().key, "security@council.example")


def test_starttls_is_demanded_of_every_other_machine(pem: Path) -> None:
    with MailServer(pem, tls="starttls", host=ELSEWHERE) as server:
        assert deliver(mail(server, trusting(pem), implicit=False)).fate is Fate.SENT
    with MailServer(pem, tls="", host=ELSEWHERE) as server:
        done = deliver(mail(server, trusting(pem), implicit=False))
    assert done.fate is Fate.REFUSED and "STARTTLS" in done.detail and server.box.mails == []


def test_this_machines_own_server_needs_no_tls(pem: Path) -> None:
    with MailServer(pem, tls="") as server:
        assert deliver(mail(server, None, implicit=False)).fate is Fate.SENT


@pytest.mark.parametrize("implicit", [True, False])
def test_a_certificate_that_nobody_vouches_for_is_refused(pem: Path, implicit: bool) -> None:
    with MailServer(pem, tls="implicit" if implicit else "starttls", host=ELSEWHERE) as server:
        done = deliver(mail(server, ssl.create_default_context(), implicit=implicit))
    assert done.fate is Fate.REFUSED and "CERTIFICATE_VERIFY_FAILED" in done.detail and server.box.mails == []


@pytest.mark.parametrize("implicit", [True, False])
def test_a_certificate_for_another_host_is_refused(tmp_path: Path, implicit: bool) -> None:
    other = certificate(tmp_path, hosts=("192.0.2.1",))
    with MailServer(other, tls="implicit" if implicit else "starttls", host=ELSEWHERE) as server:
        done = deliver(mail(server, trusting(other), implicit=implicit))
    assert done.fate is Fate.REFUSED and "mismatch" in done.detail and server.box.mails == []


def test_who_knows_the_password_may_send(pem: Path) -> None:
    with MailServer(pem, tls="starttls", host=ELSEWHERE, login=True) as server:
        right = mail(server, trusting(pem), implicit=False, user=USER)
        wrong = mail(server, trusting(pem), implicit=False, user=USER, password="wrong horse battery")
        assert asyncio.run(right.trouble()) == ""
        assert deliver(right).fate is Fate.SENT
        done = deliver(wrong)
        assert "refused the login with 535" in asyncio.run(wrong.trouble())
    assert done == Delivery(Fate.REFUSED, detail=f"{ELSEWHERE} refused the login with 535")


# ---------------------------------------------------------------- what is refused, and what is uncertain


def test_a_refused_address_is_certainly_not_sent_and_not_told(pem: Path) -> None:
    with MailServer(pem) as server:
        server.conduct.rcpt = "550 5.1.1 <ada@example.org> is nobody here"
        done = deliver(mail(server, trusting(pem)))
    assert done == Delivery(Fate.REFUSED, detail="the server said 550 5.1.1 <a…@example.org> is nobody here")


def test_what_a_server_puts_off_is_not_sent_and_may_be_later(pem: Path) -> None:
    with MailServer(pem) as server:
        server.conduct.rcpt = "451 4.7.1 greylisted"
        done = deliver(mail(server, trusting(pem)))
        server.conduct.rcpt = ""
        server.conduct.verdict = "452 4.2.2 the box is full"
        full = deliver(mail(server, trusting(pem)))
    assert done == Delivery(Fate.REFUSED, detail="the server said 451 4.7.1 greylisted; it may take it later")
    assert full.fate is Fate.REFUSED and full.detail.endswith("it may take it later") and server.box.mails == []


def test_a_text_that_is_refused_is_not_sent(pem: Path) -> None:
    with MailServer(pem) as server:
        server.conduct.verdict = "554 5.7.1 spam"
        done = deliver(mail(server, trusting(pem)))
    assert done == Delivery(Fate.REFUSED, detail="the server said 554 5.7.1 spam")


@pytest.mark.parametrize("step", ["greeting", "mail", "rcpt"])
def test_a_line_that_ends_before_the_text_has_sent_nothing(pem: Path, step: str) -> None:
    with MailServer(pem) as server:
        server.conduct.drop = step
        done = deliver(mail(server, trusting(pem)))
    assert done.fate is Fate.REFUSED and server.box.mails == []


@pytest.mark.parametrize(("step", "kept"), [("data", 0), ("text", 0), ("verdict", 1)])
def test_a_line_that_ends_without_a_word_on_the_text_leaves_it_uncertain(pem: Path, step: str, kept: int) -> None:
    """Seen from here they are one: in the first two nothing was kept, in the last it was."""
    with MailServer(pem) as server:
        server.conduct.drop = step
        done = deliver(mail(server, trusting(pem)))
        assert len(server.box.mails) == kept
    assert done.fate is Fate.UNCERTAIN and "no word on it came" in done.detail


@pytest.mark.parametrize(
    ("step", "fate"), [("greeting", Fate.REFUSED), ("rcpt", Fate.REFUSED), ("verdict", Fate.UNCERTAIN)]
)
def test_a_server_that_hangs_is_not_waited_for_for_ever(pem: Path, step: str, fate: Fate) -> None:
    with MailServer(pem) as server:
        server.conduct.hang = step
        began = time.monotonic()
        done = deliver(mail(server, trusting(pem), seconds=0.5))
        assert time.monotonic() - began < 10
    assert done.fate is fate and "imed out" in done.detail


@pytest.mark.parametrize("word", ["250", "299 hm", "gibberish", "350 more?"])
def test_a_verdict_that_is_neither_yes_nor_no_leaves_it_uncertain(pem: Path, word: str) -> None:
    with MailServer(pem) as server:
        server.conduct.verdict = word
        done = deliver(mail(server, trusting(pem)))
    assert done.fate is (Fate.SENT if word == "250" else Fate.UNCERTAIN)


def test_a_server_that_is_not_there_has_sent_nothing(pem: Path) -> None:
    with MailServer(pem) as server:
        gone = mail(server, trusting(pem))
    done = deliver(gone)
    assert done.fate is Fate.REFUSED and "onnect" in done.detail
    assert asyncio.run(gone.trouble()) != ""


def test_asking_for_trouble_sends_nothing(pem: Path) -> None:
    with MailServer(pem) as server:
        assert asyncio.run(mail(server, trusting(pem)).trouble()) == ""
    assert server.box.mails == []


# ---------------------------------------------------------------- hostile input


def test_no_header_can_be_put_in(pem: Path) -> None:
    with MailServer(pem) as server:
        trick = message(
            title="Hello\r\nBcc: mallory@example.net\r\n\r\nbody", text="x\r\n.\r\nMAIL FROM:<m@e.net>\r\n"
        )
        assert deliver(mail(server, trusting(pem)), trick).fate is Fate.SENT
    (got,) = server.taken
    assert got["Bcc"] is None and got["Subject"] == "Hello Bcc: mallory@example.net  body"
    assert len(server.box.mails) == 1 and server.box.mails[0][1] == ["ada@example.org"]
    assert got.get_content().replace("\r\n", "\n") == "x\n.\nMAIL FROM:<m@e.net>\n"


@given(
    title=st.text(max_size=60),
    text=st.text(max_size=80),
    to=st.sampled_from(["a@b.org", "ä@b.org", "a+b@münchen.de"]),
)
def test_every_mail_has_the_headers_that_are_meant_and_no_others(title: str, text: str, to: str) -> None:
    there = Server("127.0.0.1", 1, True, "", Secret(""), "security@council.example")
    made = Mail(there, None, lambda: NOW)._composed(message(to, title, text), address_of(to))
    head, _, body = made.as_bytes().partition(b"\r\n\r\n")
    unfolded = head.replace(b"\r\n ", b" ").split(b"\r\n")
    names = sorted(line.partition(b":")[0].decode().lower() for line in unfolded)
    assert names == sorted([
        "from", "to", "subject", "date", "message-id", "auto-submitted", "x-auto-response-suppress", "x-tlp",
        "content-type", "content-transfer-encoding", "mime-version",
    ])  # fmt: skip
    assert b"\r" not in body.replace(b"\r\n", b"") and b"\n" not in body.replace(b"\r\n", b"")


@pytest.mark.parametrize(
    "to",
    [
        "ada",
        "ada@",
        "@example.org",
        "ada@example.org, eve@example.org",
        "ada@example.org eve@example.org",
        "Ada <ada@example.org>",
        "ada@example.org\r\nRCPT TO:<eve@example.org>",
        "ada@example.org> SIZE=1 <x@example.org",
        '"ada eve"@example.org',
        "ada@[127.0.0.1]",
        "ada@exa mple.org",
        "ada@-example.org",
        "ada..b@example.org",
        "ada@example.org\x00",
        "ada@example\u2028.org",
        "\u202eada@example.org",
        "a" * 65 + "@example.org",
        "a@" + ".".join(["b" * 60] * 5),
        "ada@@example.org",
        "",
    ],
)
def test_what_is_no_single_plain_address_is_refused_before_any_server_is_asked(to: str) -> None:
    nowhere = Server("127.0.0.1", 1, True, "", Secret(""), "security@council.example")
    done = deliver(Mail(nowhere, None, lambda: NOW), message(to))
    assert done == Delivery(Fate.REFUSED, detail="this is no address that mail can be sent to")


@pytest.mark.parametrize(
    ("to", "taken"),
    [
        ("ada+council@example.org", "ada+council@example.org"),
        ("o'brien.x_y-z=q@sub.example.org", "o'brien.x_y-z=q@sub.example.org"),
        ("ADA@Example.ORG", "ADA@Example.ORG"),
        ("ada@münchen.example", "ada@xn--mnchen-3ya.example"),
        ("zoë@example.org", "zoë@example.org"),
        ("{a}|b~c@example.org", "{a}|b~c@example.org"),
    ],
)
def test_odd_addresses_arrive(pem: Path, to: str, taken: str) -> None:
    with MailServer(pem) as server:
        assert deliver(mail(server, trusting(pem)), message(to)).fate is Fate.SENT
    assert server.box.mails[0][1] == [taken]


def test_no_secret_is_in_what_is_logged_or_shown(pem: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    with MailServer(pem, tls="starttls", host=ELSEWHERE, login=True) as server:
        actor = mail(server, trusting(pem), implicit=False, user=USER)
        server.conduct.rcpt = f"550 the password {PASSWORD} of ada@example.org"
        done = deliver(actor)
    shown = [
        done.detail,
        repr(actor),
        repr(actor._server),
        *(r.getMessage() for r in caplog.records if r.name != "mail.log"),
    ]
    assert not [text for text in shown if PASSWORD in text or "ada@" in text]


def test_the_same_key_gives_the_same_message_id_for_ever() -> None:
    assert message_id("a/b/c", "x@example.org") == "<672845d7f5cc90c26828e90b9043a12d@example.org>"
    assert message_id("a/b/d", "x@example.org") != message_id("a/b/c", "x@example.org")


# ---------------------------------------------------------------- settings


class Ring:
    """A keyring with one entry."""

    def get_password(self, service_name: str, username: str) -> str | None:
        return PASSWORD if (service_name, username) == ("muniment-smtp", "work") else None


def settings(ring: Callable[[], Ring] = Ring, **environ: str) -> Settings:
    return Settings(environ, ring, ssl.create_default_context, lambda: NOW)


def test_a_server_is_read_from_its_address() -> None:
    found = server_of("smtps://post%40example.org@mail.example.org", settings(MUNIMENT_SMTP_PASSWORD=PASSWORD))
    assert (found.host, found.port, found.implicit, found.user) == ("mail.example.org", 465, True, USER)
    assert found.sender == USER and found.password == Secret(PASSWORD)
    open_one = server_of("smtp://localhost:2525", settings(MUNIMENT_SMTP_FROM="a@b.org"))
    assert (open_one.port, open_one.implicit, open_one.upgraded, open_one.user) == (2525, False, False, "")
    assert server_of("smtp://mail.example.org", settings(MUNIMENT_SMTP_FROM="a@b.org")).upgraded


def test_the_password_may_lie_in_the_keyring() -> None:
    found = server_of(
        "smtps://post@h.example", settings(MUNIMENT_SMTP_PASSWORD_KEYRING="work", MUNIMENT_SMTP_FROM="a@b.org")
    )
    assert found.password == Secret(PASSWORD)
    with pytest.raises(UsageError, match="holds nothing for muniment-smtp"):
        server_of("smtps://post@h.example", settings(MUNIMENT_SMTP_PASSWORD_KEYRING="home"))


def test_the_keyring_is_not_asked_unless_it_is_named() -> None:
    def locked() -> Ring:
        raise AssertionError("the keyring was opened")

    server_of(
        "smtps://p@h.example", settings(locked, MUNIMENT_SMTP_PASSWORD=PASSWORD, MUNIMENT_SMTP_FROM="a@b.org")
    )


@pytest.mark.parametrize(
    ("stated", "words"),
    [
        ("mail.example.org", "not the address"),
        ("https://mail.example.org", "not the address"),
        ("smtps://", "not the address"),
        ("smtps://h.example:99999", "not the address"),
        ("smtps://h.example/x?y", "not the address"),
        ("smtps://u:hunter2hunter2@h.example", "password stands in"),
        ("smtps://u@h.example", "no password"),
        ("smtps://h.example", "from whom"),
    ],
)
def test_a_wrong_address_is_said_without_its_secret(stated: str, words: str) -> None:
    with pytest.raises(UsageError, match=words) as caught:
        server_of(stated, settings())
    assert caught.value.hint and "hunter2" not in f"{caught.value.message} {caught.value.hint}"


@pytest.mark.parametrize("number", ["0", "-1", "x", "6001", "٣"])
def test_a_limit_that_is_no_number_is_refused(number: str) -> None:
    with pytest.raises(UsageError, match="PER_MINUTE"):
        server_of("smtp://localhost", settings(MUNIMENT_SMTP_FROM="a@b.org", MUNIMENT_SMTP_PER_MINUTE=number))
