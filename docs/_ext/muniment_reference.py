"""Writes the reference before each build, from the code: checks, commands, evidence kinds, the register."""

from __future__ import annotations

import re
import shutil
import textwrap
import typing
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import click
import msgspec
from sphinx.application import Sphinx

from muniment.checks.declaration import Check, Example, checks
from muniment.checks.example import judge
from muniment.cli import cli
from muniment.evidence.kind import Evidence, kinds
from muniment.model.party import Account
from muniment.model.verdict import Fail, NotApplicable, Unknown
from muniment.register.schema import schema
from muniment.testing.github.description import VERSIONS, load, source
from muniment.testing.github.faults import FAULTS
from muniment.testing.github.rest import HANDLERS

SIMULATED = {f"{method} {path}" for method, path in HANDLERS}


def setup(app: Sphinx) -> dict[str, bool]:
    """Sphinx calls this."""
    app.connect("builder-inited", lambda app: write(Path(app.srcdir) / "reference"))
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def write(to: Path) -> None:
    """Write every page of the reference. Pages of what is gone go too; what did not change is not touched."""
    pages = dict(check_pages())
    pages["commands.md"] = commands_page()
    pages["evidence.md"] = evidence_page()
    pages["register.md"] = register_page()
    pages["policy.md"] = policy_page()
    pages["simulated-github.md"] = simulated_github_page()
    for old in to.rglob("*.md") if to.exists() else ():
        if str(old.relative_to(to)) not in pages:
            old.unlink()
    for name, text in pages.items():
        page = to / name
        page.parent.mkdir(parents=True, exist_ok=True)
        if not page.exists() or page.read_text(encoding="utf-8") != text:
            page.write_text(text, encoding="utf-8")
    for folder in [p for p in to.rglob("*") if p.is_dir() and not any(p.iterdir())]:
        shutil.rmtree(folder)


# ---------------------------------------------------------------- simulated GitHub


def simulated_github_page() -> str:
    """What the simulated GitHub answers, and every fault that can be aimed at it."""
    known = load()
    described = sum(f"{o.method} {o.path}" not in SIMULATED for o in known.operations)
    faults = "\n".join(f"| `{fault.name}` | {fault.source} |" for fault in FAULTS.values())
    answered = "\n".join(f"- `{operation}`" for operation in sorted(SIMULATED))
    return f"""# The simulated GitHub

[How to use it](../how-to/simulated-github.md). Its REST is GitHub's own description in the versions
{" and ".join(VERSIONS)}, of {source().package} {source().version} ({source().licence}).

## Faults

| fault | where it is known from |
|---|---|
{faults}

## What it answers

GraphQL on GitHub's own schema, and of REST what follows. {described} more operations are described; it answers
501 to them, and says so.

{answered}
"""


# ---------------------------------------------------------------- checks


def check_pages() -> Iterator[tuple[str, str]]:
    """A page for each check, and one that lists them."""
    found = checks()
    rows = [
        f"| [`{c.id}`](checks/{c.id}.md) | {c.title} | {c.severity.word} | {', '.join(c.controls) or '–'} |"
        for c in found.values()
    ]
    toctree = "\n".join(f"checks/{id}" for id in found)
    yield (
        "checks.md",
        "# Checks\n\n"
        "Each page is made from the check's own file: its text, its evidence and its examples, which are also its "
        "tests. Controls are requirements of the [OpenSSF OSPS Baseline](https://baseline.openssf.org), "
        "v2026.02.19, that the check bears on; none is cited where none fits.\n\n"
        "| check | what is wrong | severity | controls |\n|---|---|---|---|\n" + "\n".join(rows) + "\n\n"
        f"```{{toctree}}\n:hidden:\n\n{toctree}\n```\n",
    )
    for check in found.values():
        yield f"checks/{check.id}.md", check_page(check)


def check_page(check: Check) -> str:
    """The reference page of one check."""
    needs = [f"`{name(k)}`" for k in check.kinds]
    judged = "every asset" if len(check.families) > 10 else ", ".join(f"`{f}`" for f in check.families)
    facts = [
        f"| id | `{check.id}` |",
        f"| severity | {check.severity.word}, unless the register's policy says otherwise |",
        f"| judges | {judged}; {', '.join(check.statuses)} |",
        f"| evidence | {', '.join(needs) or 'the register alone'} |",
        f"| OSPS Baseline | {', '.join(check.controls) or '–'} |",
    ]
    if check.aliases:
        facts.append(f"| formerly | {', '.join(f'`{a}`' for a in check.aliases)} |")
    examples = "\n".join(example_text(check, example) for example in check.examples)
    return (
        f"# {check.title}\n\n| | |\n|---|---|\n" + "\n".join(facts) + "\n\n"
        f"{check.text}\n\n## Examples\n\n"
        f"Judged on the day shown, by the code that judges everything else.\n\n{examples}"
    )


def example_text(check: Check, example: Example) -> str:
    """One example: what was seen, what is declared, and the answer."""
    seen = [written(e) for e in example.given]
    seen += [f"{name(k)}: none, and that is proved" for k in example.empty]
    seen += [f"{name(k)}: proved not to exist" for k in example.absent]
    seen += [f"{name(k)}: not seen ({reason})" for k, reason in example.unseen]
    seen += [f"{name(k)}: only a part was seen" for k in example.partial]
    lines = [f"asset     {example.asset} on {example.today}"]
    lines += [f"{'seen' if i == 0 else '':<9} {text}" for i, text in enumerate(seen)]
    lines += [f"{'declared' if i == 0 else '':<9} {written(e)}" for i, e in enumerate(example.register)]
    verdict = judge(check, example).verdict
    match verdict:
        case Fail(problems):
            said = [f"Fail: {f'[{p.key}] ' if p.key else ''}{p.message}" for p in problems]
        case Unknown(reason, detail):
            said = [f"Unknown ({reason}){f': {detail}' if detail else ''}"]
        case NotApplicable(reason):
            said = [f"NotApplicable: {reason}"]
        case _:
            said = ["Pass"]
    lines += [f"{'answer' if i == 0 else '':<9} {text}" for i, text in enumerate(said)]
    folded = [part for line in lines for part in textwrap.wrap(line, 92, subsequent_indent=" " * 12)]
    return f"**{example.name}**\n\n```text\n" + "\n".join(folded) + "\n```\n"


def name(kind: type[Evidence]) -> str:
    """A kind as pages call it."""
    return kind.__name__


def written(evidence: Evidence) -> str:
    """A piece of evidence with the fields that say something, as one reads it aloud."""
    said = []
    for field in msgspec.structs.fields(evidence):
        value = getattr(evidence, field.name)
        if field.name == "where" or value in ("", (), None) or value == field.default:
            continue
        said.append(f"{field.name}={plain(value)}")
    return f"{name(type(evidence))}({', '.join(said)})"


def plain(value: Any) -> str:
    """A value without the names of its types."""
    if isinstance(value, date):
        return str(value)
    if isinstance(value, tuple):
        return f"[{', '.join(plain(v) for v in value)}]"
    if isinstance(value, Account):
        return value.id
    if isinstance(value, msgspec.Struct):
        fields = {f.name: getattr(value, f.name) for f in msgspec.structs.fields(value)}
        defaults = {f.name: f.default for f in msgspec.structs.fields(value)}
        return ", ".join(f"{k} {plain(v)}" for k, v in fields.items() if v not in ({}, ()) and v != defaults[k])
    return str(value)


# ---------------------------------------------------------------- commands


def commands_page() -> str:
    """Every command's own help, as a terminal of 80 columns shows it."""
    parts = [
        "# Commands\n\nMade from the commands' own `--help`. Exit codes have [a page](../exit-codes.md), and so "
        "has [completion in the shell](../how-to/complete.md).\n"
    ]
    context = context_of(cli, "muniment")
    parts.append(f"```text\n{cli.get_help(context)}\n```\n")
    parts += _helps(cli, context, "##")
    return "\n".join(parts)


def _helps(group: click.Group, context: click.Context, heading: str) -> typing.Iterator[str]:
    """The help of each command of a group; below a command with commands of its own, theirs."""
    for word in group.list_commands(context):
        command = group.get_command(context, word)
        assert command is not None
        own = context_of(command, word, parent=context)
        yield f"{heading} {own.command_path}\n\n```text\n{command.get_help(own)}\n```\n"
        if isinstance(command, click.Group):
            yield from _helps(command, own, f"{heading}#")


def context_of(command: click.Command, name: str, parent: click.Context | None = None) -> click.Context:
    """A context with the command's own settings, so that ``-h`` is listed as it is on the terminal."""
    settings = {**command.context_settings, "terminal_width": 80, "max_content_width": 80}
    return click.Context(command, info_name=name, parent=parent, **settings)


# ---------------------------------------------------------------- evidence


def evidence_page() -> str:
    """Every kind of evidence, with its fields."""
    parts = [
        "# Evidence kinds\n\n"
        "A kind is a type of fact. Facts of one kind about one asset from one source make a *cell*; the key tells "
        "one fact of a cell from another. Old evidence decodes for ever: fields are only added, with defaults.\n"
    ]
    declared = {id: kind for id, kind in kinds().items() if kind.keyed_by_asset}
    for title, some in (
        ("Seen", {id: kind for id, kind in kinds().items() if id not in declared}),
        ("Declared", declared),
    ):
        parts.append(f"## {title}\n")
        for id, kind in some.items():
            parts.append(kind_text(id, kind))
    return "\n".join(parts)


def kind_text(id: str, kind: type[Evidence]) -> str:
    """One kind."""
    about = "every asset" if len(kind.about) > 10 else ", ".join(f"`{f}`" for f in kind.about) or "the project"
    key = ", ".join(f"`{k}`" for k in kind.key_fields) or "none: a cell holds one fact"
    doc = re.sub(r"``([^`]+)``", r"`\1`", " ".join((kind.__doc__ or "").split()))
    hints = typing.get_type_hints(kind)
    rows = []
    for field in msgspec.structs.fields(kind):
        needed = field.default is msgspec.NODEFAULT and field.default_factory is msgspec.NODEFAULT
        rows.append(f"| `{field.name}` | `{type_name(hints[field.name])}` | {'yes' if needed else ''} |")
    return (
        f"### `{id}`\n\n{doc}\n\nAbout {about}. Key: {key}. Marked {kind.marking.label} unless its collector knows "
        "better.\n\n| field | type | always there |\n|---|---|---|\n" + "\n".join(rows) + "\n"
    )


def type_name(hint: Any) -> str:
    """A type as one writes it, without the modules' names."""
    text = hint.__name__ if isinstance(hint, type) and not typing.get_args(hint) else str(hint)
    return re.sub(r"[A-Za-z_.]+\.(?=[A-Za-z])", "", text).replace("|", "or")


# ---------------------------------------------------------------- register


def register_page() -> str:
    """The register's keys, from the schema that editors use."""
    whole = schema()
    definitions: dict[str, Any] = whole["$defs"]
    parts = [
        "# The register's format\n\n"
        "Made from the JSON Schema `schema/register.schema.json`. For completion in an editor that knows YAML "
        "schemas, begin a file with `# yaml-language-server: $schema=` and the schema's path.\n\n"
        "How to work with it: [keep a register](../how-to/register.md).\n"
    ]
    for title, definition in definitions.items():
        if definition.get("properties"):
            parts.append(section_text(title, definition))
    return "\n".join(parts)


def section_text(title: str, definition: dict[str, Any]) -> str:
    """One type of the schema, as a section with a row for each key."""
    needed = set(definition.get("required", ()))
    rows = [
        f"| `{key}` | {shape(value)} | {described(value)}{' **Needed.**' if key in needed else ''} |"
        for key, value in definition["properties"].items()
    ]
    said = re.sub(r"``([^`]+)``", r"`\1`", definition.get("description", ""))
    return f"## {title}\n\n{said}\n\n| key | value | meaning |\n|---|---|---|\n" + "\n".join(rows) + "\n"


def policy_page() -> str:
    """The council's own numbers: each with its default, and the types that they are made of."""
    definitions: dict[str, Any] = schema()["$defs"]
    parts = [
        "# Policy\n\n"
        "What a project may set for itself, under `policy` in its register. Every key has a default. Made from "
        "the same schema as [the register's format](register.md).\n"
    ]
    for title in (own for own in definitions if own.endswith(("PolicyEntry", "DeclinedEntry"))):
        parts.append(section_text(title, definitions[title]))
    return "\n".join(parts)


def described(value: dict[str, Any]) -> str:
    """What a key means, fit for a table's cell."""
    text = re.sub(r"``([^`]+)``", r"`\1`", value.get("description", ""))
    default = value.get("default")
    if default not in (None, "", [], (), {}, False):
        text = f"{text}{' · ' if text else ''}default `{default}`"
    return text.replace("|", "\\|").replace("\n", " ")


def shape(value: dict[str, Any]) -> str:
    """The form of a value in a few words."""
    if "$ref" in value:
        word = value["$ref"].rpartition("/")[2]
        options = schema()["$defs"][word].get("enum")
        return " · ".join(f"`{o}`" for o in options) if options else f"[{word}](#{word.lower()})"
    if "anyOf" in value:
        return " or ".join(dict.fromkeys(shape(v) for v in value["anyOf"] if v.get("type") != "null"))
    if "enum" in value:
        return " · ".join(f"`{o}`" for o in value["enum"])
    match value.get("type"):
        case "object":
            inner = value.get("additionalProperties")
            return f"names, each with {shape(inner)}" if isinstance(inner, dict) and inner else "names with values"
        case "array":
            items = value.get("items")
            return f"list of {shape(items)}" if isinstance(items, dict) else "list"
        case "string":
            return {"date": "day"}.get(value.get("format", ""), "text")
        case "boolean":
            return "`true` or `false`"
        case "integer":
            return "number"
        case other:
            return str(other or "text")
