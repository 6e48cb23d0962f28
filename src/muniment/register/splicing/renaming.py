"""Another key for a value."""

from __future__ import annotations

from muniment.register import writing
from muniment.register.outline import Outline
from muniment.register.splicing.change import Change, Path, child, found, refuse


def renaming(there: Outline, path: Path, word: str) -> Change:
    """The change of the key under which an entry stands: the key's own characters give way to another."""
    holder, key, _ = found(there, path)
    if not there.is_map(holder):
        refuse(there, key, "this has no keys")
    if child(there, holder, word) is not None:
        refuse(there, key, f"the key {word[:60]!r} is there already")
    start, end = there.starts[key], there.stops[key]
    quote = there.text[start] if end > start and there.text[start] in "'\"" else ""
    new = writing.scalar(word, quote) if quote else writing.key(word)
    return Change(((start, end, new),), key, key + 1, word)
