"""What an account offers and holds, as other programs get it."""

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
    """What the account of the provider in use holds.  Raises FimError."""
    await session.client()  # raises where there is no provider that could be asked
    return await session.providers.balance(session.provider)


def balance_data(balance: Balance) -> dict[str, Any]:
    """A balance in the shape of the endpoint, its amounts as decimal strings."""
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
    """Why a model cannot be chosen, in a sentence; None where it can.

    An endpoint that does not list its models is believed to have it.  Raises FimError.
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
