"""What people hold that no source tells of, indexed: credentials, roles for a time, reviews and their answers."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TypeVar

from msgspec import Struct
from msgspec.structs import replace

from muniment.evidence.declared_answer import DeclaredAnswer
from muniment.evidence.declared_asset import DeclaredAsset
from muniment.evidence.declared_credential import DeclaredCredential
from muniment.evidence.declared_grant import DeclaredGrant
from muniment.evidence.declared_review import DeclaredReview
from muniment.evidence.kind import Evidence
from muniment.model.asset import Status

T = TypeVar("T")
JUDGED = (Status.OFFICIAL, Status.UNCLEAR)


class Entrusted(Struct, frozen=True):
    """The four by their keys, and by *home*: the one asset at which each is judged.

    That is the first asset it is about that has an entry of its own and is judged; else the project itself.
    ``answers`` has the newest about each asset and holder, who is a handle if the register knows the account.
    """

    credentials: Mapping[str, DeclaredCredential] = {}
    grants: tuple[DeclaredGrant, ...] = ()
    reviews: Mapping[str, DeclaredReview] = {}
    answers: Mapping[tuple[str, str], DeclaredAnswer] = {}
    credentials_at: Mapping[str, tuple[DeclaredCredential, ...]] = {}
    grants_at: Mapping[str, tuple[DeclaredGrant, ...]] = {}
    reviews_at: Mapping[str, tuple[DeclaredReview, ...]] = {}
    answers_at: Mapping[str, tuple[DeclaredAnswer, ...]] = {}

    @classmethod
    def of(
        cls,
        declared: Iterable[Evidence],
        assets: Mapping[str, DeclaredAsset],
        project: str,
        handle: Callable[[str], str],
    ) -> Entrusted:
        """Index declared evidence; other kinds are ignored. ``handle``: whose an account is, else itself."""
        credentials: dict[str, DeclaredCredential] = {}
        grants: dict[str, DeclaredGrant] = {}
        reviews: dict[str, DeclaredReview] = {}
        answers: dict[tuple[str, str], DeclaredAnswer] = {}
        for fact in declared:
            match fact:
                case DeclaredCredential():
                    credentials[fact.id] = fact
                case DeclaredGrant():
                    grants[fact.key] = fact
                case DeclaredReview():
                    reviews[fact.id] = fact
                case DeclaredAnswer():
                    own = replace(fact, holder=handle(fact.holder))
                    before = answers.get((own.asset, own.holder))
                    if before is None or before.seen <= own.seen:
                        answers[own.asset, own.holder] = own
                case _:
                    pass
        if not (credentials or grants or reviews or answers):
            return _NOTHING

        def home(*about: str) -> str:
            return next((a for a in about if a in assets and assets[a].status in JUDGED), f"project:{project}")

        granted = tuple(grant for _, grant in sorted(grants.items()))
        return cls(
            credentials=dict(sorted(credentials.items())),
            grants=granted,
            reviews=dict(sorted(reviews.items())),
            answers=dict(sorted(answers.items())),
            credentials_at=_by(credentials.values(), lambda one: home(*one.opens)),
            grants_at=_by(granted, lambda one: home(one.asset)),
            reviews_at=_by(reviews.values(), lambda one: home(*one.assets)),
            answers_at=_by(answers.values(), lambda one: home(one.asset)),
        )

    def granted(self, asset: str) -> tuple[DeclaredGrant, ...]:
        """The roles that people have on an asset for a time."""
        return tuple(grant for grant in self.grants if grant.asset == asset)


_NOTHING = Entrusted()


def _by(found: Iterable[T], home: Callable[[T], str]) -> dict[str, tuple[T, ...]]:
    made: dict[str, tuple[T, ...]] = {}
    for one in found:
        made[home(one)] = (*made.get(home(one), ()), one)
    return made
