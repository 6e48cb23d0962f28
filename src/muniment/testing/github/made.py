"""A made-up world together with the secrets that open it, which GitHub itself would not keep."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from msgspec import Struct

from muniment.testing.github.world import App, Installation, Token, World

READS = {
    "metadata": "read",
    "contents": "read",
    "members": "read",
    "administration": "read",
    "organization_administration": "read",
    "organization_custom_properties": "read",
    "organization_custom_org_roles": "read",
}
"""What an App or a fine-grained token is granted that may read all that is collected."""


class Made(Struct, frozen=True, kw_only=True):
    """A world, and how to get in.

    ``tokens`` are secrets by the name of their holder; ``private_key`` is the App's half of its key (PEM), with
    which it signs. All of it is made up for this process.
    """

    world: World
    tokens: Mapping[str, str]
    private_key: str = ""


@cache
def keys() -> tuple[str, str]:
    """An App's private and public key (PEM), made once in a process: they guard nothing."""
    private = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    secret = private.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    public = private.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    return secret.decode(), public.decode()


def secret(name: str, kind: str = "classic") -> str:
    """A token's text, in GitHub's form and plainly made up."""
    start = {"classic": "ghp_", "fine-grained": "github_pat_"}[kind]
    return f"{start}madeUpTokenOf{name.capitalize():x<24}"


def classic(name: str, person: int, *scopes: str) -> Token:
    """A classic token of a person."""
    return Token(secret=secret(name), kind="classic", person=person, scopes=scopes)


def fine_grained(name: str, person: int, organization: str, permissions: Mapping[str, str]) -> Token:
    """A fine-grained token of a person, for one organization."""
    kind = "fine-grained"
    return Token(
        secret=secret(name, kind),
        kind="fine-grained",
        person=person,
        organization=organization,
        permissions=dict(permissions),
    )


def app(organizations: Mapping[str, Mapping[str, str]], *, id: int = 4101) -> App:
    """An App, installed on some organizations with what each granted."""
    return App(
        id=id,
        slug="muniment-example",
        name="Muniment Example",
        client_id=f"Iv23liMadeUp{id}",
        public_key=keys()[1],
        installations=[
            Installation(id=id * 1000 + n, organization=login, permissions=dict(granted))
            for n, (login, granted) in enumerate(organizations.items())
        ],
    )


def made(world: World, tokens: Mapping[str, Token]) -> Made:
    """The world with these tokens in it, by name, and its App's key if it has one."""
    world.tokens.extend(tokens.values())
    return Made(
        world=world,
        tokens={name: token.secret for name, token in tokens.items()},
        private_key=keys()[0] if world.apps else "",
    )
