"""The models and the balance of the user's account, as data for other programs."""

from __future__ import annotations

from typing import Any

from ..api.requests import Balance
from ..errors import RequestRefused
from .session import Session


async def models_data(session: Session) -> dict[str, Any]:
    """The models of the provider in use, and which of them complete and chat.

    Raises FimError.
    """
    client, settings = await session.client(), session.settings.current
    names = [model.id for model in await client.models()]
    return {
        "models": names,
        "completion": await client.resolve_model(settings.completion.model, chat=False),
        "chat": await client.resolve_model(settings.chat.model, chat=True),
    }


async def balance_of(session: Session) -> Balance:
    """The balance of the user's account at the provider in use.  Raises FimError."""
    await session.client()  # raises FimError if no provider can be asked
    return await session.providers.balance(session.provider)


def balance_data(balance: Balance) -> dict[str, Any]:
    """A balance in the shape in which endpoints send it, with decimal strings."""
    return {
        "is_available": balance.available,
        "balance_infos": [
            {
                "currency": info.currency,
                "total_balance": str(info.total),
                "granted_balance": str(info.granted),
                "topped_up_balance": str(info.topped_up),
            }
            for info in balance.infos
        ],
    }


async def refusal_of_model(session: Session, name: str) -> str | None:
    """A sentence that says why a model cannot be chosen; None if it can.

    Any model can be chosen of an endpoint that does not list its models.  Raises
    FimError.
    """
    client = await session.client()
    try:
        offered = [model.id for model in await client.models()]
    except RequestRefused:
        return None
    if not offered or name in offered:
        return None
    return (
        f'{session.provider} does not offer the model "{name}"; it offers '
        f"{', '.join(offered[:8])}."
    )
