"""What a domain asks of those who receive mail that is not from it."""

from __future__ import annotations

from typing import ClassVar

from muniment.evidence.kind import Evidence
from muniment.model.asset import DOMAIN


class MailPolicy(Evidence, frozen=True, kw_only=True):
    """The DMARC policy (RFC 7489) that holds for a domain, its own or that of a domain above it.

    ``domain`` is the name that says it; empty: none does. ``policy`` is ``none``, ``quarantine`` or ``reject``;
    empty: none, or what the ``records`` say is no policy. Source: DNS, TXT records of ``_dmarc.DOMAIN``.
    """

    about: ClassVar = (DOMAIN,)

    domain: str = ""
    policy: str = ""
    records: tuple[str, ...] = ()
