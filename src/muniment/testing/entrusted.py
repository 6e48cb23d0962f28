"""Made-up credentials, roles for a time and access reviews of Project Callisto."""

from __future__ import annotations

from datetime import date, datetime

from muniment.evidence.declared_credential import DeclaredCredential
from muniment.evidence.declared_grant import DeclaredGrant
from muniment.evidence.kind import Evidence
from muniment.publish.campaigns import COUNCIL_ALONE
from muniment.publish.council import Answer, Council, Grantors, Held, Place, Right, Secured
from muniment.publish.council import State as Seen
from muniment.publish.reviews import QuestionPiece, ReviewPiece

DECLARED: tuple[Evidence, ...] = (
    DeclaredCredential(
        id="registrar-login",
        purpose="renews the domain and changes its servers",
        kept="the project's vault, item Registrar",
        opens=("service:registrar", "domain:callisto.example"),
        readers=("marit", "priska"),
        rotated=date(2025, 5, 3),
        rotate_every=365,
    ),
    DeclaredCredential(
        id="hub-deploy-key",
        purpose="puts the hub's pages on line",
        kept="the hub's vault",
        opens=("site:harbour.callisto.example",),
        readers=("bertil",),
        rotate_every=180,
    ),
    DeclaredCredential(
        id="vault-recovery",
        purpose="opens the vault when its owners cannot",
        kept="two sealed letters, one of them at a notary's",
        opens=("service:passwords",),
        readers=("priska",),
        due=date(2027, 1, 31),
    ),
    DeclaredGrant(
        holder="joss",
        asset="github:org/callisto-harbour",
        role="member",
        sponsor="bertil",
        purpose="mends the hub's pages for a summer",
        until=date(2026, 6, 1),
        cohort="interns",
    ),
)


def reviews() -> tuple[ReviewPiece, ...]:
    """One that is overdue, and one that is closed."""

    def question(asset: str, handle: str, name: str, standing: str, by: str = "") -> QuestionPiece:
        return QuestionPiece(
            marking=COUNCIL_ALONE,
            asset=asset,
            holder=name,
            handle=handle,
            name=name,
            roles=("reads registrar-login",) if not by else ("owner",),
            known="the register",
            reviewer="marit",
            standing=standing,
            waits=not by,
            by=by,
            words="looked after it all year" if by else "",
            until=date(2026, 12, 1) if by else None,
        )

    def review(id: str, state: str, closed: date | None, *questions: QuestionPiece) -> ReviewPiece:
        return ReviewPiece(
            marking=COUNCIL_ALONE,
            id=id,
            scope="service:registrar, domain:callisto.example",
            by="priska",
            started=date(2026, 5, 1),
            due=date(2026, 6, 12),
            closed=closed,
            state=state,
            questions=questions,
            unseen=("no source that muniment asks tells who holds them: domain:callisto.example",)
            if state == "overdue"
            else (),
        )

    return (
        review(
            "shared-accounts",
            "overdue",
            None,
            question("service:registrar", "marit", "Marit Szymborska-Ellery", "overdue"),
            question("service:registrar", "priska", "Priska Vance", "confirmed", "marit"),
        ),
        review(
            "domain-2025",
            "closed",
            date(2026, 6, 2),
            question("domain:callisto.example", "priska", "Priska Vance", "confirmed", "marit"),
        ),
    )


def council(now: datetime) -> Council:
    """Two people in two organizations, one of which nobody could look into."""
    told = {
        "github:org/callisto": (Answer.YES, Answer.YES, Answer.SOME, Answer.NO),
        "github:org/mooring-hub": (Answer.CANNOT_TELL,) * 4,
    }
    whys = {
        Answer.YES: "a security manager",
        Answer.SOME: "administers some repositories",
        Answer.NO: "owners alone may",
        Answer.CANNOT_TELL: "the members were not seen in full (only a part was shown)",
    }
    return Council(
        places=tuple(
            Place(
                handle=handle,
                name=name,
                organization=asset,
                role="member" if asset.endswith("callisto") else "",
                rights=tuple(Held(right, answer, whys[answer]) for right, answer in zip(Right, own, strict=True)),
                observed_at=now,
                marking=COUNCIL_ALONE,
            )
            for asset, own in told.items()
            for handle, name in (("priska", "Priska Vance"), ("bertil", "Bertil Aune"))
        ),
        grantors={
            "github:org/callisto": Grantors(
                ("marit",), True, ("callisto-bot",), {"marit": "Marit Szymborska-Ellery"}
            )
        },
        secured=(
            Secured(
                handle="priska",
                name="Priska Vance",
                platform="github",
                login="priska-vance",
                state=Seen.OBSERVED,
                factor="strong",
                observed_at=now,
                marking=COUNCIL_ALONE,
            ),
            Secured(
                handle="bertil",
                name="Bertil Aune",
                platform="npm",
                login="bertil",
                state=Seen.UNKNOWN,
                why="npm does not say",
                marking=COUNCIL_ALONE,
            ),
        ),
        marking=COUNCIL_ALONE,
    )
