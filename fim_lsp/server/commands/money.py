"""fim-lsp.balance, models, selectModel: the account at the provider in use."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ...session.account import (
    balance_data,
    balance_of,
    models_data,
    refusal_of_model,
)
from .call import Command


async def balance(call: Command) -> Any:
    """The balance of the account."""
    balance = await balance_of(call.server.session)
    rows = "\n".join(f"- {info.total} {info.currency}" for info in balance.infos)
    await call.report("balance", f"# Balance\n\n{rows or 'The account is empty.'}\n")
    return balance_data(balance)


async def models(call: Command) -> Any:
    """The models that are offered, and those that complete and chat."""
    data = await models_data(call.server.session)
    rows = "\n".join(_row(name, data) for name in data["models"])
    await call.report("models", f"# Models\n\n{rows}\n")
    return data


def _row(name: str, data: Mapping[str, Any]) -> str:
    uses = ", ".join(use for use in ("completion", "chat") if data[use] == name)
    return f"- {name} ({uses})" if uses else f"- {name}"


async def select_model(call: Command) -> Any:
    """`[name]`: complete with this model until the server ends."""
    name = call.text("model")
    if name is None:
        return call.say("Name the model to complete with.")
    if refusal := await refusal_of_model(call.server.session, name):
        return call.say(refusal)
    call.server.session.settings.choose_model(name)
    return call.say(f"Completing with {name} until the server ends.")
