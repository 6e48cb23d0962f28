"""The published schema is current, and says of registers what reading says."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator, FormatChecker
from written_registers import GOOD

from muniment.register.document import parse, plain
from muniment.register.schema import published, schema

ROOT = Path(__file__).parents[2]
VALIDATOR = Draft202012Validator(schema(), format_checker=FormatChecker())


def value_of(text: str) -> Any:
    document = parse(text)
    assert document.root is not None and document.mistakes == ()
    return plain(document.root)


def test_the_published_schema_is_current() -> None:
    tracked = (ROOT / "schema" / "register.schema.json").read_text(encoding="utf-8")
    assert tracked == published(), "write schema.published() to schema/register.schema.json"


def test_the_schema_is_a_schema() -> None:
    Draft202012Validator.check_schema(schema())


def test_a_good_register_is_valid() -> None:
    VALIDATOR.validate(value_of(GOOD))


@pytest.mark.parametrize(
    "path", sorted((ROOT / "examples").glob("*/*.yaml")), ids=lambda p: f"{p.parent.name}/{p.name}"
)
def test_every_example_is_valid_and_tells_editors_where_the_schema_is(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    VALIDATOR.validate(value_of(text))
    assert text.startswith("# yaml-language-server: $schema=../../schema/register.schema.json\n")


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("seat: true", "seat: yes"),
        ("status: official", "status: offical"),
        ("since: 2026-01-31", "since: 2026-02-30"),
        ("live-limit: 4", "live-limit: -4"),
        ("live-limit: 4", "live-limit: many"),
        ("severity: critical", "severity: severe"),
        ("title: The domain", "tilte: The domain"),
        ("title: The domain", "title: 12"),
        ("name: Ada Example", "nmae: Ada Example"),
        ("marking: clear", "marking: white"),
        ("decision: false-positive", "decision: wrong"),
        ("domain:callisto.example:", "callisto.example:"),
        ("teams:", "team:"),
        ("[ada, grace]", "ada"),
    ],
)
def test_what_reading_refuses_the_schema_refuses(right: str, wrong: str) -> None:
    assert right in GOOD
    assert not VALIDATOR.is_valid(value_of(GOOD.replace(right, wrong, 1)))


def test_everything_has_a_description_for_editors() -> None:
    for name, definition in schema()["$defs"].items():
        if definition.get("type") == "object":
            assert definition["description"], name
            for key, field in definition["properties"].items():
                assert field.get("description") or "$ref" in field, f"{name}.{key}"


def test_scalars_mean_what_they_mean_to_others() -> None:
    """Where YAML 1.1 and 1.2 agree, so do we with PyYAML."""
    for text in ("a", "1", "-3", "1.5", "true", "null", "~", "'1'", '"true"', "a b", "2.0e+3", ".inf", "x: 1"):
        assert value_of(text) == yaml.safe_load(text)
