"""Chat is paid from the same budget, action by action."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import aclosing

import pytest

from fim_lsp.api.requests import ChatRequest, Message
from fim_lsp.errors import OverBudget, ServerFailed
from fim_lsp.money.counts import summed
from fim_lsp.session.actions import chat_source

from ..harness.fake_api import FakeApi
from ..harness.user import User, counted

Meet = Callable[..., User]

QUESTION = ChatRequest((Message("user", "Explain this. " * 40),), max_tokens=50)


async def test_chat_is_counted_by_action_and_kept_within_the_budget(meet: Meet) -> None:
    api = FakeApi(answer=["It ", "adds."])
    user = meet(api, budget={"daily": "0.00001"})
    source = chat_source(user.session, "explain", "python")
    async with aclosing(source.stream(QUESTION)) as deltas:
        text = "".join([delta.text async for delta in deltas])
    assert text == "It adds."
    ((key, counts),) = (await user.table()).items()
    assert (key.kind, key.language, counts.requests) == ("explain", "python", 1)
    assert counts.prompt == counted(api, "prompt_tokens")
    with pytest.raises(OverBudget, match=r"fim-lsp\.continueToday"):
        chat_source(user.session, "explain", "python")
    with pytest.raises(OverBudget):
        async with aclosing(source.stream(QUESTION)) as deltas:
            await anext(deltas)
    allowed = chat_source(user.session, "own", "python", over_budget=True)
    async with aclosing(allowed.stream(QUESTION)) as deltas:
        await anext(deltas)
    kinds = {key.kind: counts for key, counts in (await user.table()).items()}
    assert kinds.keys() == {"explain", "own"}
    assert kinds["own"].estimated == 1


async def test_a_refused_chat_costs_nothing(meet: Meet) -> None:
    api = FakeApi(status=500)
    user = meet(api)
    with pytest.raises(ServerFailed):
        async with aclosing(chat_source(user.session).stream(QUESTION)) as deltas:
            await anext(deltas)
    total = summed((await user.table()).values())
    assert (total.requests, total.failed, total.prompt) == (1, 1, 0)
