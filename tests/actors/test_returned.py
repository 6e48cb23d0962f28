"""Mail that came back is understood where it is a report of a failure for good, and passed over where it is not."""

from __future__ import annotations

from email import message_from_string
from email.message import EmailMessage
from email.mime.message import MIMEMessage
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from muniment.actors import returned as module
from muniment.actors.email import message_id
from muniment.actors.returned import Returned, returned
from muniment.model.errors import UsageError

ID = message_id("two-factor/github-id:7/announcement", "security@council.example")


def report(
    id: str = ID,
    action: str = "failed",
    status: str = "5.1.1",
    *,
    headers_alone: bool = False,
    kind: str = "delivery-status",
) -> bytes:
    """A report as mail servers send it."""
    whole = MIMEMultipart("report", report_type=kind)
    whole["From"] = "MAILER-DAEMON@mail.example.org"
    whole["Subject"] = "Undelivered Mail"
    whole.attach(MIMEText("I am sorry.\n"))
    fields = message_from_string(
        "Content-Type: message/delivery-status\n\n"
        "Reporting-MTA: dns; mail.example.org\n\n"
        f"Final-Recipient: rfc822; ada@example.org\nAction: {action}\nStatus: {status}\n"
        "Diagnostic-Code: smtp; 550 5.1.1 <ada@example.org>: no such user\n"
    )
    whole.attach(fields)
    original = EmailMessage()
    original["Message-ID"] = id
    original["To"] = "ada@example.org"
    original.set_content("Dear Ada")
    if headers_alone:
        head = MIMEText(f"Message-ID: {id}\nTo: ada@example.org\n", "rfc822-headers")
        whole.attach(head)
    else:
        whole.attach(MIMEMessage(original))
    return whole.as_bytes()


def mbox(folder: Path, *mails: bytes) -> Path:
    file = folder / "came-back.mbox"
    file.write_bytes(b"".join(b"From MAILER-DAEMON Sun Mar  1 09:00:00 2026\n" + mail + b"\n" for mail in mails))
    return file


@pytest.mark.parametrize("headers_alone", [False, True])
def test_a_report_names_the_message_and_the_reason_without_the_address(tmp_path: Path, headers_alone: bool) -> None:
    (found,) = returned(mbox(tmp_path, report(headers_alone=headers_alone)))
    assert found == Returned(ID, "5.1.1 550 5.1.1 <a…@example.org>: no such user")


def test_a_single_mail_is_read_as_a_mailbox_is(tmp_path: Path) -> None:
    file = tmp_path / "one.eml"
    file.write_bytes(report())
    assert [found.message_id for found in returned(file)] == [ID]


@pytest.mark.parametrize(
    ("action", "status"), [("delayed", "4.4.1"), ("delivered", "2.0.0"), ("failed", "4.4.7"), ("", "")]
)
def test_what_may_still_arrive_has_not_come_back(tmp_path: Path, action: str, status: str) -> None:
    assert list(returned(mbox(tmp_path, report(action=action, status=status)))) == []


def test_all_else_in_the_mailbox_is_passed_over(tmp_path: Path) -> None:
    plain = (
        b"From: ada@example.org\nMessage-ID: <x@y>\nSubject: Re: A second factor\n\nAction: failed\nStatus: 5.0.0\n"
    )
    broken = b'Content-Type: multipart/report; boundary="\n\n--\n\xff\xfe'
    found = list(returned(mbox(tmp_path, plain, report(), broken, report(id="no id"), b"")))
    assert [one.message_id for one in found] == [ID]


@given(st.binary(max_size=300))
def test_no_bytes_stop_it(tmp_path_factory: pytest.TempPathFactory, noise: bytes) -> None:
    good = report()
    for mail in (noise, good[:200] + noise + good[200:]):
        for found in returned(mbox(tmp_path_factory.getbasetemp(), mail)):
            assert found.message_id == ID and "ada@" not in found.why


def test_nesting_without_end_is_passed_over(tmp_path: Path) -> None:
    deep = b"".join(b"Content-Type: multipart/report; boundary=b%d\n\n--b%d\n" % (n, n) for n in range(2000))
    assert list(returned(mbox(tmp_path, deep, report())))[-1:] == [
        Returned(ID, "5.1.1 550 5.1.1 <a…@example.org>: no such user")
    ]


def test_a_mailbox_that_is_not_there_or_endless_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(UsageError, match="cannot be read"):
        list(returned(tmp_path / "nowhere"))
    monkeypatch.setattr(module, "LARGEST", 10)
    with pytest.raises(UsageError, match="larger than"):
        list(returned(mbox(tmp_path, report())))
