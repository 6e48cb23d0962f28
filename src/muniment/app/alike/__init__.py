"""Proposes that two accounts may be one person's, for a person to decide: nothing is ever treated as one by it."""

from __future__ import annotations

from muniment.app.alike.proposing import MayBe, Spotted, proposals
from muniment.app.alike.signs import Sign, Strength
from muniment.app.alike.spotting import proposed, spotted

__all__ = ["MayBe", "Sign", "Spotted", "Strength", "proposals", "proposed", "spotted"]
