"""Who may be quoted in a bundle: sources that are installed, in what they tell, and owners of a namespace."""

from __future__ import annotations

import pytest

from muniment.collectors.addresses import addresses
from muniment.collectors.finding import collectors
from muniment.evidence.account_reach import AccountReach
from muniment.evidence.handover import acceptable
from muniment.evidence.kind import kind_id
from muniment.evidence.namespace_package import NamespacePackage
from muniment.evidence.package_ownership import PackageOwnership
from muniment.evidence.package_role import PackageRole
from muniment.model.observation import Batch, Cell, Outcome
from muniment.model.tlp import CLEAR
from muniment.testing.material import NOW

SOURCES = collectors(addresses("http://index.example/simple", "http://npm.example"))


def look(source="pypi", scope="pypi:moonbase", kind=PackageRole, grants=("pypi:anonymous",)):
    return Batch(
        cell=Cell(source, scope, kind_id(kind)),
        vantage=frozenset(grants),
        outcome=Outcome.COLLECTED,
        observed_at=NOW,
        parser="pypi/1",
        marking=CLEAR,
    )


@pytest.mark.parametrize(
    "batch",
    [
        look(),
        look(grants=("pypi:anonymous", "pypi:configured")),
        look("npm", "npm:moonbase", PackageRole, ("npm:anonymous",)),
        look(scope="pypi:org/lunar", kind=NamespacePackage, grants=("pypi:org/lunar:owner",)),
        look("npm", "npm:@lunar", NamespacePackage, ("npm:@lunar:owner",)),
    ],
    ids=lambda b: str(b.cell),
)
def test_what_an_installed_source_or_an_owner_could_have_seen_is_taken_in(batch):
    assert acceptable(batch, SOURCES) == ""


@pytest.mark.parametrize(
    ("batch", "why"),
    [
        (look("mirror"), "no collector here is called 'mirror'"),
        (look("\x1b[31mmirror"), "no collector here is called '�[31mmirror'"),
        (look(grants=("anything",)), "it was seen with grants that 'pypi' does not give"),
        (look(grants=("pypi:anonymous", "root")), "it was seen with grants that 'pypi' does not give"),
        (look(grants=()), "it was seen with grants that 'pypi' does not give"),
        (look(scope="npm:moonbase"), "'pypi' tells no package-role of npm"),
        (
            look("npm", "npm:moonbase", PackageOwnership, ("npm:anonymous",)),
            "'npm' tells no package-ownership of npm",
        ),
        (look(scope="project:lunar", kind=AccountReach), "'pypi' tells no account-reach of project"),
        (
            look("reconcile", "project:lunar", AccountReach, ("reconcile",)),
            "no collector here is called 'reconcile'",
        ),
        (
            look(scope="pypi:org/lunar", kind=NamespacePackage),
            "the namespace package of pypi:org/lunar counts only from somebody with a right over it, such as "
            "pypi:org/lunar:owner",
        ),
        (
            look(scope="pypi:org/lunar", kind=NamespacePackage, grants=("pypi:org/mars:owner",)),
            "the namespace package of pypi:org/lunar counts only from somebody with a right over it, such as "
            "pypi:org/lunar:owner",
        ),
        (
            look("npm", "pypi:org/lunar", NamespacePackage, ("npm:anonymous",)),
            "'npm' tells no namespace-package of pypi:org",
        ),
    ],
    ids=lambda b: str(b.cell) if isinstance(b, Batch) else None,
)
def test_nobody_is_quoted_who_could_not_have_said_it(batch, why):
    assert acceptable(batch, SOURCES) == why


def test_without_a_collector_nothing_is_taken_in():
    assert acceptable(look(), ()) == "no collector here is called 'pypi'"
