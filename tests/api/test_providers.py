"""Each provider as this user has it: which one, which key, how often it is asked."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from fim_lsp.api.client import ApiClient
from fim_lsp.api.key_search import LOOK_AGAIN
from fim_lsp.api.keystore import KeyStore
from fim_lsp.api.primary import LOGIN_AGE, PrimaryProvider
from fim_lsp.api.providers import Providers
from fim_lsp.api.requests import FimRequest
from fim_lsp.errors import (
    AuthenticationFailed,
    BalanceInsufficient,
    HostNotTrusted,
    KeyMissing,
    SettingsError,
)
from fim_lsp.settings import Layer, Settings, parse

from ..harness.clock import Clock, settle
from ..harness.fake_api import FakeApi

REQUEST = FimRequest("def f(value):\n    return ", "\n", max_tokens=16)


def settings(**user: object) -> Settings:
    return parse([Layer("user", user)]).settings


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def api() -> FakeApi:
    return FakeApi(answer="value")


@pytest.fixture
def store(tmp_path: Path) -> KeyStore:
    return KeyStore(tmp_path / "keys")


@pytest.fixture
def environ() -> dict[str, str]:
    return {}


@pytest.fixture
async def ours(
    api: FakeApi, clock: Clock, store: KeyStore, environ: dict[str, str]
) -> AsyncIterator[Providers]:
    ours = Providers(
        environ=environ,
        store=store,
        transport=api,
        clock=clock,
        now=clock,
        on_change=lambda: None,
    )
    ours.configure(settings())
    yield ours
    await ours.aclose()


async def ask(ours: Providers, name: str = "deepseek") -> str:
    opened = await ours.open(name, "m", chat=False)
    stream = opened.client.stream_fim(REQUEST, opened.model)
    with ours.watching(opened) as named:
        return "".join([named(delta).text async for delta in stream])


def test_the_provider_is_chosen_then_of_the_last_login_then_of_the_key(
    store: KeyStore, environ: dict[str, str], clock: Clock
) -> None:
    provider = PrimaryProvider(environ, store, clock)

    def primary() -> str | None:
        clock.now += LOGIN_AGE
        return provider.name(settings())

    environ["CODESTRAL_API_KEY"] = "sk-c"
    assert primary() is None
    environ["DEEPSEEK_API_KEY"] = "sk-d"
    assert primary() == "deepseek"
    store.set("mistral", "sk-m")
    assert primary() == "mistral"
    store.delete("mistral")
    assert primary() == "deepseek"
    chosen = settings(completion={"provider": "llamacpp"})
    assert provider.name(chosen) == "llamacpp"


def test_a_login_elsewhere_is_noticed_after_a_moment(
    store: KeyStore, environ: dict[str, str], clock: Clock
) -> None:
    provider = PrimaryProvider(environ, store, clock)
    assert provider.name(settings()) is None
    store.set("mistral", "sk-m")
    assert provider.name(settings()) is None
    clock.now += LOGIN_AGE
    assert provider.name(settings()) == "mistral"


async def test_a_missing_key_is_looked_for_again_after_a_while(
    ours: Providers, store: KeyStore, clock: Clock, api: FakeApi
) -> None:
    with pytest.raises(KeyMissing):
        await ask(ours)
    store.set("deepseek", "sk-new")
    refusal = ours.refusal("deepseek", invoked=True)
    assert refusal is not None and refusal.reason == "key-missing"
    with pytest.raises(KeyMissing):
        await ask(ours)
    assert api.requests == []
    clock.now += LOOK_AGAIN
    assert ours.refusal("deepseek", invoked=False) is None
    assert await ask(ours) == "value"


async def test_a_refused_key_is_not_sent_again_and_a_new_one_is_found(
    ours: Providers, store: KeyStore, clock: Clock, api: FakeApi
) -> None:
    store.set("deepseek", "sk-old")
    api.key = "sk-new"
    with pytest.raises(AuthenticationFailed):
        await ask(ours)
    refusal = ours.refusal("deepseek", invoked=True)
    assert refusal is not None and refusal.reason == "key-refused"
    sent = len(api.requests)
    clock.now += LOOK_AGAIN
    with pytest.raises(AuthenticationFailed, match="key"):
        await ask(ours)
    assert len(api.requests) == sent
    store.set("deepseek", "sk-new")
    clock.now += LOOK_AGAIN
    assert await ask(ours) == "value"
    assert ours.refusal("deepseek", invoked=False) is None


async def test_who_comes_while_the_key_is_looked_for_waits_for_it(
    ours: Providers, store: KeyStore, api: FakeApi
) -> None:
    store.set("deepseek", "sk-right")
    api.key = "sk-right"
    first, second = await asyncio.gather(ask(ours), ask(ours))
    assert first == second == "value"


async def test_the_balance_is_asked_for_at_most_once_a_minute(
    ours: Providers, environ: dict[str, str], clock: Clock, api: FakeApi
) -> None:
    environ["DEEPSEEK_API_KEY"] = "sk-d"
    api.status = 402
    with pytest.raises(BalanceInsufficient):
        await ask(ours)
    api.status = 200

    async def asked(seconds: float) -> int:
        before = len(api.requests)
        clock.now += seconds
        for _ in range(3):
            ours.refusal("deepseek", invoked=False)
            await settle()
        return len(api.requests) - before

    api.balance = None
    assert [await asked(30), await asked(31), await asked(30)] == [0, 1, 0]
    api.balance = "5.00"
    assert await asked(60) == 1
    assert ours.refusal("deepseek", invoked=False) is None
    assert await ask(ours) == "value"


async def test_only_what_changed_loses_its_health(
    ours: Providers, environ: dict[str, str], api: FakeApi
) -> None:
    environ["DEEPSEEK_API_KEY"] = "sk-d"
    api.status = 401
    with pytest.raises(AuthenticationFailed):
        await ask(ours)
    ours.configure(settings(providers={"codestral": {"model": "x"}}))
    assert ours.refusal("deepseek", invoked=True) is not None
    ours.configure(settings(providers={"deepseek": {"model": "x"}}))
    assert ours.refusal("deepseek", invoked=True) is None


async def test_settings_that_change_while_the_key_is_looked_for_leave_no_client_open(
    ours: Providers, environ: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    closed: list[ApiClient] = []

    async def close(client: ApiClient) -> None:
        closed.append(client)

    monkeypatch.setattr(ApiClient, "aclose", close)
    environ["DEEPSEEK_API_KEY"] = "sk-1"
    ours.configure(settings())
    asking = asyncio.create_task(ours.client("deepseek"))
    await asyncio.sleep(0)
    assert not asking.done()
    ours.configure(settings(providers={"deepseek": {"model": "other"}}))
    assert closed == []
    client = await asking
    assert closed == [client]
    assert await ours.client("deepseek") is not client


async def test_settings_that_change_during_a_stream_do_not_break_it(
    ours: Providers, environ: dict[str, str], api: FakeApi
) -> None:
    mine = {"mine": {"dialect": "openai-suffix", "baseUrl": "http://127.0.0.1:1"}}
    environ["DEEPSEEK_API_KEY"] = "sk-d"
    ours.configure(settings(providers=mine))
    api.answer = ["one", asyncio.Event()]
    opened = await ours.open("mine", "m", chat=False)
    stream = opened.client.stream_fim(REQUEST, opened.model)
    assert (await anext(stream)).text == "one"
    ours.configure(settings())
    await stream.aclose()
    with pytest.raises(SettingsError):
        ours.get("mine")


async def test_a_host_that_only_the_editor_names_is_never_asked(
    ours: Providers, environ: dict[str, str], api: FakeApi
) -> None:
    environ["DEEPSEEK_API_KEY"] = "sk-d"
    evil = {"providers": {"deepseek": {"baseUrl": "https://evil.example"}}}
    ours.configure(parse([Layer("editor", evil)]).settings)
    refusal = ours.refusal("deepseek", invoked=True)
    assert refusal is not None and "trustedHosts" in refusal.sentence
    with pytest.raises(HostNotTrusted):
        await ask(ours)
    assert api.requests == []
