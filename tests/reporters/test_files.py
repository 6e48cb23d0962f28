"""JSON, SARIF and CSV: what other programs read."""

from __future__ import annotations

import csv
import io
import json
import re
from typing import Any

import jsonschema
import pytest
from msgspec.structs import replace

from muniment.model.tlp import RED, TLP, Audience
from muniment.publish.projection import COUNCIL, PUBLIC, Shown, project
from muniment.publish.view import build
from muniment.reporters import csv_report, json_report, markdown_report, sarif
from muniment.reporters.finding import reporters, site
from muniment.reporters.site import STATIC
from muniment.reporters.terminal import rendered, summary
from muniment.testing.material import CHECKS, material

HARBOUR = Audience(TLP.AMBER, frozenset({"harbour"}))


def shown(audience: Audience = COUNCIL, **how: bool) -> Shown:
    return project(build(material(**how), CHECKS), audience)


def test_reporters_are_found_by_being_in_the_folder() -> None:
    assert {r.__module__.rpartition(".")[2] for r in reporters()} >= {"site", "json_report", "sarif", "csv_report"}


def test_every_file_states_its_marking() -> None:
    for audience in (PUBLIC, HARBOUR, COUNCIL):
        for path, data in site(shown(audience)).items():
            own = "TLP:CLEAR" if path in STATIC else audience.level.label
            assert own in data.decode(), path


def test_the_report_is_versioned_and_holds_what_the_pages_say() -> None:
    report = json.loads(json_report.files(shown())["report.json"])

    assert (report["version"], report["marking"], report["run"]["id"]) == (1, "TLP:RED", 412)
    assert sum(g["findings"] for g in report["summary"]["groups"]) == report["summary"]["balance"]["after"] == 12
    assert sum(f["is_open"] for f in report["findings"]) == 12
    assert report["summary"]["unknown"] == 10


def test_the_public_report_does_not_say_that_nothing_is_wrong() -> None:
    report = json.loads(json_report.files(shown(PUBLIC))["report.json"])

    assert "findings" not in report
    assert "summary" not in report
    assert [r["count"] for r in report["released"]] == [None] * 10
    assert "findings.sarif" not in site(shown(PUBLIC))
    assert "findings.csv" not in site(shown(PUBLIC))


# What SARIF 2.1.0 requires of the parts used here (its sections 3.13, 3.14, 3.18-3.20, 3.27-3.30, 3.35, 3.49).
SARIF = {
    "type": "object",
    "required": ["version", "runs"],
    "properties": {
        "version": {"const": "2.1.0"},
        "runs": {"type": "array", "minItems": 1, "items": {"$ref": "#/$defs/run"}},
    },
    "$defs": {
        "text": {
            "type": "object",
            "required": ["text"],
            "properties": {"text": {"type": "string", "minLength": 1}},
        },
        "level": {"enum": ["none", "note", "warning", "error"]},
        "rule": {
            "type": "object",
            "required": ["id"],
            "properties": {
                "id": {"type": "string", "minLength": 1},
                "name": {"type": "string", "pattern": "^[A-Za-z0-9]+$"},
                "shortDescription": {"$ref": "#/$defs/text"},
                "help": {"$ref": "#/$defs/text"},
                "defaultConfiguration": {"properties": {"level": {"$ref": "#/$defs/level"}}},
            },
        },
        "run": {
            "type": "object",
            "required": ["tool", "results"],
            "properties": {
                "tool": {
                    "required": ["driver"],
                    "properties": {
                        "driver": {
                            "required": ["name"],
                            "properties": {
                                "rules": {"type": "array", "items": {"$ref": "#/$defs/rule"}, "uniqueItems": True},
                                "semanticVersion": {"pattern": r"^\d+\.\d+\.\d+([-+][0-9A-Za-z.+-]+)?$"},
                            },
                        }
                    },
                },
                "columnKind": {"enum": ["utf16CodeUnits", "unicodeCodePoints"]},
                "invocations": {"items": {"required": ["executionSuccessful"]}},
                "results": {"type": "array", "items": {"$ref": "#/$defs/result"}},
            },
        },
        "result": {
            "type": "object",
            "required": ["message", "ruleId", "ruleIndex", "locations", "partialFingerprints"],
            "properties": {
                "kind": {"enum": ["pass", "open", "informational", "notApplicable", "review", "fail"]},
                "level": {"$ref": "#/$defs/level"},
                "message": {"$ref": "#/$defs/text"},
                "baselineState": {"enum": ["new", "unchanged", "updated", "absent"]},
                "partialFingerprints": {"type": "object", "additionalProperties": {"type": "string"}},
                "locations": {"type": "array", "minItems": 1, "items": {"$ref": "#/$defs/location"}},
                "suppressions": {
                    "items": {
                        "required": ["kind"],
                        "properties": {
                            "kind": {"enum": ["inSource", "external"]},
                            "status": {"enum": ["accepted", "underReview", "rejected"]},
                        },
                    }
                },
            },
            # Whatever is not a failure has no level (3.27.10).
            "if": {"properties": {"kind": {"const": "fail"}}},
            "else": {"properties": {"level": {"const": "none"}}},
        },
        "location": {
            "properties": {
                "physicalLocation": {
                    "required": ["artifactLocation"],
                    "properties": {
                        "artifactLocation": {"required": ["uri"]},
                        "region": {"properties": {"startLine": {"type": "integer", "minimum": 1}}},
                    },
                },
                "logicalLocations": {"items": {"required": ["fullyQualifiedName"]}},
            }
        },
    },
}


def log(view: Shown) -> Any:
    return json.loads(sarif.files(view)["findings.sarif"])


@pytest.mark.parametrize("how", [{}, {"first": True}, {"quiet": True}, {"empty": True}])
def test_sarif_has_the_shape_that_its_standard_asks_for(how: dict[str, bool]) -> None:
    made = log(shown(**how))

    jsonschema.Draft202012Validator(SARIF).validate(made)
    run = made["runs"][0]
    rules = run["tool"]["driver"]["rules"]
    assert all(rules[r["ruleIndex"]]["id"] == r["ruleId"] for r in run["results"])
    bases = {
        r["locations"][0].get("physicalLocation", {}).get("artifactLocation", {}).get("uriBaseId")
        for r in run["results"]
    }
    assert bases - {None} <= set(run["originalUriBaseIds"])


def test_the_shape_can_fail() -> None:
    made = log(shown())
    made["runs"][0]["results"][0]["kind"] = "open"

    with pytest.raises(jsonschema.ValidationError):
        jsonschema.Draft202012Validator(SARIF).validate(made)


def test_sarif_tells_news_from_the_rest() -> None:
    run = log(shown())["runs"][0]
    states = {r["properties"]["id"]: r["baselineState"] for r in run["results"] if r["kind"] == "fail"}

    assert sorted(states.values()) == ["absent"] * 3 + ["new"] * 2 + ["unchanged"] * 10 + ["updated"]
    assert {r["level"] for r in run["results"] if r["kind"] == "open"} == {"none"}
    assert sum(r["kind"] == "open" for r in run["results"]) == 10
    assert sum("suppressions" in r for r in run["results"]) == 1


def test_no_format_tells_as_fixed_what_a_change_of_ours_closed() -> None:
    made = material()
    only = next(f for f in made.findings if f.is_dropped)
    entries = tuple(e for e in made.entries or () if e.finding == only.id)
    view = project(build(replace(made, findings=(only,), entries=entries, shelved=frozenset()), CHECKS), COUNCIL)
    files = {name: data.decode() for name, data in site(view).items()}
    balance = json.loads(files["report.json"])["summary"]["balance"]
    (row,) = csv.DictReader(io.StringIO(files["findings.csv"]))
    (result,) = (r for r in log(view)["runs"][0]["results"] if r["kind"] == "fail")
    terminal = rendered(summary(view), width=200)

    assert (balance["before"], balance["fixed"], balance["dropped"], balance["after"]) == (1, 0, 1, 0)
    assert row["state"] == "dropped"
    assert (result["baselineState"], result["properties"]["state"]) == ("absent", "dropped")
    assert "0 open findings: 1 dropped by a change of ours." in files["report.md"]
    assert "1 dropped by a change of ours since 7 Jun 2026 (run 411)" in terminal
    assert "Dropped</span>" in files["index.html"]
    told = [files["report.md"], terminal, files["index.html"].replace("<dt>Fixed</dt><dd>0</dd>", "")]
    assert not [text for text in told if re.search(r"\bfixed\b", text, re.IGNORECASE)]


def test_a_look_elsewhere_says_plainly_that_no_source_was_asked() -> None:
    made = material(pretended=True)
    council = project(build(made, CHECKS), COUNCIL)
    theirs = project(build(made, CHECKS), HARBOUR)

    for view in (council, theirs):
        files = site(view)
        for text in (rendered(summary(view)), files["report.md"].decode(), files["index.html"].decode()):
            assert "0 live" not in text
        assert json.loads(files["report.json"])["reach"] is None
    assert "No source was asked." in rendered(summary(council))
    assert "No source was asked." in site(council)["report.md"].decode()


def test_readers_from_whom_the_reach_is_withheld_are_not_told_that_no_source_was_asked() -> None:
    made = material()
    assert made.reach is not None
    closed = replace(made, reach=replace(made.reach, marking=RED))
    theirs = project(build(closed, CHECKS), HARBOUR)

    assert theirs.view.reach is None
    for text in (rendered(summary(theirs)), site(theirs)["report.md"].decode()):
        assert "No source was asked" not in text


def test_the_first_run_brings_nothing_new_in_sarif() -> None:
    run = log(shown(first=True))["runs"][0]

    assert {r["baselineState"] for r in run["results"] if r["kind"] == "fail"} == {"unchanged"}


def test_a_finding_points_at_its_line_in_the_register() -> None:
    run = log(shown())["runs"][0]
    beacon = next(r for r in run["results"] if r["message"]["text"].startswith("pypi:beacon:"))

    assert beacon["locations"][0]["physicalLocation"] == {
        "artifactLocation": {"uri": "assets.yaml", "uriBaseId": "REGISTER"},
        "region": {"startLine": 88},
    }


def test_rules_carry_the_checks_words_and_controls() -> None:
    rules = log(shown())["runs"][0]["tool"]["driver"]["rules"]
    rule = next(r for r in rules if r["id"] == "demo/single-owner")

    assert "How to fix" in rule["help"]["text"]
    assert rule["properties"]["tags"] == ["security", "OSPS-AC-04.01"]
    assert rule["defaultConfiguration"] == {"level": "error"}


def test_fingerprints_do_not_hang_on_words_or_places() -> None:
    made = material()
    moved = replace(made, findings=tuple(replace(f, message="other words", where=None) for f in made.findings))
    prints = [
        [r["partialFingerprints"] for r in log(project(build(m, CHECKS), COUNCIL))["runs"][0]["results"]]
        for m in (made, moved)
    ]

    assert prints[0] == prints[1]
    assert len({json.dumps(p) for p in prints[0]}) == len(prints[0])


@pytest.mark.parametrize(
    "formula",
    [
        *("=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\x00=1", " =1"),
        *("\uff1d1+1", "\uff0b1", "\uff0d1", "\uff20SUM(A1)", "\u00a0=1"),
    ],
)
def test_no_cell_is_a_formula(formula: str) -> None:
    made = material()
    hostile = replace(made, findings=tuple(replace(f, message=formula, cause=formula) for f in made.findings))
    data = csv_report.files(project(build(hostile, CHECKS), COUNCIL))["findings.csv"].decode()

    rows = list(csv.DictReader(io.StringIO(data)))
    assert len(rows) == 16
    cells = [cell for row in rows for cell in row.values()]
    signs = tuple("=+-@\uff1d\uff0b\uff0d\uff20")
    assert not [c for c in cells if c.lstrip(" \ufffd\t\r\n\u00a0").startswith(signs)]
    assert not [c for c in cells if any(ord(letter) < 32 for letter in c)]


def test_each_row_says_who_may_read_it() -> None:
    rows = list(csv.DictReader(io.StringIO(csv_report.files(shown())["findings.csv"].decode())))

    assert {r["marking"] for r in rows} == {"TLP:RED"}
    assert {r["row_marking"] for r in rows if r["subproject"] == "harbour"} == {"TLP:AMBER (to: harbour)"}


def test_a_file_without_findings_still_states_its_marking() -> None:
    rows = list(csv.DictReader(io.StringIO(csv_report.files(shown(HARBOUR, empty=True))["findings.csv"].decode())))

    assert [(r["marking"], r["message"]) for r in rows] == [("TLP:AMBER (to: harbour)", "no finding")]


def test_a_day_to_come_is_told_in_every_file() -> None:
    files = site(shown(pretended=True))
    report = json.loads(files["report.json"])
    rows = list(csv.DictReader(io.StringIO(files["findings.csv"].decode())))

    assert (report["pretended"], report["as_of"]) == (True, "2026-12-11")
    assert files["report.md"].decode().splitlines()[2] == "# Project Callisto, as if on 11 Dec 2026, run 412"
    assert {r["as_if_on"] for r in rows} == {"2026-12-11"}
    properties = json.loads(files["findings.sarif"])["runs"][0]["properties"]
    assert (properties["pretended"], properties["asOf"]) == (True, "2026-12-11")


def test_a_real_day_is_not_called_pretended() -> None:
    files = site(shown())

    assert json.loads(files["report.json"])["pretended"] is False
    assert "as if" not in files["report.md"].decode()
    assert {r["as_if_on"] for r in csv.DictReader(io.StringIO(files["findings.csv"].decode()))} == {""}


def test_the_numbers_of_answers_in_the_report_sum() -> None:
    told = json.loads(json_report.files(shown())["report.json"])["summary"]
    counts = json.loads(json_report.files(shown())["report.json"])["counts"]

    assert sum(told["answers"].values()) == sum(c["count"] for c in counts if c["verdict"] != "not-applicable")
    assert told["stale"] == told["answers"]["stale_pass"] + told["answers"]["stale_fail"] == 6
    for word, number in told["answers"].items():
        assert sum(s[word] for s in told["subprojects"]) == number


def test_every_file_gives_a_check_the_severity_of_the_register() -> None:
    files = site(shown())
    checks = {c["id"]: c for c in json.loads(files["report.json"])["checks"]}
    rules = {r["id"]: r for r in json.loads(files["findings.sarif"])["runs"][0]["tool"]["driver"]["rules"]}

    yanked = checks["demo/yanked-newest"]
    assert (yanked["severity"], yanked["own_severity"]) == ("critical", "high")
    assert rules["demo/yanked-newest"]["properties"]["security-severity"] == "9.5"


def test_markdown_shows_data_as_it_is() -> None:
    hostile = "[x](//evil.example) <b>@team</b> | `code` **bold**\n# heading"
    made = material()
    view = project(
        build(replace(made, findings=tuple(replace(f, cause=hostile) for f in made.findings)), CHECKS), COUNCIL
    )

    text = markdown_report.files(view)["report.md"].decode()
    assert text.startswith("**TLP:RED** ")
    assert r"\[x\]\(//evil.example\) \<b\>@team\</b\> \| \`code\` \*\*bold\*\* \# heading" in text
    assert re.findall(r"(?m)^#.*", text) == ["# Project Callisto, 14 Jun 2026, 06:02 UTC, run 412"]
    assert (
        sum(int(row.split("|")[-4]) for row in re.findall(r"(?m)^\| (?:low|medium|high|critical) .*", text)) == 12
    )
