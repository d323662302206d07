"""balance, models: what the endpoint says."""

from __future__ import annotations

from typing import Any

from ...api.requests import BalanceInfo
from .call import Call


async def balance(call: Call) -> Any:
    answer = await call.server.session.completion_client().balance()
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


async def models(call: Call) -> Any:
    client = call.server.session.completion_client()
    names = [each.id for each in await client.models()]
    completion = await client.resolve_model("auto", chat=False)
    chat = await client.resolve_model("auto", chat=True)
    rows = "\n".join(f"- {name}" for name in names)
    await call.report("models", f"# Models\n\n{rows}\n")
    return {"models": names, "completion": completion, "chat": chat}
