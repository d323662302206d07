"""`fim-lsp balance`: what the account holds."""

from __future__ import annotations

import click

from ..api.requests import Balance
from ..session.session import Session
from .output import print_json, print_table, say
from .running import JSON, PROVIDER, run


@click.command
@PROVIDER
@JSON
def balance(provider: str | None, *, as_json: bool) -> None:
    """Show what the account holds."""
    found = run(_balance, provider=provider)
    if as_json:
        print_json(as_data(found))
        return
    rows = [
        (info.currency, str(info.total), str(info.granted), str(info.topped_up))
        for info in found.infos
    ]
    print_table(("currency", "total", "granted", "topped up"), rows)
    if not found.available:
        say("The balance does not suffice for requests.")


async def _balance(session: Session) -> Balance:
    await session.client()  # raises where there is no provider that could be asked
    return await session.providers.balance(session.provider)


def as_data(found: Balance) -> dict[str, object]:
    """The endpoint's own shape, amounts as decimal strings."""
    return {
        "is_available": found.available,
        "balance_infos": [
            {
                "currency": info.currency,
                "total_balance": str(info.total),
                "granted_balance": str(info.granted),
                "topped_up_balance": str(info.topped_up),
            }
            for info in found.infos
        ],
    }
