"""Foreign text made harmless: what names and messages may contain before a person sees them."""

from __future__ import annotations

import re
import unicodedata

# C0 and C1 controls (terminal escapes among them), DEL, and the marks that turn the direction of text.
_UNSAFE = re.compile(
    "[\x00-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb\U000e0000-\U000e007f]"
)


def plain(text: str, limit: int = 2000) -> str:
    """The text without control and direction characters, cut at ``limit`` characters with a mark.

    Each removed character shows as ``\ufffd``, so that a trick is seen and not silently repaired; line breaks
    and tabs become spaces.
    """
    if len(text) <= limit and text.isprintable():  # nearly all text is, and nothing below is printable
        return text
    text = text[: 2 * limit + 2]  # what is further on cannot show, though each "\r\n" becomes one character
    shown = _UNSAFE.sub("\ufffd", text.replace("\r\n", " ").replace("\n", " ").replace("\t", " "))
    return shown if len(shown) <= limit else shown[: limit - 1] + "…"


def is_formula(cell: str) -> bool:
    """True if a spreadsheet may take a cell for a formula: by its first letter after blanks, however wide it is."""
    first = next((c for c in cell if not c.isspace() and c != "\ufffd"), "")
    return unicodedata.normalize("NFKC", first) in ("=", "+", "-", "@")
