"""What a discovery saw, in the few words that a register is made of."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum

from msgspec import Struct

from muniment.model.verdict import Where


class Sight(Enum):
    """How an organization was seen."""

    WHOLE = "whole"
    PART = "only a part of its repositories was seen"
    GONE = "GitHub knows no organization of this name"
    MOVED = "it goes by another name now"
    UNSEEN = "it was not seen"


class SeenOrganization(Struct, frozen=True):
    """An organization that somebody named. ``login`` is its name in its own case, ``now`` the one it goes by.

    ``why`` is what the source said where it was not seen in full.
    """

    asset: str
    login: str
    sight: Sight
    why: str = ""
    now: str = ""


class SeenRepository(Struct, frozen=True):
    """A public repository of one of them.

    ``properties`` are its custom properties by name in lower case, ``None`` where they were not seen. ``packages``
    are those that its manifests name and publish; ``vague``: some manifest does not state its package.
    """

    asset: str
    organization: str
    fork: bool = False
    properties: Mapping[str, tuple[str, ...]] | None = None
    packages: tuple[str, ...] = ()
    vague: bool = False


class Record(Enum):
    """What a package's registry says of it."""

    LINKED = "leads to a repository on GitHub"
    UNLINKED = "names no repository on GitHub"
    ABSENT = "has no such package"
    UNSEEN = "was not asked or did not answer"


class SeenPackage(Struct, frozen=True):
    """A package that a manifest or a list names. ``repository`` is where its record leads."""

    asset: str
    record: Record
    repository: str = ""


class OnList(Struct, frozen=True):
    """A line of a list that people keep: what it says, and the asset it names, if the words alone tell one."""

    said: str
    where: Where
    asset: str = ""


class Seen(Struct, frozen=True):
    """All of it."""

    organizations: tuple[SeenOrganization, ...]
    repositories: tuple[SeenRepository, ...] = ()
    packages: tuple[SeenPackage, ...] = ()
