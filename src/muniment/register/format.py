"""The register's format as people write it: types from which reading, errors and the schema all follow."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from msgspec import Meta, Struct, field

from muniment.model.asset import Status
from muniment.model.policy import CheckPolicy, Declined, Policy
from muniment.model.waiver import Decision

# ``(?!\n)$``: the end, in the dialects of Python and of JSON Schema alike.
Id = Annotated[
    str, Meta(pattern=r"^[a-z0-9][a-z0-9-]{0,62}(?!\n)$", description="lower-case letters, digits, dashes")
]
Line = Annotated[
    str, Meta(pattern=r"^\S([^\n]*\S)?(?!\n)$", max_length=300, description="one line of text, no blanks around it")
]
Login = Annotated[str, Meta(pattern=r"^\S+(?!\n)$", max_length=200, description="a name without spaces")]
Address = Annotated[
    str,
    Meta(pattern=r"^https?://[^\s]+(?!\n)$", max_length=500, description="an address that begins with https://"),
]
Prose = Annotated[str, Meta(pattern=r"\S", max_length=4000, description="text of any number of lines")]
AssetId = Annotated[
    str,
    Meta(
        pattern=r"^[a-z]+:\S+(?!\n)$",
        max_length=300,
        description=(
            "github:org/NAME, github:repo/OWNER/NAME, github:enterprise/NAME, pypi:NAME, pypi:org/NAME, "
            "npm:NAME, npm:@SCOPE, npm:@SCOPE/NAME, conda:NAME, site:HOST/PATH, domain:NAME, service:NAME "
            "or channel:PLACE/NAME"
        ),
    ),
]
Organization = Annotated[
    str,
    Meta(
        pattern=r"^[A-Za-z0-9]([A-Za-z0-9._-]{0,98}[A-Za-z0-9])?(?!\n)$",
        description="an organization's name on GitHub",
    ),
]
RepositoryName = Annotated[
    str,
    Meta(
        pattern=r"^[A-Za-z0-9._*?-]{1,100}(?!\n)$",
        description="the name of a repository without its organization's; * is any text, ? one character",
    ),
]
Value = Annotated[Line, Meta(description="a value of the property")]
Number = Annotated[int, Meta(ge=1)]
Holder = Annotated[
    str,
    Meta(
        pattern=r"^([a-z0-9][a-z0-9-]{0,62}|[a-z][a-z0-9-]{0,30}:[^\s:]{1,100})(?!\n)$",
        description="a handle, or an account as PLACE:LOGIN",
    ),
]
Handles = Id | tuple[Id, ...]
MarkingWord = Literal["clear", "green", "amber", "amber+strict", "red"]


class Entry(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename="kebab"):
    """What all entries have in common: keys with dashes, and no key that is not known."""


class ProjectEntry(Entry, frozen=True, kw_only=True):
    """The project that this register is about."""

    id: Annotated[Id, Meta(description="one word for the project")]
    name: Annotated[Line, Meta(description="its name as people know it")]
    marking: Annotated[
        MarkingWord, Meta(description="who may see what the register says of assets; clear: everybody")
    ] = "amber"
    register_url: Annotated[
        Address | Literal[""],
        Meta(description="where the files of this tree are read on the web; FILE#LLINE is put after it"),
    ] = ""


class SubprojectEntry(Entry, frozen=True, kw_only=True):
    """A part of the project with its own people."""

    name: Annotated[Line, Meta(description="its name as people know it")]
    seat: Annotated[bool, Meta(description="true: it sends a member to the council")] = False
    parts: Annotated[tuple[Line, ...], Meta(description="the pieces of software that it keeps")] = ()
    contact: Annotated[Line, Meta(description="where its people are reached: an address or a list")] = ""


class AssetEntry(Entry, frozen=True, kw_only=True):
    """Something that the project protects, or that people take for the project's."""

    status: Annotated[
        Status,
        Meta(
            description="official: ours. unclear: nobody has decided. archived: ours, at rest. external: not ours"
        ),
    ]
    reason: Annotated[Prose, Meta(description="why it has this status; name the document that says so")]
    subproject: Annotated[
        Id | None,
        Meta(description="who answers for it; default: the file's subproject; null: nobody in particular"),
    ] = None
    title: Annotated[Line, Meta(description="a name that says more than the id")] = ""
    url: Annotated[Address, Meta(description="where people find it")] = ""
    source: Annotated[Line, Meta(description="the document that the status was taken from")] = ""
    repository: Annotated[
        AssetId | None, Meta(description="the repository that a package is made from: github:repo/OWNER/NAME")
    ] = None
    repositories: Annotated[
        Literal["all", "listed"],
        Meta(
            description="of an organization. all: every repository in it is the project's. listed: only those named"
        ),
    ] = "all"
    since: Annotated[date | None, Meta(description="the day the status was last considered, YYYY-MM-DD")] = None
    github_id: Annotated[
        Number | None,
        Meta(
            description="GitHub's number of an organization or repository: names can change hands, numbers cannot"
        ),
    ] = None
    attest: Annotated[
        bool, Meta(description="true: no interface can be asked about it, so a person must look and attest")
    ] = False
    holders: Annotated[
        dict[Id, Handles], Meta(description="who is expected to hold which role: owner: [ada, releasers]")
    ] = field(default_factory=dict)


class RuleEntry(Entry, frozen=True, kw_only=True):
    """What is said of an organization and its repositories, or of some of them, in one place."""

    org: Annotated[
        Organization | tuple[Organization, ...],
        Meta(description="an organization on GitHub, or several; alone: itself and every public repository in it"),
    ]
    reason: Annotated[Prose, Meta(description="why; name the document that says so")]
    where: Annotated[
        dict[Line, Value | tuple[Value, ...]],
        Meta(description="a custom property that the repositories have, with its value or one of several"),
    ] = field(default_factory=dict)
    name: Annotated[
        RepositoryName | tuple[RepositoryName, ...],
        Meta(description="names of repositories, or patterns: * is any text, ? one character"),
    ] = ()
    except_: Annotated[
        tuple[RepositoryName, ...],
        Meta(description="names or patterns of repositories that the rule leaves alone, as a list"),
    ] = field(default=(), name="except")
    status: Annotated[
        Status,
        Meta(
            description="official: ours. unclear: nobody has decided. archived: ours, at rest. external: not ours"
        ),
    ] = Status.OFFICIAL
    subproject: Annotated[
        Id | None,
        Meta(description="who answers for them; default: the file's subproject; null: nobody in particular"),
    ] = None
    source: Annotated[Line, Meta(description="the document that it was taken from")] = ""
    since: Annotated[date | None, Meta(description="the day the status was last considered, YYYY-MM-DD")] = None
    packages: Annotated[
        bool | None,
        Meta(description="true: what its repositories' manifests name, and publish, is the project's too"),
    ] = None


class RoleEntry(Entry, frozen=True, kw_only=True):
    """A role that may be told to everybody."""

    role: Annotated[Line, Meta(description="council, lead …")]
    subproject: Annotated[Id | None, Meta(description="of which subproject; null: of the whole project")] = None


class VouchEntry(Entry, frozen=True, kw_only=True):
    """Another person's word that somebody is active where no source shows it."""

    by: Annotated[Id, Meta(description="who vouches: the handle of another person")]
    reason: Annotated[Prose, Meta(description="what they do: active, because they answer every report")]
    until: Annotated[date, Meta(description="the last day that it holds, YYYY-MM-DD")]


class PersonEntry(Entry, frozen=True, kw_only=True):
    """A person, by a handle of the register's own."""

    name: Annotated[Line, Meta(description="the name that the person goes by")]
    accounts: Annotated[
        dict[Id, Login | tuple[Login, ...]],
        Meta(description="the person's names elsewhere, by place: github: ada-l"),
    ] = field(default_factory=dict)
    github_id: Annotated[
        Number | None, Meta(description="GitHub's number for the account: logins can change hands, numbers cannot")
    ] = None
    bot: Annotated[bool, Meta(description="true: a machine's accounts, which count as nobody's")] = False
    public_roles: Annotated[tuple[RoleEntry, ...], Meta(description="roles that everybody may know of")] = ()
    active: Annotated[
        VouchEntry | None, Meta(description="another person's word that this one is active, with its end")
    ] = None
    left: Annotated[date | None, Meta(description="the day the person left the project, YYYY-MM-DD")] = None


class TeamEntry(Entry, frozen=True, kw_only=True):
    """Several people under one handle."""

    members: Annotated[tuple[Id, ...], Meta(description="handles of people")]
    name: Annotated[Line, Meta(description="its name as people know it")] = ""


class WaiverEntry(Entry, frozen=True, kw_only=True):
    """Findings that somebody has decided to live with. Patterns: ``*`` any text, ``?`` one character."""

    check: Annotated[Login, Meta(description="id of a check, or a pattern")]
    asset: Annotated[Login, Meta(description="id of an asset, or a pattern: pypi:old-*")]
    key: Annotated[
        str,
        Meta(
            pattern=r"^[^\n]*(?!\n)$",
            max_length=600,
            description="key of the problem, or a pattern; empty: a problem without key; default: every problem",
        ),
    ] = "*"
    by: Annotated[Id, Meta(description="who decided: the handle of a person or team")]
    reason: Annotated[Prose, Meta(description="why")]
    until: Annotated[date, Meta(description="the last day that it holds, YYYY-MM-DD")]
    decision: Annotated[Decision, Meta(description="accepted, or false-positive")] = Decision.ACCEPTED


class AttestationEntry(Entry, frozen=True, kw_only=True):
    """What a person saw with their own eyes, where no interface can be asked, or answered in an access review."""

    asset: Annotated[AssetId, Meta(description="the asset that was looked at")]
    by: Annotated[Id, Meta(description="who looked: the handle of a person")]
    seen: Annotated[date, Meta(description="the day, YYYY-MM-DD")]
    until: Annotated[date, Meta(description="the last day that this holds, YYYY-MM-DD")]
    statement: Annotated[Prose, Meta(description="what was seen, or why the access stays or goes")]
    holder: Annotated[
        Holder | None,
        Meta(
            description="an answer of a review: whose access; a handle, github:LOGIN, github-id:NUMBER, pypi:NAME"
        ),
    ] = None
    answer: Annotated[
        Literal["confirm", "drop"] | None, Meta(description="with holder. confirm: keeps it. drop: loses it")
    ] = None


class CredentialEntry(Entry, frozen=True, kw_only=True):
    """A password, key or token that people share: what it is for and where it is kept, never its value."""

    purpose: Annotated[Prose, Meta(description="what it is for")]
    kept: Annotated[Line, Meta(description="where it is kept, in words: the vault and the item's name; no value")]
    opens: Annotated[tuple[AssetId, ...], Meta(description="the assets that it opens")] = ()
    readers: Annotated[tuple[Id, ...], Meta(description="who can read it: handles of people and teams")] = ()
    rotated: Annotated[date | None, Meta(description="the day it was last made anew, YYYY-MM-DD")] = None
    rotate_every: Annotated[
        Annotated[int, Meta(ge=1, le=3660)] | None, Meta(description="how many days it may be used")
    ] = None
    due: Annotated[
        date | None, Meta(description="instead of rotate-every: the day by which it is to be made anew, YYYY-MM-DD")
    ] = None


class GrantEntry(Entry, frozen=True, kw_only=True):
    """A role that somebody has for a time: who answers for it, what for, and until when."""

    holder: Annotated[Id, Meta(description="who has it: the handle of a person or team")]
    asset: Annotated[AssetId, Meta(description="on what")]
    role: Annotated[Line, Meta(description="which role: owner, member …")]
    sponsor: Annotated[Id, Meta(description="who answers for it: the handle of another person or team")]
    purpose: Annotated[Prose, Meta(description="what for")]
    until: Annotated[date, Meta(description="the last day that it is meant to be held, YYYY-MM-DD")]
    cohort: Annotated[Id | None, Meta(description="those who are reviewed together: interns, bots")] = None


class ReviewEntry(Entry, frozen=True, kw_only=True):
    """An access review, of one of three: a cohort, a subproject, or some assets."""

    by: Annotated[Id, Meta(description="who sees to it: the handle of a person or team")]
    started: Annotated[date, Meta(description="its first day, YYYY-MM-DD; older answers do not count")]
    due: Annotated[date, Meta(description="the day by which all are to be answered, YYYY-MM-DD")]
    cohort: Annotated[Id | None, Meta(description="the people whose grants name this cohort, or of this team")] = (
        None
    )
    subproject: Annotated[Id | None, Meta(description="what this subproject answers for")] = None
    assets: Annotated[tuple[AssetId, ...], Meta(description="these assets")] = ()
    closed: Annotated[date | None, Meta(description="the day it was done, YYYY-MM-DD")] = None


Commit = Annotated[
    str,
    Meta(
        pattern=r"^([0-9a-f]{40}|[0-9a-f]{64})(?!\n)$",
        description="the 40 or 64 hexadecimal digits of a commit; a branch or a tag can be moved and is refused",
    ),
]
Place = Annotated[
    str,
    Meta(
        pattern=r"^[^\s-]([^\n]*\S)?(?!\n)$",
        max_length=500,
        description="a path, relative to this file's directory",
    ),
]
Repository = Annotated[
    str,
    Meta(
        pattern=r"^[^\s-]\S*(?!\n)$",
        max_length=500,
        description="an address that begins with https:// or ssh://, such as git@HOST:PATH, or a path",
    ),
]


class IncludeEntry(Entry, frozen=True, kw_only=True):
    """Another directory of YAML files that is part of the register and lies elsewhere."""

    owner: Annotated[
        Id | None,
        Meta(description="the subproject that keeps it and speaks in it for itself alone; null: the council"),
    ] = None
    marking: Annotated[MarkingWord, Meta(description="who may see what it says of assets; clear: everybody")] = (
        "amber"
    )
    path: Annotated[
        Place | None,
        Meta(description="its directory; with git or bundle: the directory within, default: the whole"),
    ] = None
    git: Annotated[
        Repository | None, Meta(description="the git repository that it lies in, read at the commit")
    ] = None
    bundle: Annotated[
        Place | None, Meta(description="the git bundle that it lies in, a file, read at the commit")
    ] = None
    commit: Annotated[Commit | None, Meta(description="with git or bundle: the commit that was reviewed")] = None


class DeclinedChangeEntry(Entry, frozen=True, kw_only=True):
    """A change that ``muniment sync`` proposes and that is not to be made for now."""

    change: Annotated[Login, Meta(description="the change's id, or a pattern: declare:github:repo/toys/*")]
    by: Annotated[Id, Meta(description="who decided: the handle of a person or team")]
    reason: Annotated[Prose, Meta(description="why")]
    until: Annotated[date, Meta(description="the last day that it holds, YYYY-MM-DD")]


class DistinctionEntry(Entry, frozen=True, kw_only=True):
    """Two accounts that look like one person's and are not."""

    who: Annotated[
        tuple[Holder, ...],
        Meta(description="the two: handles, or accounts: pypi:NAME, github:LOGIN, github-id:NUMBER"),
    ]
    by: Annotated[Id, Meta(description="who decided: the handle of a person or team")]
    reason: Annotated[Prose, Meta(description="how it is known")]
    signs: Annotated[
        tuple[Line, ...],
        Meta(description="the signs that were known then, as sync writes them; default: it holds whatever is seen"),
    ] = ()
    until: Annotated[
        date | None, Meta(description="the last day that it holds, YYYY-MM-DD; default: without end")
    ] = None


class CheckPolicyEntry(CheckPolicy, frozen=True, forbid_unknown_fields=True):
    """What is different for one check."""


class DeclinedEntry(Declined, frozen=True, forbid_unknown_fields=True):
    """Evidence that a council does not want collected."""


Digest = Annotated[
    str, Meta(pattern=r"^[0-9a-f]{24}(?!\n)$", description="24 hexadecimal digits, as muniment forget tells them")
]
Tombstone = Annotated[
    str,
    Meta(pattern=r"^(forgotten-[0-9]+(-[0-9]+)?|-[0-9]+)(?!\n)$", description="forgotten-1, or a number below 0"),
]

_CHECKS = Meta(description="what is different for one check, by its id")
_DECLINED = Meta(description="evidence that is not to be collected, with who, why and until when")
_FORGOTTEN = Meta(
    description="tombstones of forgotten accounts by the accounts' digests, as muniment forget tells them"
)
_TEAM = Meta(description="who answers for security: handles of people and teams")


class PolicyEntry(Policy, frozen=True, forbid_unknown_fields=True, rename="kebab"):
    """The project's own numbers. Lengths are in days."""

    security_team: Annotated[tuple[Id, ...], _TEAM] = ()
    checks: Annotated[dict[str, CheckPolicyEntry], _CHECKS] = field(default_factory=dict)  # type: ignore[assignment]
    declined: Annotated[tuple[DeclinedEntry, ...], _DECLINED] = ()
    forgotten: Annotated[dict[Digest, Tombstone], _FORGOTTEN] = field(default_factory=dict)


class RegisterFile(Entry, frozen=True, kw_only=True):
    """One file of a register. Every key is optional; the files of a directory add up."""

    project: Annotated[ProjectEntry | None, Meta(description="once in a register: the project")] = None
    policy: Annotated[PolicyEntry | None, Meta(description="once in a register: the project's own numbers")] = None
    include: Annotated[
        dict[Id, IncludeEntry] | None,
        Meta(description="other trees that are part of the register, by a short name"),
    ] = None
    subproject: Annotated[Id | None, Meta(description="the subproject of this file's assets that name none")] = None
    subprojects: Annotated[
        dict[Id, SubprojectEntry] | None, Meta(description="the parts of the project, by a short id")
    ] = None
    assets: Annotated[dict[AssetId, AssetEntry] | None, Meta(description="what is protected, by id")] = None
    rules: Annotated[
        tuple[RuleEntry, ...] | None, Meta(description="what is said of organizations and repositories at once")
    ] = None
    parties: Annotated[dict[Id, PersonEntry] | None, Meta(description="people, by handle")] = None
    teams: Annotated[dict[Id, TeamEntry] | None, Meta(description="groups of people, by handle")] = None
    waivers: Annotated[tuple[WaiverEntry, ...] | None, Meta(description="decisions to live with findings")] = None
    attestations: Annotated[tuple[AttestationEntry, ...] | None, Meta(description="what people saw")] = None
    credentials: Annotated[
        dict[Id, CredentialEntry] | None,
        Meta(description="passwords, keys and tokens that people share, by a short name; never their values"),
    ] = None
    grants: Annotated[tuple[GrantEntry, ...] | None, Meta(description="roles that people have for a time")] = None
    reviews: Annotated[dict[Id, ReviewEntry] | None, Meta(description="access reviews, by a short name")] = None
    declined_changes: Annotated[
        tuple[DeclinedChangeEntry, ...] | None,
        Meta(description="changes that sync proposes and nobody wants for now"),
    ] = None
    not_the_same: Annotated[
        tuple[DistinctionEntry, ...] | None,
        Meta(description="accounts that look like one person's and are not"),
    ] = None
