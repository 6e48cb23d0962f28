"""What makes a type an evidence kind, and how the kinds are found and (de)coded."""

from __future__ import annotations

import hashlib
import pkgutil
from functools import cache
from importlib import import_module
from typing import Any, ClassVar, TypeVar

import msgspec

from muniment.model.tlp import TLP


class Evidence(msgspec.Struct, frozen=True, kw_only=True):
    """A fact of one typed kind. Subclasses stand one to a file in this folder.

    The module's name, with dashes, is the kind's id. Old payloads decode for ever: fields are only ever
    added, each with a default. Evidence holds no counters, ages or fetch times.
    """

    about: ClassVar[tuple[str, ...]]
    """The families of asset that this kind tells of."""

    key_fields: ClassVar[tuple[str, ...]] = ()
    """The fields that tell one item from another within a cell; none: a cell holds one fact."""

    keyed_by_asset: ClassVar[bool] = False
    """True if one cell holds facts of many assets and the fact's key is the asset (the register's own)."""

    people: ClassVar[tuple[str, ...]] = ()
    """The fields that name people (a handle, an account, GitHub's number of one), by path: ``waiver.by``."""

    compared: ClassVar[bool] = False
    """True if it tells what the register lacks or leaves open, so that more in the register could mend it."""

    handed_over: ClassVar[bool] = False
    """True if a person with a right over the asset may state it in a bundle, though no collector asks for it."""

    marking: ClassVar[TLP] = TLP.CLEAR
    """The level of this kind when the collector knows no better."""

    made_of: ClassVar[tuple[type[Evidence], ...]] = ()
    """The kinds that a comparison makes it of: they are collected wherever it is needed."""

    rests: ClassVar[int] = 0
    """Days for which it rests once it was seen, where the policy's ``collect-every`` says nothing."""

    rests_in_part: ClassVar[int] = 0
    """Days for which it rests, at most, where only a part was seen, since asking at once would show no more."""

    schema: ClassVar[int] = 1
    """Raised when the meaning of a field changes; stored beside each payload."""

    @property
    def key(self) -> str:
        """The item's key within its cell, from ``key_fields``."""
        return "/".join(str(getattr(self, name)) for name in self.key_fields)


K = TypeVar("K", bound=Evidence)
_encoder = msgspec.json.Encoder(order="deterministic")


@cache
def kinds() -> dict[str, type[Evidence]]:
    """Every kind by id: each module of this folder that defines an ``Evidence`` of its own."""
    found: dict[str, type[Evidence]] = {}
    package = import_module(__package__)
    for module_info in pkgutil.iter_modules(package.__path__):
        module = import_module(f"{__package__}.{module_info.name}")
        for value in vars(module).values():
            if (
                isinstance(value, type)
                and issubclass(value, Evidence)
                and value is not Evidence
                and value.__module__ == module.__name__
            ):
                found[kind_id(value)] = value
    return found


@cache
def kind_id(kind: type[Evidence]) -> str:
    """The id of a kind: its module's name, with dashes."""
    return kind.__module__.rpartition(".")[2].replace("_", "-")


def encode(evidence: Any) -> bytes:
    """The canonical JSON of a piece of evidence: the same value always gives the same bytes."""
    return _encoder.encode(evidence)


@cache
def decoder(kind: type[K]) -> msgspec.json.Decoder[K]:
    """The one decoder of a kind. It accepts unknown fields and refuses wrong ones with their path."""
    return msgspec.json.Decoder(kind)


def digest(payload: bytes) -> bytes:
    """16 bytes that change when the canonical payload does."""
    return hashlib.blake2b(payload, digest_size=16).digest()
