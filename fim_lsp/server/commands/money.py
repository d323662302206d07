"""balance, models: what the endpoint says."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ...api.requests import BalanceInfo
from .call import Command


async def balance(call: Command) -> Any:
    session = call.server.session
    await session.client()  # raises where there is no provider that could be asked
    answer = await session.providers.balance(session.provider)
    infos = [_info(each) for each in answer.infos]
    rows = "\n".join(f"- {each.total} {each.currency}" for each in answer.infos)
    await call.report("balance", f"# Balance\n\n{rows or 'The account is empty.'}\n")
    return {"is_available": answer.available, "balance_infos": infos}


def _info(info: BalanceInfo) -> dict[str, str]:
    return {
        "currency": info.currency,
        "total_balance": str(info.total),
        "granted_balance": str(info.granted),
        "topped_up_balance": str(info.topped_up),
    }


async def models(call: Command) -> Any:
    """What is offered, and which of it is used where the settings say auto."""
    session = call.server.session
    client, settings = await session.client(), session.settings.current
    names = [each.id for each in await client.models()]
    used = {
        "completion": await client.resolve_model(settings.completion.model, chat=False),
        "chat": await client.resolve_model(settings.chat.model, chat=True),
    }
    rows = "\n".join(_row(name, used) for name in names)
    await call.report("models", f"# Models\n\n{rows}\n")
    return {"models": names, **used}


def _row(name: str, used: Mapping[str, str]) -> str:
    uses = ", ".join(use for use, model in used.items() if model == name)
    return f"- {name} ({uses})" if uses else f"- {name}"


async def select_model(call: Command) -> Any:
    """`[name]`: complete with this model until the server ends."""
    name = call.text("model")
    if name is None:
        return call.say("Name the model to complete with.")
    call.server.session.settings.choose_model(name)
    return call.say(f"Completing with {name} until the server ends.")
