"""What must not be told: a type for it that says nothing of itself, and its removal from text that others wrote."""

from __future__ import annotations

import base64
import hmac
import re
from collections.abc import Iterable
from contextlib import suppress
from typing import NoReturn
from urllib.parse import unquote_to_bytes

SHORTEST = 8
"""Characters. What is shorter is no secret, and taking it out of a text would only tear the text."""

_ESCAPED = re.compile(rb"\\u00([0-7][0-9a-fA-F])")


class Secret:
    """A token, password or key. Printing, formatting, encoding or copying it to disk tells nothing."""

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        self._value = value

    def reveal(self) -> str:
        """The secret itself, for the place where it is used."""
        return self._value

    def __repr__(self) -> str:
        return "Secret()"

    def __format__(self, spec: str) -> str:
        return "Secret()"

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Secret):
            return NotImplemented
        return hmac.compare_digest(self._value.encode(), other._value.encode())

    def __hash__(self) -> int:
        return hash(self._value)

    def __bool__(self) -> bool:
        return bool(self._value)

    def __reduce__(self) -> NoReturn:
        raise TypeError("a secret is not written anywhere")


class Unavailable(Exception):
    """A credential gives no header. ``status`` as an answer's: 401 it is refused, 429 limited, 0 not to be had."""

    def __init__(self, why: str, status: int) -> None:
        super().__init__(why)
        self.why = why
        self.status = status


def hidden(text: str, secrets: Iterable[Secret]) -> str:
    """The text with every secret in it, in whatever case, taken out."""
    folded = text.lower()
    found = [w for w in (s.reveal() for s in secrets) if len(w) >= SHORTEST and w.lower() in folded]
    for word in sorted(found, key=len, reverse=True):
        text = re.sub(re.escape(word), "[secret]", text, flags=re.IGNORECASE)
    return text


def holds(data: bytes, secrets: Iterable[Secret]) -> bool:
    """Whether a secret stands in data: as it is, in another case, or escaped as JSON and addresses are."""
    words = [s.reveal().lower().encode() for s in secrets if len(s.reveal()) >= SHORTEST]
    if not words:
        return False
    forms = [data.lower()]
    if b"\\u00" in data:
        forms.append(_ESCAPED.sub(lambda m: bytes((int(m[1], 16),)), data).lower())
    if b"%" in data:
        forms.append(unquote_to_bytes(data).lower())
    return any(word in form for word in words for form in forms)


def parts(authorization: Secret) -> tuple[Secret, ...]:
    """What stands in an Authorization header: a token, or a password in its wrapping."""
    kind, _, word = authorization.reveal().partition(" ")
    found = [word]
    if kind.lower() == "basic":
        with suppress(ValueError):
            found.append(base64.b64decode(word, validate=True).decode().partition(":")[2])
    return tuple(Secret(part) for part in found if part)
