"""Keeps secrets out of the sections about people's access: what looks like one is refused, and repeated nowhere."""

from __future__ import annotations

from msgspec.structs import replace

from muniment.model.errors import Mistake
from muniment.model.secret import HIDDEN, likeness
from muniment.register.document import Node, Scalar, Sequence, secret
from muniment.register.spelling import quoted

CREDENTIALS = "credentials"
GUARDED = frozenset({CREDENTIALS, "grants", "reviews", "attestations"})
"""The sections in which a long string without a word in it is taken for a secret."""

VALUES = frozenset(
    {
        "value",
        "password",
        "passphrase",
        "passwd",
        "pass",
        "secret",
        "token",
        "key",
        "private-key",
        "api-key",
        "pin",
        "otp",
        "totp",
        "seed",
        "recovery-codes",
    }
)
"""Keys under which somebody would write the credential itself."""

_KEPT = "write under 'kept' where it is kept: the vault and the item's name"


def guarded(node: Node, section: str, file: str) -> tuple[Node, list[Mistake]]:
    """A section without what looks like a secret, nor any value of a credential, and the mistakes of having it."""
    mistakes: list[Mistake] = []
    return _without(node, section == CREDENTIALS, 0, file, mistakes), mistakes


def _without(node: Node, credentials: bool, depth: int, file: str, mistakes: list[Mistake]) -> Node:
    if isinstance(node, Scalar):
        what = likeness(node.text)
        if not what:
            return node
        mistakes.append(secret(file, node.span.line, what))
        return replace(node, value=HIDDEN if isinstance(node.value, str) else node.value, text=HIDDEN)
    if isinstance(node, Sequence):
        return replace(
            node, items=tuple(_without(item, credentials, depth + 1, file, mistakes) for item in node.items)
        )
    entries: list[tuple[Scalar, Node]] = []
    for key, value in node.entries:
        if credentials and depth == 1 and key.text.lower().replace("_", "-") in VALUES:
            said = f"credentials: a credential's value is never written down here, and {quoted(key.text)} is one"
            mistakes.append(Mistake(file, key.span.line, said, f"take it out and make a new one; {_KEPT}"))
            continue
        own = _without(key, credentials, depth, file, mistakes)
        assert isinstance(own, Scalar)
        entries.append((own, _without(value, credentials, depth + 1, file, mistakes)))
    return replace(node, entries=tuple(entries))


def hushed(node: Node) -> Node:
    """A tree whose texts are not told by what says that they are wrong; keys are."""
    if isinstance(node, Scalar):
        value = "…" if isinstance(node.value, str) and not node.value.strip() else node.value
        return replace(node, value=value, text="…") if node.value is not None else node
    if isinstance(node, Sequence):
        return replace(node, items=tuple(hushed(item) for item in node.items))
    return replace(node, entries=tuple((key, hushed(value)) for key, value in node.entries))


__all__ = ["CREDENTIALS", "GUARDED", "VALUES", "guarded", "hushed"]
