"""`fim-lsp models`: what the endpoint offers, and what is used of it."""

from __future__ import annotations

import time
from typing import Any

import click

from ..api.prices import price_of
from ..session.account import models_data
from ..session.session import Session
from ..settings import PriceSettings
from .output import print_json, print_table
from .running import JSON, PROVIDER, run


@click.command
@PROVIDER
@JSON
def models(provider: str | None, *, as_json: bool) -> None:
    """List what the endpoint offers."""
    data, prices = run(_models, provider=provider)
    if as_json:
        print_json(data)
        return
    titles = ("model", "used for", "input per million tokens", "output")
    print_table(titles, [_row(name, data, prices[name]) for name in data["models"]])


async def _models(
    session: Session,
) -> tuple[dict[str, Any], dict[str, PriceSettings | None]]:
    """The models as data, and what a million tokens of each cost now."""
    data = await models_data(session)
    own = (await session.client()).provider.prices
    now = time.time()
    return data, {name: price_of(name, now, own) for name in data["models"]}


def _row(
    name: str, data: dict[str, Any], price: PriceSettings | None
) -> tuple[str, ...]:
    uses = [use for use in ("completion", "chat") if data[use] == name]
    if price is None:
        return name, ", ".join(uses), "no known price", ""
    return (
        name,
        ", ".join(uses),
        f"{price.input} {price.currency}",
        f"{price.output} {price.currency}",
    )
