"""What is remembered of a message that was handed over for sending: never its text, and no address in full."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Literal

from msgspec import Struct

_ID = re.compile(r"<[0-9a-f]{32}@[!-;=?A-~]{1,250}>\Z", re.ASCII)
"""The form that our own have: whatever else ends a detail was said by a person or a server."""

PostState = Literal["sending", "sent", "refused", "uncertain"]


class Posted(Struct, frozen=True, kw_only=True):
    """A message that was handed over, and what became of it.

    ``sending``: a run is at it, or a crash left it so. ``uncertain``: nobody knows whether it was sent; a person
    settles that. ``at`` is when it was handed over, ``settled_at`` when its fate was known (UTC).
    """

    key: str
    campaign: str
    subject: str
    stage: str
    channel: str
    shown_to: str
    state: PostState
    at: datetime
    settled_at: datetime | None = None
    detail: str = ""

    @property
    def message_id(self) -> str:
        """The Message-ID that was noted when a mail left, which ends the detail; empty: none was."""
        found = _ID.search(self.detail)
        return found[0] if found is not None else ""
