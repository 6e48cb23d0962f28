"""Made-up projects on the simulated GitHub that several tests run."""

from __future__ import annotations

from muniment.testing.github.growing import demo
from muniment.testing.github.made import Made


def two() -> Made:
    """A project of two organizations, both ada's: what people do can be seen everywhere."""
    made = demo()
    made.world.organizations = made.world.organizations[:2]
    made.world.enterprises = []
    return made
