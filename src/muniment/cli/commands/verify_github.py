"""Hold GitHub's live answers to GitHub's own published description."""

from __future__ import annotations

import click

from muniment.cli.options import format_option, verbosity


@click.command("verify-github")
@click.option("--org", required=True, help="The organization to ask about.")
@format_option
@verbosity
def command(org: str, form: str) -> None:
    """Hold GitHub's live answers to GitHub's own published description.

    Asks once what the collector would ask about one organization, with the credentials here, and compares each
    answer with the published OpenAPI description and GraphQL schema. What is printed are paths and types: no value,
    no name and no number, so that it can go into a public issue. Exits with 1 if anything has drifted.
    """
    import asyncio

    from muniment import wiring
    from muniment.cli.telling import interruptible, rows, say, spent, warn
    from muniment.model.errors import NothingCollected, UsageError
    from muniment.model.tlp import CLEAR

    try:
        from muniment.testing.github.verifying import overhear, verify
    except ModuleNotFoundError as missing:
        raise UsageError(
            f"the parts that hold GitHub's description are not installed: {missing.name}",
            hint="pip install 'muniment[testing]'",
        ) from None
    (organization,) = wiring.organizations((org,))
    asking = wiring.sources(offline=False)
    able = [c for c in asking.collectors if c.source.startswith("github") and c.asks]
    if not able:
        raise UsageError("no credential for GitHub is here", hint="muniment doctor says how to make one")
    with interruptible():
        heard = asyncio.run(overhear(able, asking.io(able[0]), organization))
    found = verify(heard, asking.addresses.public.github, asking.addresses.public.graphql)
    spent(wiring.costs(asking))
    face = f"{asking.addresses.public.github}/orgs/{organization.rpartition('/')[2]}"
    if any(h.url == face and h.answer.status == 404 for h in heard):
        raise UsageError(
            "GitHub has no organization of that name to compare by", hint="--org NAME, as in its address"
        )
    if not found.asked:
        raise NothingCollected("GitHub did not answer", hint="muniment doctor")
    drifted = [d.operation for d in found.drift]
    if form == "table":
        for operation in found.asked:
            number = drifted.count(operation)
            say(f"{operation}: {f'differs in {number}' if number else 'as published'}")
    rows(form, CLEAR, ("operation", "where", "what"), [(d.operation, d.where, d.what) for d in found.drift])
    if found.silent:
        warn(f"Not answered, and so not compared: {found.silent}.")
    if found.drift:
        raise click.exceptions.Exit(1)
    say("Every answer is as GitHub publishes it.")
