"""Counts what asking costs: requests, those answered "unchanged", and points of rate limits."""

from __future__ import annotations

from msgspec import Struct


class Use(Struct, frozen=True):
    """What was asked of one host with one credential (empty: none, or the address's own).

    ``requests`` counts every request sent, retries and redirects included; ``not_modified`` those answered 304,
    which cost no points; ``points`` the other answers of GitHub's REST API, at one point each;
    ``graphql_points`` what GraphQL answers said they cost, or one point where they did not say.
    """

    host: str
    credential: str = ""
    requests: int = 0
    not_modified: int = 0
    points: int = 0
    graphql_points: int = 0

    def __add__(self, other: Use) -> Use:
        return Use(
            self.host,
            self.credential,
            self.requests + other.requests,
            self.not_modified + other.not_modified,
            self.points + other.points,
            self.graphql_points + other.graphql_points,
        )


class Meter:
    """Adds up uses by host and credential."""

    def __init__(self) -> None:
        self._uses: dict[tuple[str, str], Use] = {}

    def count(self, use: Use) -> None:
        """Add to what was counted."""
        before = self._uses.get((use.host, use.credential), Use(use.host, use.credential))
        self._uses[use.host, use.credential] = before + use

    def uses(self) -> tuple[Use, ...]:
        """One row per host and credential, sorted."""
        return tuple(self._uses[key] for key in sorted(self._uses))

    def total(self, host: str | None = None) -> Use:
        """All together, or all of one host."""
        found = [use for use in self._uses.values() if host is None or use.host == host]
        return sum(found, Use(host or ""))
