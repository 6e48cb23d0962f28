"""The register's numbers: which checks run, how severe they are, how old evidence may be, how long clocks run."""

from __future__ import annotations

from msgspec import Struct, field


class CheckPolicy(Struct, frozen=True, forbid_unknown_fields=True):
    """What the register says of one check."""

    enabled: bool = True
    severity: str | None = None


class Policy(Struct, frozen=True, forbid_unknown_fields=True, rename="kebab"):
    """The project's own numbers. Lengths are in days."""

    evidence_max_age: dict[str, int] = field(default_factory=dict)
    evidence_max_age_default: int = 7
    live_limit: int = 12
    undecided_after: int = 90
    release_expected_within: int = 730
    reach_limit: int = 10
    attestation_due_soon: int = 30
    checks: dict[str, CheckPolicy] = field(default_factory=dict)

    def max_age(self, kind: str) -> int:
        """Days after which evidence of a kind is stale."""
        return self.evidence_max_age.get(kind, self.evidence_max_age_default)
