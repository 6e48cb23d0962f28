"""How far two colours stand apart, as WCAG reckons it."""

from __future__ import annotations


def contrast(one: str, other: str) -> float:
    """WCAG's contrast of two colours as a browser names them."""

    def luminance(colour: str) -> float:
        parts = [float(p) / 255 for p in colour.removeprefix("rgb(").removesuffix(")").split(",")]
        red, green, blue = (p / 12.92 if p <= 0.03928 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)
