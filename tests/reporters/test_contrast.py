"""Every text can be read in both schemes: WCAG's contrast, computed from the style sheet's own tokens."""

from __future__ import annotations

import re
from importlib import resources

import pytest

CSS = resources.files("muniment.reporters.site").joinpath("templates/muniment.css").read_text(encoding="utf-8")
_PAPER, _NIGHT = (dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6});", block)) for block in CSS.split(":root {")[1:3])
SCHEMES = {"light": _PAPER, "dark": _PAPER | _NIGHT}

GROUNDS = ("ground", "leaf", "tint")
TEXT = [(ink, ground) for ink in ("ink", "ink-soft", "ink-faint", "accent") for ground in GROUNDS] + [
    (f"{state}", ground)
    for state in ("good", "bad", "puzzle", "old", "aside")
    for ground in ("ground", "leaf", f"{state}-ground")
]
MARKING = [(ink, ground) for ink in ("ink", "ink-soft") for ground in ("hush", "closed", "open")]
MARKS = [("line", ground) for ground in GROUNDS]


def luminance(colour: str) -> float:
    parts = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
    red, green, blue = (p / 12.92 if p <= 0.03928 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize(("ink", "ground"), TEXT + MARKING)
def test_text_stands_out_from_its_ground(scheme: str, ink: str, ground: str) -> None:
    tokens = SCHEMES[scheme]

    assert contrast(tokens[ink], tokens[ground]) >= 4.5


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize(("ink", "ground"), MARKS)
def test_lines_that_carry_meaning_stand_out(scheme: str, ink: str, ground: str) -> None:
    tokens = SCHEMES[scheme]

    assert contrast(tokens[ink], tokens[ground]) >= 3
