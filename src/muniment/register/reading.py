"""Reads a register: files in, declared evidence out, or every mistake at once."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType

from msgspec import Struct

from muniment.evidence.declared_subproject import DeclaredSubproject
from muniment.evidence.kind import Evidence
from muniment.model.declined_change import DeclinedChange
from muniment.model.errors import Mistake, RegisterError
from muniment.model.policy import Policy
from muniment.model.tlp import TLP, Marking, join
from muniment.model.verdict import Where
from muniment.register.declaring import Declaring
from muniment.register.document import Document, parse
from muniment.register.document import Mapping as MappingNode
from muniment.register.files import Files, load, marked
from muniment.register.gathering import gather
from muniment.register.trees import Included, Open, Tree, includes, is_below, misplaced, no_git, opened

NO_ALIASES: Mapping[str, str] = MappingProxyType({})


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
    declined_changes: tuple[DeclinedChange, ...] = ()

    @property
    def unread(self) -> tuple[Tree, ...]:
        """The included trees that could not be read: what they declare is unknown today."""
        return tuple(tree for tree in self.trees if tree.unread)

    def by_tree(self) -> dict[str, tuple[Evidence, ...]]:
        """What the files of each tree declare, by the tree's name."""
        found: dict[str, list[Evidence]] = {tree.name: [] for tree in self.trees}
        for fact in self.evidence:
            found[tree_of(fact, found)].append(fact)
        return {name: tuple(facts) for name, facts in found.items()}

    @property
    def whole(self) -> Marking:
        """The marking of what all trees say of assets together."""
        return join(*(tree.marking for tree in self.trees)) if self.trees else self.marking


def read(
    path: Path,
    checks: frozenset[str] | None = None,
    aliases: Mapping[str, str] = NO_ALIASES,
    open: Open = no_git,
    instead: Mapping[str, str] = NO_ALIASES,
) -> Register:
    """Read the register that is the directory or the file ``path``, with the trees that it includes.

    ``checks`` are the known check ids (``None``: they are not compared), ``aliases`` maps older ids to theirs; the
    result names checks by today's ids. ``open`` reads trees out of git. ``instead`` are texts, by the names of
    files of the first tree, that are read in place of what stands there, or beside it.

    Raises ``RegisterError`` with every mistake in all trees, in the order of files and lines, and ``UsageError``
    where there is no register. A tree that could not be read is no mistake: it is among ``unread``.
    """
    files = _with(load(path), instead)
    documents = [(text.name, parse(text.text, text.name)) for text in files.texts]
    included, wrong = _included(documents, files.root)
    files = _without(files, included)
    gathered = gather((name, document) for name, document in documents if not is_below(name, files.root, included))
    mistakes = [*files.mistakes, *wrong, *_ambiguous(files, included)]
    whole = gathered.complete = gathered.complete and not files.mistakes
    trees: list[Tree] = []
    for one in included:
        tree, found, complete = opened(one, open)
        trees.append(tree)
        mistakes.extend(found)
        gathered.complete = gathered.complete and complete
        parsed = ((text.name, parse(text.text, text.name)) for text in tree.texts)
        gather(parsed, gathered, tree=one.name, owner=one.owner)
    mistakes.extend(misplaced(gathered, included, files.root))
    declaring = Declaring(gathered, checks, aliases, included)
    evidence = tuple(declaring.evidence())
    mistakes += [*gathered.mistakes, *declaring.mistakes]
    project = declaring.project
    if project is None and whole and not gathered.section("project"):
        hint = "write 'project: {id: callisto, name: Project Callisto}' in one file"
        mistakes.append(
            Mistake(files.texts[0].name if files.texts else "", 1, "no file says which project this is", hint)
        )
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
        trees=(Tree(name="", owner="", marking=marking, texts=files.texts, root=files.root), *trees),
        declined_changes=declaring.declined_changes,
    )


def tree_of(fact: Evidence, names: Container[str]) -> str:
    """The included tree, of those by these names, that a fact stands in; empty: the first one.

    A place in an included tree is written ``harbour:harbour.yaml:2``.
    """
    where = getattr(fact, "where", None)
    name, colon, _ = where.file.partition(":") if isinstance(where, Where) else ("", "", "")
    return name if colon and name in names else ""


def _with(files: Files, instead: Mapping[str, str]) -> Files:
    """The files with other texts in the place of some, and beside the others."""
    if not instead:
        return files
    texts = {text.name: text for text in files.texts}
    texts.update({name: marked(name, text) for name, text in instead.items()})
    wrong = tuple(mistake for mistake in files.mistakes if mistake.file not in instead)
    return Files(files.root, tuple(texts[name] for name in sorted(texts)), wrong)


def _included(documents: Iterable[tuple[str, Document]], root: Path) -> tuple[list[Included], list[Mistake]]:
    """The trees that the first one includes. A file of a tree that lies below it has no word in this: those nearer
    to the root are heard first.
    """
    naming = [(name, _inclusion(document)) for name, document in documents if _includes(document)]
    own: list[tuple[str, Document]] = []
    below: list[Included] = []
    for name, document in sorted(naming, key=lambda pair: (pair[0].count("/"), pair[0])):
        if not is_below(name, root, below):
            own.append((name, document))
            below = includes(gather(own), root)[0]
    return includes(gather(own), root)


def _includes(document: Document) -> bool:
    return isinstance(document.root, MappingNode) and document.root.get("include") is not None


def _inclusion(document: Document) -> Document:
    """What a document includes, and nothing else of it."""
    assert isinstance(document.root, MappingNode)
    entries = tuple(pair for pair in document.root.entries if pair[0].text == "include")
    return Document(MappingNode(entries, document.root.span, document.root.flow))


def _without(files: Files, included: Sequence[Included]) -> Files:
    """The files of the first tree without those that belong to trees below it."""
    if not included:
        return files
    return Files(
        files.root,
        tuple(text for text in files.texts if not is_below(text.name, files.root, included)),
        tuple(mistake for mistake in files.mistakes if not is_below(mistake.file, files.root, included)),
    )


def _ambiguous(files: Files, included: Iterable[Included]) -> Iterator[Mistake]:
    """Files whose names read like those of a tree."""
    names = {tree.name for tree in included}
    for text in files.texts:
        if text.name.partition(":")[0] in names and ":" in text.name:
            yield Mistake(text.name, 1, "a file that is named like those of an included tree", "rename the file")


__all__ = ["Register", "Tree", "read"]
