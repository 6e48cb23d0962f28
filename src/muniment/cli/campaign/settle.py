"""Say what became of a message whose fate nobody knew, or which came back."""

from __future__ import annotations

from pathlib import Path

import click

from muniment.cli.campaigning import by_option
from muniment.cli.options import db_option, register_option, verbosity


@click.command("settle")
@click.argument("key")
@click.option("--sent", is_flag=True, help="It was sent: whoever it is for got it.")
@click.option("--not-sent", is_flag=True, help="It certainly was not: it may be sent again.")
@click.option("--bounced", is_flag=True, help="It was sent and came back.")
@by_option
@click.option("--detail", default="", help="How that is known; --not-sent needs it. No addresses.")
@register_option
@db_option
@verbosity
def command(
    key: str,
    sent: bool,
    not_sent: bool,
    bounced: bool,
    by: str,
    detail: str,
    register: Path,
    db: str | None,
) -> None:
    """Say what became of the message KEY, as `muniment campaign status` writes it.

    An uncertain message is settled as --sent or --not-sent; ask whoever it is for, or look at the mail server's
    log. A refused one may be sent again after --not-sent. Nothing is sent by this. Who said so, when and why
    stays in the campaign's log, and in its status.
    """
    from muniment import wiring
    from muniment.app.campaign.deciding import check_handle
    from muniment.app.campaign.looking import look
    from muniment.app.campaign.settle import Word, settle
    from muniment.app.campaign.standing import campaigns, kind_of
    from muniment.cli.telling import say
    from muniment.model.errors import UsageError
    from muniment.model.text import plain

    words = {Word.SENT: sent, Word.NOT_SENT: not_sent, Word.BOUNCED: bounced}
    said = [word for word, given in words.items() if given]
    if len(said) != 1:
        why = "only one thing became of it" if said else "what became of it is missing"
        raise UsageError(why, hint="--sent, --not-sent or --bounced")
    clock = wiring.SystemClock()
    with wiring.opened(register, db) as store:
        post = store.known(key)
        campaign = campaigns(store).get(post.campaign) if post is not None else None
        if campaign is not None:
            looked = look(store, wiring.all_checks(), kind_of(campaign), now=clock.now())
            check_handle(by, looked.book.inventory)
        after = settle(store, key, said[0], by=by, holder=wiring.holder(), now=clock.now, detail=plain(detail, 200))
    if after is None:
        say(f"{plain(key)} is free: it is sent again by the next muniment campaign notify --apply, if it is due.")
    else:
        say(f"{plain(key)} is {after.state}.")
