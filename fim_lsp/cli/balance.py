"""`fim-lsp balance`: what the account holds."""

from __future__ import annotations

import click

from ..session.account import balance_data, balance_of
from .output import print_json, print_table, say
from .running import JSON, PROVIDER, run


@click.command
@PROVIDER
@JSON
def balance(provider: str | None, *, as_json: bool) -> None:
    """Show what the account holds."""
    holdings = run(balance_of, provider=provider)
    if as_json:
        print_json(balance_data(holdings))
        return
    rows = [
        (info.currency, str(info.total), str(info.granted), str(info.topped_up))
        for info in holdings.infos
    ]
    print_table(("currency", "total", "granted", "topped up"), rows)
    if not holdings.available:
        say("The balance is too low for requests.")
