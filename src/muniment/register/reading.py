"""Reads a register: files in, declared evidence out, or every mistake at once."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

from msgspec import Struct

from muniment.evidence.declared_subproject import DeclaredSubproject
from muniment.evidence.kind import Evidence
from muniment.model.errors import Mistake, RegisterError
from muniment.model.policy import Policy
from muniment.model.tlp import TLP, Marking
from muniment.register.declaring import Declaring
from muniment.register.document import parse
from muniment.register.files import Text, load
from muniment.register.gathering import gather

NO_ALIASES: Mapping[str, str] = MappingProxyType({})


class Tree(Struct, frozen=True):
    """A part of a register that lies together: the one read first (``name`` empty), or one that it includes.

    ``owner`` is the subproject that keeps it; empty: the council. ``texts`` are its files under the names that
    ``Where.file`` has. ``root`` is the directory in which they can be edited; ``None``: they lie in a commit.
    """

    name: str
    owner: str
    marking: Marking
    texts: tuple[Text, ...]
    root: Path | None


class Register(Struct, frozen=True):
    """A register without mistakes. ``root`` is the directory that the names in ``files`` are relative to.

    ``marking`` is that of what it says of assets and subprojects; what it says of people has its own.
    """

    project: str
    name: str
    marking: Marking
    policy: Policy
    evidence: tuple[Evidence, ...]
    subprojects: tuple[DeclaredSubproject, ...]
    files: tuple[str, ...]
    root: Path
    trees: tuple[Tree, ...] = ()


def read(path: Path, checks: frozenset[str] | None = None, aliases: Mapping[str, str] = NO_ALIASES) -> Register:
    """Read the register that is the directory or the file ``path``.

    ``checks`` are the known check ids (``None``: they are not compared), ``aliases`` maps older ids to theirs; the
    result names checks by today's ids. Raises ``RegisterError`` with every mistake, in the order of files and
    lines, and ``UsageError`` where there is no register.
    """
    files = load(path)
    documents = [(text.name, parse(text.text, text.name)) for text in files.texts]
    gathered = gather(documents)
    if files.mistakes:
        gathered.complete = False
    declaring = Declaring(gathered, checks, aliases)
    evidence = tuple(declaring.evidence())
    mistakes = [*files.mistakes, *gathered.mistakes, *declaring.mistakes]
    project = declaring.project
    if project is None and gathered.complete and not gathered.section("project"):
        hint = "write 'project: {id: callisto, name: Project Callisto}' in one file"
        mistakes.append(Mistake(files.texts[0].name, 1, "no file says which project this is", hint))
    if mistakes or project is None:
        raise RegisterError(tuple(sorted(mistakes, key=lambda m: (m.file, m.line))))
    marking = Marking(TLP.of(project.marking))
    return Register(
        project=project.id,
        name=project.name,
        marking=marking,
        policy=declaring.policy,
        evidence=evidence,
        subprojects=tuple(e for e in evidence if isinstance(e, DeclaredSubproject)),
        files=tuple(text.name for text in files.texts),
        root=files.root,
        trees=(Tree(name="", owner="", marking=marking, texts=files.texts, root=files.root),),
    )
