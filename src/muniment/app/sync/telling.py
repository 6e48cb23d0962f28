"""Writes changes as a patch that people read and ``git apply`` takes, and as JSON."""

from __future__ import annotations

import json
from collections.abc import Sequence
from textwrap import wrap

from muniment.app.alike import MayBe
from muniment.app.sync import Block, Synced
from muniment.app.sync.drifting import Question
from muniment.model.text import plain
from muniment.model.tlp import RED, TLP, Marking, join
from muniment.register.reading import Tree

COUNCIL = "council"
_WIDTH = 116


def head_of(project: str) -> str:
    """What the first line of each patch of a project begins with."""
    return f"# muniment sync of {plain(project)}, "


def of_tree(synced: Synced, tree: Tree) -> tuple[Block, ...]:
    """The changes of one tree."""
    return tuple(block for block in synced.blocks if block.tree.name == tree.name)


def marking_of(tree: Tree, blocks: Sequence[Block]) -> Marking:
    """The marking of a tree's patch: the tree's, and that of everything that the changes were made from."""
    return join(tree.marking, *(block.marking for block in blocks))


def owner_of(tree: Tree) -> str:
    """Who keeps a tree, in one word."""
    return tree.owner or COUNCIL


def patch(synced: Synced, tree: Tree) -> str:
    """The changes of one tree as a patch, each with its reasons before it; empty if there are none.

    Its paths are relative to the tree's directory.
    """
    blocks = of_tree(synced, tree)
    if not blocks:
        return ""
    many = f"{len(blocks)} change{'s' * (len(blocks) != 1)}"
    where = f"the tree {tree.name} of {owner_of(tree)}" if tree.name else f"the tree of the {owner_of(tree)}"
    out = [
        f"{head_of(synced.project)}{synced.day}: {many} for {where} · {marking_of(tree, blocks).label}",
        "# Read each, then in the tree's directory: git apply FILE",
        "# Without some of them: muniment sync --without CHANGE. For a while: muniment sync --decline CHANGE.",
    ]
    for block in blocks:
        drift = block.drift
        out += ["#", f"# {plain(drift.id)}", *_wrapped("why", drift.why)]
        out += [line for proof in drift.proofs for line in _wrapped("evidence", proof.words)]
        out.append(block.diff.removesuffix("\n"))
    return "\n".join(out) + "\n"


def _wrapped(head: str, text: str) -> list[str]:
    return wrap(
        f"{head}: {plain(text)}",
        _WIDTH,
        initial_indent="#   ",
        subsequent_indent="#     ",
        break_long_words=False,
        break_on_hyphens=False,
    )


def as_json(synced: Synced) -> str:
    """All changes, of all trees, with the questions, what is declined, and the trees that could not be read."""
    trees = {block.tree.name: block.tree for block in synced.blocks}
    marking = join(
        synced.trees[0].marking,
        *(marking_of(tree, of_tree(synced, tree)) for tree in trees.values()),
        *(question.marking for question in synced.questions),
        *(drift.marking for drift, _ in synced.declined),
        *((Marking(TLP.AMBER),) if synced.declined else ()),
        *(may.marking for may in synced.proposals),
    )
    told = {
        "version": 1,
        "marking": marking.label,
        "project": synced.project,
        "day": synced.day.isoformat(),
        "unread": [tree.name for tree in synced.trees if tree.unread],
        "changes": [_change(block) for block in synced.blocks],
        "questions": [
            {"about": q.about, "question": plain(q.text), "marking": q.marking.label} for q in synced.questions
        ],
        "may-be-one-person": [_proposal(may) for may in synced.proposals],
        "declined": [
            {
                "change": drift.id,
                "by": by.by,
                "reason": plain(by.reason),
                "until": by.until.isoformat(),
                "marking": join(drift.marking, Marking(TLP.AMBER)).label,
            }
            for drift, by in synced.declined
        ],
    }
    return json.dumps(told, ensure_ascii=False, indent=2) + "\n"


def _change(block: Block) -> dict[str, object]:
    drift = block.drift
    return {
        "change": drift.id,
        "why": plain(drift.why),
        "evidence": [
            {
                "kind": proof.kind,
                "of": proof.scope,
                "seen": proof.seen.isoformat(),
                "source": proof.source,
                "as": plain(proof.vantage),
                "marking": proof.marking.label,
            }
            for proof in drift.proofs
        ],
        "tree": block.tree.name,
        "owner": owner_of(block.tree),
        "marking": block.marking.label,
        "diff": block.diff,
    }


def _proposal(may: MayBe) -> dict[str, object]:
    return {
        "proposal": plain(may.id),
        "who": [plain(name) for name in may.called],
        "strength": may.strength.value,
        "signs": [
            {"sign": plain(sign.id), "strength": sign.strength.value, "why": plain(sign.why)} for sign in may.signs
        ],
        "marking": may.marking.label,
    }


def proposal(may: MayBe) -> str | None:
    """A proposal in a line with its marking; ``None``: it is RED, and of RED not even a line is told."""
    if may.marking.level >= RED.level:
        return None
    return plain(f"{may.id} ({may.strength.value}): {may.why} ({may.marking.label})")


def words(question: Question) -> str | None:
    """A question in a line with its marking; ``None``: it is RED, and of RED not even a line is told."""
    if question.marking.level >= RED.level:
        return None
    return f"{question.about}: {question.text} ({question.marking.label})"


def file_names(trees: Sequence[Tree]) -> dict[str, str]:
    """The name of each tree's patch, by the tree's: its owner's, with the tree's own where owners are alike."""
    owners = [owner_of(tree) for tree in trees]
    return {
        tree.name: f"{owner}.patch" if owners.count(owner) == 1 or not tree.name else f"{owner}.{tree.name}.patch"
        for tree, owner in zip(trees, owners, strict=True)
    }
