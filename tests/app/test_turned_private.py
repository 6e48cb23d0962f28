"""A repository that turns private is not named below RED any more, not even as something that is over. Not live."""

from __future__ import annotations

from muniment.app.material import material
from muniment.checks.declaration import checks
from muniment.model.tlp import TLP, Audience
from muniment.publish.projection import project
from muniment.publish.view import build
from muniment.reporters.finding import site
from muniment.reporters.terminal import rendered, summary
from muniment.stores.opening import open_store
from muniment.testing.github.growing import small
from muniment.testing.github.program import Program
from muniment.testing.github.server import SimulatedGithub


def told(program: Program, level: TLP) -> str:
    view = build(material(program.store, checks(), now=program.made.world.now), checks())
    shown = project(view, Audience(level, None))
    pages = site(shown)
    return "\n".join((*pages, rendered(summary(shown), width=400), *(page.decode() for page in pages.values())))


def test_what_is_over_about_a_repository_turned_private_stays_with_the_council(tmp_path):
    made = small()
    store = open_store(str(tmp_path / "m.sqlite"), create=True)
    program = Program(made, store, "ada")
    (turned,) = (r for r in made.world.organizations[0].repositories if r.name == "bell")
    name = f"{made.world.organizations[0].login}/{turned.name}"
    with SimulatedGithub(made.world) as github:
        program.run(github)
        assert any(name in asset for _, asset, _ in program.standing())
        assert name in told(program, TLP.AMBER)
        turned.visibility = "PRIVATE"
        program.run(github)
    assert not any(name in asset for _, asset, _ in program.standing())
    assert any(name in f.id.asset for f in store.findings(fixed=True)), "it did end in the ledger"
    for level in (TLP.CLEAR, TLP.GREEN, TLP.AMBER, TLP.AMBER_STRICT):
        assert name not in told(program, level), level
    store.close()
