"""What this machine says about its channels: addresses from the environment, secrets from there or the keyring."""

from __future__ import annotations

import ssl
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Protocol

from msgspec import Struct

from muniment.model.errors import UsageError
from muniment.model.secrecy import Secret

HELP = "docs/how-to/send-mail.md"


class Keyring(Protocol):
    """What is asked of the system's keyring, as the library ``keyring`` offers it."""

    def get_password(self, service_name: str, username: str) -> str | None:
        """A password kept under a service and a name."""
        ...


class Settings(Struct, frozen=True):
    """Where an actor learns what it needs. ``trust`` gives the certificates that TLS trusts, ``now`` the UTC time.

    ``github`` is the base address of GitHub's REST API.
    """

    environ: Mapping[str, str]
    keyring: Callable[[], Keyring]
    trust: Callable[[], ssl.SSLContext]
    now: Callable[[], datetime]
    github: str = "https://api.github.com"

    def said(self, variable: str) -> str:
        """What a variable says; empty: nothing."""
        return self.environ.get(variable, "").strip()

    def secret(self, variable: str, service: str) -> Secret:
        """A secret: the variable's value, else what the keyring holds for a service under the name in
        ``VARIABLE_KEYRING``; empty: neither is set.

        Raises:
            UsageError: the keyring is named and holds nothing, or what is there has odd characters in it.
        """
        value, place = self.environ.get(variable, ""), f"${variable}"
        name = self.said(f"{variable}_KEYRING")
        if not value and name:
            place = f"the keyring's entry for {service}"
            value = self._kept(service, name) or ""
            if not value:
                raise UsageError(
                    f"the system's keyring does not answer, or holds nothing for {service} under that name",
                    hint=f"keyring set {service} NAME, with the name in ${variable}_KEYRING",
                )
        value = value.strip("\r\n")
        if not value.isprintable():
            raise UsageError(f"what lies in {place} has odd characters in it", hint=HELP)
        return Secret(value)

    def _kept(self, service: str, name: str) -> str | None:
        try:
            return self.keyring().get_password(service, name)
        except Exception:  # backends raise what they like, and say in it what they like
            return None
