"""Makes evidence of what has no interface: what people saw, credentials, roles for a time, and access reviews."""

from __future__ import annotations

from collections.abc import Iterator

from muniment.evidence.declared_answer import CONFIRM, DeclaredAnswer
from muniment.evidence.declared_attestation import DeclaredAttestation
from muniment.evidence.declared_credential import DeclaredCredential
from muniment.evidence.declared_grant import DeclaredGrant
from muniment.evidence.declared_review import DeclaredReview
from muniment.evidence.kind import Evidence
from muniment.model.verdict import Where
from muniment.register.comparing import Comparing
from muniment.register.format import AttestationEntry, CredentialEntry, GrantEntry, ReviewEntry
from muniment.register.gathering import Placed
from muniment.register.inventory import parent_of
from muniment.register.salvage import NO_DAY
from muniment.register.spelling import quoted


class Entrusting(Comparing):
    """The sections about what people hold and no source tells."""

    def entrusted(self) -> Iterator[Evidence]:
        """What is declared in them and right; the assets and people have to be known before."""
        yield from self._declared_attestations()
        yield from self._declared_credentials()
        yield from self._declared_grants()
        yield from self._declared_reviews()

    def _about(self, place: Placed, line: int, written: str) -> str | None:
        """The id of an asset that an entry names, and that this tree may speak of; ``None``: it is none."""
        asset = self._canonical(place, line, written)
        if asset is None:
            return None
        if not self._declares(asset) and not self._declares(parent_of(asset) or ""):
            self._unknown(place, line, "the asset", asset, set(self._assets), "declare it under 'assets'")
        elif place.owner and self._owner_of(asset) != place.owner:
            said = f"{asset} is not declared as {place.owner}'s, for whom alone this tree speaks"
            self._wrong(place, line, said, "write it in the tree of whoever answers for it")
        return asset

    def _declares(self, asset: str) -> bool:
        return asset in self._assets or (self.project is not None and asset == f"project:{self.project.id}")

    def _owner_of(self, asset: str) -> str:
        return self._answering.get(asset) or self._answering.get(parent_of(asset) or "", "")

    def _declared_attestations(self) -> Iterator[Evidence]:
        first: dict[str, Where] = {}
        for place in self._gathered.section("attestations"):
            entry: AttestationEntry = place.entry
            if entry.holder is not None or entry.answer is not None:
                yield from self._answer(place, entry, first)
                continue
            self._handle(place, place.line("by"), entry.by)
            if entry.until < entry.seen != NO_DAY:
                said = f"an attestation that ends on {entry.until}, before it was seen on {entry.seen}"
                self._wrong(place, place.line("until"), said, "'until' is the last day that it holds")
            line = place.line("asset")
            asset = self._canonical(place, line, entry.asset) if entry.asset else None
            if asset is None:
                continue
            if not self._declares(asset):
                self._unknown(place, line, "the asset", asset, set(self._assets), "declare it under 'assets'")
            elif place.owner and self._answering.get(asset) != place.owner:
                said = f"{asset} is not declared as {place.owner}'s, for whom alone this tree speaks"
                self._wrong(place, line, said, "attest it in the tree of whoever answers for it")
            if asset in first:
                self._twice(place, f"the attestation of {asset}", first[asset])
                continue
            first[asset] = place.where
            yield DeclaredAttestation(
                asset=asset,
                by=entry.by,
                seen=entry.seen,
                until=entry.until,
                statement=entry.statement.strip(),
                where=place.where,
            )

    def _answer(self, place: Placed, entry: AttestationEntry, first: dict[str, Where]) -> Iterator[Evidence]:
        """An answer of an access review, which is an attestation about one holder."""
        if entry.holder is None or entry.answer is None:
            missing, there = ("answer", "holder") if entry.answer is None else ("holder", "answer")
            hint = "write both: whose access it is, and confirm or drop"
            self._wrong(place, place.line(there), f"attestations: '{there}' without '{missing}'", hint)
            return
        self._handle(place, place.line("by"), entry.by)
        if ":" not in entry.holder:
            self._handle(place, place.line("holder"), entry.holder)
        if entry.holder == entry.by and entry.answer == CONFIRM:
            said = f"{quoted(entry.by)} confirms their own access"
            self._wrong(place, place.line("by"), said, "somebody else has to look at it")
        if entry.until < entry.seen != NO_DAY:
            said = f"an answer that ends on {entry.until}, before it was given on {entry.seen}"
            self._wrong(place, place.line("until"), said, "'until' is the last day that it holds")
        asset = self._about(place, place.line("asset"), entry.asset) if entry.asset else None
        if asset is None:
            return
        holder = entry.holder.lower()
        key = f"{asset} {holder} {entry.seen}"
        if key in first:
            self._twice(place, f"the answer of {entry.seen} about {quoted(holder)} and {asset}", first[key])
            return
        first[key] = place.where
        yield DeclaredAnswer(
            asset=asset,
            holder=holder,
            answer=entry.answer,
            by=entry.by,
            seen=entry.seen,
            until=entry.until,
            statement=entry.statement.strip(),
            where=place.where,
        )

    def _declared_credentials(self) -> Iterator[Evidence]:
        for place in self._once("credentials"):
            entry: CredentialEntry = place.entry
            for number, handle in enumerate(entry.readers):
                self._handle(place, place.line("readers", number), handle)
            if entry.due is not None and entry.rotate_every is not None:
                self._wrong(place, place.line("due"), "credentials: both 'due' and 'rotate-every'", "keep one")
            if entry.due is not None and entry.rotated is not None and entry.due < entry.rotated:
                said = f"a credential due on {entry.due}, before it was made anew on {entry.rotated}"
                self._wrong(place, place.line("due"), said, "'due' is the day by which the next one is made")
            opens = (
                self._about(place, place.line("opens", number), asset) for number, asset in enumerate(entry.opens)
            )
            yield DeclaredCredential(
                id=place.key,
                purpose=entry.purpose.strip(),
                kept=entry.kept,
                opens=tuple(dict.fromkeys(asset for asset in opens if asset is not None)),
                readers=tuple(dict.fromkeys(entry.readers)),
                rotated=entry.rotated,
                rotate_every=entry.rotate_every,
                due=entry.due,
                where=place.where,
            )

    def _declared_grants(self) -> Iterator[Evidence]:
        first: dict[tuple[str, str, str], Where] = {}
        for place in self._gathered.section("grants"):
            entry: GrantEntry = place.entry
            self._handle(place, place.line("holder"), entry.holder)
            self._handle(place, place.line("sponsor"), entry.sponsor)
            if entry.holder and entry.holder == entry.sponsor:
                said = f"{quoted(entry.holder)} is the sponsor of their own grant"
                self._wrong(place, place.line("sponsor"), said, "somebody else has to answer for it")
            asset = self._about(place, place.line("asset"), entry.asset) if entry.asset else None
            if asset is None:
                continue
            key = (entry.holder, entry.role.casefold(), asset)
            if key in first:
                self._twice(place, f"the grant of {quoted(entry.role)} to {quoted(entry.holder)}", first[key])
                continue
            first[key] = place.where
            yield DeclaredGrant(
                holder=entry.holder,
                asset=asset,
                role=entry.role,
                sponsor=entry.sponsor,
                purpose=entry.purpose.strip(),
                until=entry.until,
                cohort=entry.cohort or "",
                where=place.where,
            )

    def _declared_reviews(self) -> Iterator[Evidence]:
        cohorts = {place.entry.cohort for place in self._gathered.section("grants") if place.entry.cohort}
        for place in self._once("reviews"):
            entry: ReviewEntry = place.entry
            self._handle(place, place.line("by"), entry.by)
            if entry.cohort and entry.cohort not in cohorts | self._teams:
                hint = "write a team of that name, or the cohort into the grants of those you mean"
                line = place.line("cohort")
                self._unknown(place, line, "the cohort", entry.cohort, cohorts | self._teams, hint)
            if entry.subproject:
                self._subproject(place, place.line("subproject"), entry.subproject)
            if sum(map(bool, (entry.cohort, entry.subproject, entry.assets))) != 1:
                said = "reviews: a review is of one of three: a cohort, a subproject, or some assets"
                self._wrong(place, place.where.line, said, "write one of the three keys")
            if place.owner and not entry.assets:
                self._own(place, "subproject", entry.subproject or "")
            for key, day in (("due", entry.due), ("closed", entry.closed)):
                if day is not None and day < entry.started != NO_DAY:
                    said = f"reviews: '{key}' is {day}, before it started on {entry.started}"
                    self._wrong(place, place.line(key), said, "correct the day")
            own = (self._about(place, place.line("assets", n), asset) for n, asset in enumerate(entry.assets))
            yield DeclaredReview(
                id=place.key,
                by=entry.by,
                started=entry.started,
                due=entry.due,
                cohort=entry.cohort or "",
                subproject=entry.subproject or "",
                assets=tuple(dict.fromkeys(asset for asset in own if asset is not None)),
                closed=entry.closed,
                where=place.where,
            )
