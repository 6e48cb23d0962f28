"""Mail that came back: which messages could not be delivered, by servers' reports as RFC 3464 has them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from email import message_from_bytes
from email.message import Message as Mail
from email.policy import compat32
from pathlib import Path

from msgspec import Struct

from muniment.actors.mail_server import SOME_ADDRESS
from muniment.campaigns.message import redacted
from muniment.model.errors import UsageError
from muniment.model.text import plain

LARGEST = 64 * 1024 * 1024
"""Bytes of a mailbox that are read."""

_ID = re.compile(r"<[!-;=?-~]{1,250}>", re.ASCII)
_STATUS = re.compile(r"5\.\d{1,3}\.\d{1,3}", re.ASCII)
_PARTS = 100


class Returned(Struct, frozen=True):
    """A message that a server gave up: the ``Message-ID`` it left with, and why, without addresses."""

    message_id: str
    why: str


def returned(file: Path) -> Iterator[Returned]:
    """What came back, out of a mailbox (mbox) or a single mail; ``UsageError`` if it cannot be read.

    Only reports of failures for good (``Action: failed`` with a status of 5) count: what is delayed may still
    arrive. All else in the mailbox is passed over. Whoever knows a message's id can write such a report, so it is
    for a person to believe.
    """
    try:
        with file.open("rb") as opened:
            data = opened.read(LARGEST + 1)
    except OSError as fault:
        raise UsageError(f"{file} cannot be read: {fault.strerror}", hint="name a mailbox (mbox)") from None
    if len(data) > LARGEST:
        raise UsageError(
            f"{file} is larger than {LARGEST // 1024**2} MB", hint="give the mails since the last time"
        )
    for raw in re.split(rb"(?m)^From [^\n]*\n", data):
        found = _report(raw) if raw.strip() else None
        if found is not None:
            yield found


def _report(raw: bytes) -> Returned | None:
    """The failure that one mail reports; ``None``: it reports none, or cannot be read."""
    try:
        mail = message_from_bytes(raw, policy=compat32)
        if mail.get_content_type() != "multipart/report":
            return None
        parts = [part for part, _ in zip(mail.walk(), range(_PARTS), strict=False)]
        why = next((why for part in parts if (why := _failure(part))), "")
        id = next((id for part in parts if (id := _original(part))), "")
    except Exception:  # the standard library's parser raises many things on hostile mail
        return None
    return Returned(id, why) if id and why else None


def _failure(part: Mail) -> str:
    """Why a delivery failed for good, from a part with the fields of one; empty: it says no such thing."""
    action = str(part.get("Action", "")).strip().lower()
    status = _STATUS.search(str(part.get("Status", "")))
    if action != "failed" or status is None:
        return ""
    code = str(part.get("Diagnostic-Code", "")).partition(";")[2].strip()
    told = SOME_ADDRESS.sub(lambda m: redacted(m[0]), plain(code, 500))
    return plain(f"{status[0]} {told}".strip(), 200)


def _original(part: Mail) -> str:
    """The id of the message that a part is, or has the headers of."""
    kind = part.get_content_type()
    if kind == "text/rfc822-headers":
        payload = part.get_payload(decode=True)
        part = message_from_bytes(payload if isinstance(payload, bytes) else b"", policy=compat32)
    elif kind == "message/rfc822":
        inner = part.get_payload()
        if not isinstance(inner, list) or not isinstance(inner[0], Mail):
            return ""
        part = inner[0]
    else:
        return ""
    found = _ID.search(str(part.get("Message-ID", "")))
    return found[0] if found else ""
