"""Where a register's files name an asset besides its own entry: those places have to follow when it is renamed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from muniment.app.sync.naming import known_id
from muniment.model.asset import GITHUB_ORG
from muniment.register import document
from muniment.register.changing import ASSETS, Set
from muniment.register.document import Node, Scalar, Sequence

Place = tuple[str, tuple[str | int, ...]]
"""A file, and the path of a value in it."""


class Mentions:
    """The places by asset; a file is read when its text names one that is asked for."""

    def __init__(self, texts: Mapping[str, str]) -> None:
        self._lowered = {name: text.lower() for name, text in texts.items()}
        self._texts = texts
        self._read: dict[str, dict[str, list[Place]]] = {}

    def of(self, asset: str) -> tuple[Place, ...]:
        """The places that name an asset; ``rules`` name organizations without their family."""
        word = asset.removeprefix(f"{GITHUB_ORG}/")
        found: list[Place] = []
        for name, text in self._lowered.items():
            if word in text:
                found.extend(self._places(name).get(asset, ()))
        return tuple(found)

    def renaming(self, asset: str, name: str) -> Iterator[Set]:
        """The edits that let each place name it by another name."""
        for file, path in self.of(asset):
            new = name.removeprefix(f"{GITHUB_ORG}/") if path[0] == "rules" else name
            yield Set(file, path, new)

    def _places(self, file: str) -> dict[str, list[Place]]:
        if file not in self._read:
            by: dict[str, list[Place]] = {}
            root = document.parse(self._texts[file], file).root
            for path, asset in _named(root):
                by.setdefault(asset, []).append((file, path))
            self._read[file] = by
        return self._read[file]


def _named(root: Node | None) -> Iterator[tuple[tuple[str | int, ...], str]]:
    """The values that name assets, with what they name."""
    if not isinstance(root, document.Mapping):
        return
    entries = root.get(ASSETS)
    for key, value in entries.entries if isinstance(entries, document.Mapping) else ():
        repository = value.get("repository") if isinstance(value, document.Mapping) else None
        if isinstance(repository, Scalar) and isinstance(repository.value, str):
            yield (ASSETS, key.text, "repository"), known_id(repository.text)
    for section in ("attestations", "waivers"):
        for number, item in _items(root.get(section)):
            asset = item.get("asset") if isinstance(item, document.Mapping) else None
            if isinstance(asset, Scalar) and isinstance(asset.value, str):
                yield (section, number, "asset"), known_id(asset.text)
    policy = root.get("policy")
    for number, item in _items(policy.get("declined") if isinstance(policy, document.Mapping) else None):
        asset = item.get("asset") if isinstance(item, document.Mapping) else None
        if isinstance(asset, Scalar) and isinstance(asset.value, str):
            yield ("policy", "declined", number, "asset"), known_id(asset.text)
    for number, rule in _items(root.get("rules")):
        org = rule.get("org") if isinstance(rule, document.Mapping) else None
        if isinstance(org, Scalar):
            yield ("rules", number, "org"), known_id(f"{GITHUB_ORG}/{org.text}")
        for place, own in _items(org):
            if isinstance(own, Scalar):
                yield ("rules", number, "org", place), known_id(f"{GITHUB_ORG}/{own.text}")


def _items(node: Node | None) -> Iterator[tuple[int, Node]]:
    if isinstance(node, Sequence):
        yield from enumerate(node.items)
