"""Every example of every check is judged by the real engine, and every check documents itself."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from msgspec.structs import replace

from muniment.checks.declaration import Check, Example, checks
from muniment.checks.example import judge
from muniment.evidence.kind import kinds
from muniment.model.asset import FAMILIES, canonical, family
from muniment.model.verdict import Fail, NotApplicable, Pass, Unknown

ALL = checks()
CASES = [(check, example) for check in ALL.values() for example in check.examples]

# The requirements of the OpenSSF OSPS Baseline, v2026.02.19, that checks name. Add one when a check first needs it.
BASELINE = {
    "OSPS-AC-01.01",  # changing a sensitive resource takes multi-factor authentication
    "OSPS-AC-02.01",  # a new collaborator gets the lowest privileges, or is given others by hand
    "OSPS-AC-03.02",  # the primary branch is not deleted without a confirmation of intent
    "OSPS-AC-04.01",  # a task without permissions of its own gets the lowest ones
    "OSPS-BR-06.01",  # releases are signed, or listed in a signed manifest
    "OSPS-GV-01.01",  # a list of the members with access to sensitive resources
    "OSPS-QA-01.01",  # source is publicly readable at a static URL
    "OSPS-QA-04.01",  # a list of the codebases that are part of the project
    "OSPS-VM-02.01",  # the documentation holds security contacts
    "OSPS-VM-03.01",  # a means for private vulnerability reporting to the security contacts
}
SECTIONS = ("What it does", "Why it matters", "How to fix", "What is not judged")


def test_the_checks_are_found_by_being_in_their_folder() -> None:
    assert len(ALL) >= 12
    assert "packages/one-person-can-ship-alone" in ALL


@pytest.mark.parametrize(("check", "example"), CASES, ids=[f"{c.id}: {e.name}" for c, e in CASES])
def test_an_example_gives_what_it_expects(check: Check, example: Example) -> None:
    judged = judge(check, example)
    verdict = judged.verdict
    assert type(verdict) is example.expect, verdict
    match verdict:
        case Fail(problems):
            assert tuple(p.key for p in problems) == example.keys
            for problem in problems:
                assert problem.message
                assert not problem.message.endswith(".")
                assert "\n" not in problem.message
        case Unknown(reason):
            assert reason is example.reason
        case NotApplicable(words):
            assert words
        case Pass():
            pass


@pytest.mark.parametrize(("check", "example"), CASES, ids=[f"{c.id}: {e.name}" for c, e in CASES])
def test_an_example_is_about_an_asset_that_the_check_judges(check: Check, example: Example) -> None:
    assert example.asset == canonical(example.asset)
    assert family(example.asset) in check.families


@pytest.mark.parametrize("check", ALL.values(), ids=ALL)
def test_a_check_documents_itself(check: Check) -> None:
    expected = {e.expect for e in check.examples}
    assert {Pass, Fail} <= expected, "at least one example passes and one fails"
    headings = tuple(re.findall(r"^## (.+)$", check.text, flags=re.MULTILINE))
    assert headings == SECTIONS
    summary = check.text.splitlines()[0]
    assert summary.endswith("."), summary
    assert check.title and not check.title.endswith(".")
    assert set(check.controls) <= BASELINE
    assert set(check.families) <= set(FAMILIES) and check.families


@pytest.mark.parametrize("check", ALL.values(), ids=ALL)
def test_a_message_never_holds_an_age(check: Check) -> None:
    """Tomorrow's words about the same evidence are today's, or every day would look like change."""
    for example in check.examples:
        if example.expect is not Fail:
            continue
        tomorrow = replace(example, today=example.today + timedelta(days=1))
        assert judge(check, tomorrow).verdict == judge(check, example).verdict


def test_the_evidence_that_checks_name_exists() -> None:
    known = set(kinds().values())
    for check in ALL.values():
        assert set(check.kinds) <= known, check.id
