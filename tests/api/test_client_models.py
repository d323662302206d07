"""Which model is asked for, and what an endpoint says of its models and its balance."""

from __future__ import annotations

import asyncio
from decimal import Decimal

import pytest

from fim_lsp.api.client import ApiClient
from fim_lsp.api.requests import Model
from fim_lsp.errors import (
    ModelUnknown,
    RequestRefused,
)
from tests.harness.fake_api import FakeApi

from .support import FIM, KEY, client, provider, text_of


async def test_models_and_balance_are_read() -> None:
    ours = client(FakeApi(models=["a", "b"], balance="12.30"))
    assert await ours.models() == (Model("a", "fake"), Model("b", "fake"))
    balance = await ours.balance()
    assert balance.available and balance.infos[0].total == Decimal("12.30")


async def test_an_endpoint_without_a_balance_says_so() -> None:
    with pytest.raises(RequestRefused, match="no call that tells the balance"):
        await client(FakeApi(), "codestral").balance()


async def test_auto_asks_for_the_models_once() -> None:
    api = FakeApi(models=["deepseek-v4-pro", "deepseek-flash"])
    ours = client(api)
    wishes = [ours.resolve_model("auto", chat=chat) for chat in (True, False)]
    assert await asyncio.gather(*wishes) == ["deepseek-flash", "deepseek-flash"]
    assert len(api.requests) == 1


@pytest.mark.parametrize(
    ("name", "wish", "chat", "model"),
    [
        ("deepseek", "mine", False, "mine"),
        ("codestral", "auto", False, "codestral-latest"),
        ("codestral", "auto", True, "codestral-latest"),
    ],
)
async def test_a_named_model_is_not_asked_for(
    name: str,
    wish: str,
    chat: bool,
    model: str,
) -> None:
    api = FakeApi()
    assert await client(api, name).resolve_model(wish, chat=chat) == model
    assert not api.requests


@pytest.mark.parametrize("status", [404, 500])
async def test_without_a_list_the_presets_model_is_used(status: int) -> None:
    api = FakeApi(status=status)
    assert await client(api).resolve_model("auto", chat=False) == "deepseek-flash"


async def test_a_model_that_is_no_longer_offered_is_asked_for_again() -> None:
    now = 0.0
    api = FakeApi(models=["deepseek-flash"], strict_model=True)
    ours = ApiClient(provider(), KEY, transport=api, clock=lambda: now, environ={})
    model = await ours.resolve_model("auto", chat=False)
    api.models = ["deepseek-next"]
    now = 100.0
    with pytest.raises(ModelUnknown, match='"Model Not Exist"; it offers d') as caught:
        await text_of(ours.stream_fim(FIM, model))
    assert caught.value.status == 400 and caught.value.detail == "Model Not Exist"
    assert await ours.resolve_model("auto", chat=False) == "deepseek-next"


async def test_a_refusal_with_an_offered_model_asks_for_nothing_more() -> None:
    api = FakeApi(models=["deepseek-flash"])
    ours = client(api)
    await ours.models()
    api.status = 400
    with pytest.raises(RequestRefused) as caught:
        await text_of(ours.stream_fim(FIM, "deepseek-flash"))
    assert type(caught.value) is RequestRefused
    assert [seen.method for seen in api.requests] == ["GET", "POST"]
