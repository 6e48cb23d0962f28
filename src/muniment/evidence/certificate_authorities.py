"""Which certificate authorities may issue for a domain."""

from __future__ import annotations

from typing import ClassVar

from muniment.evidence.kind import Evidence
from muniment.model.asset import DOMAIN


class CertificateAuthorities(Evidence, frozen=True, kw_only=True):
    """The CAA records (RFC 8659) that hold for a domain, its own or those of a domain above it.

    ``domain`` is the name that has them; empty: none has. ``issue`` are the values of the records of that property,
    ``wild`` those for wildcards; ``;`` lets nobody. No ``issue`` at all: any authority may issue. Source: DNS.
    """

    about: ClassVar = (DOMAIN,)

    domain: str = ""
    issue: tuple[str, ...] = ()
    wild: tuple[str, ...] = ()
