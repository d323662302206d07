"""What the doctor checks: each check says how it is and what to do about it.

Nothing here prints: the command line and the server show the same checks.
"""

from __future__ import annotations

import asyncio
import secrets
import shutil
import time
from collections.abc import AsyncGenerator, AsyncIterator, Iterator, Mapping
from contextlib import aclosing
from dataclasses import dataclass
from typing import Literal

from .api import network
from .api.client import ApiClient
from .api.keys import find_key
from .api.keystore import KeyStore
from .api.presets import Provider, resolve
from .api.requests import ChatRequest, Delta, FimRequest, Message
from .completion.sources import ECHO
from .errors import (
    ApiError,
    AuthenticationFailed,
    BalanceInsufficient,
    FimError,
    RequestRefused,
    TimedOut,
    Unreachable,
)
from .session import Session
from .settings import Problem, without_user_info

EDITORS = ("code", "nvim", "hx", "emacs", "subl", "kate")
SLOW = 2.0  # seconds to the first token, from which typing would feel it


@dataclass(frozen=True, slots=True)
class Check:
    """One line of the doctor; `fix` is what to do, empty where all is well."""

    name: str
    status: Literal["ok", "warning", "failed"]
    detail: str
    fix: str = ""


async def examine(session: Session) -> AsyncIterator[Check]:
    """All checks in order; where one fails, those that build on it are left out."""
    yield settings_check(session.problems)
    yield editors_check()
    if session.provider == ECHO:
        detail = "no model is set up; completions repeat your own files (echo)"
        yield Check("provider", "warning", detail, "Run `fim-lsp login`.")
        return
    try:
        provider = resolve(session.provider, session.settings)
    except FimError as error:
        yield Check("provider", "failed", error.sentence, "Correct the settings.")
        return
    yield Check("provider", "ok", f"{provider.name}, dialect {provider.dialect}")
    found = [
        await asyncio.to_thread(key_check, provider, session.environ, session.store),
        host_check(provider),
        proxy_check(provider, session.environ),
    ]
    for check in found:
        yield check
    if not any(check.status == "failed" for check in found):
        async for check in endpoint_checks(await session.client()):
            yield check


def settings_check(problems: tuple[Problem, ...]) -> Check:
    if not problems:
        return Check("settings", "ok", "all of them can be used")
    detail = " ".join(problem.sentence for problem in problems)
    return Check("settings", "warning", detail, "Correct them; see `fim-lsp settings`.")


def key_check(provider: Provider, environ: Mapping[str, str], store: KeyStore) -> Check:
    """Which key wins, and which others exist; never their text."""
    try:
        key = find_key(provider, environ, store)
    except FimError as error:
        return Check("key", "failed", error.sentence, _login(provider))
    if key is None:
        if provider.key_needed:
            detail = f"none was found for {provider.name}"
            return Check("key", "failed", detail, _login(provider))
        return Check("key", "ok", f"{provider.name} needs none")
    places = _places(provider, environ, store)
    rest = [place for place in places if place != key.source]
    also = f"; unused: {', '.join(rest)}" if rest else ""
    return Check("key", "ok", f"from {key.source}{also}")


def host_check(provider: Provider) -> Check:
    address = without_user_info(provider.base_url)
    if not provider.trusted:
        fix = f'Add "{provider.host}" to trustedHosts in the user file.'
        return Check(
            "host", "failed", f"{address} is named by no setting of yours", fix
        )
    if address.startswith("http:") and not provider.loopback:
        fix = "Use https if the endpoint has it."
        return Check("host", "warning", f"{address} is not encrypted", fix)
    return Check("host", "ok", address)


def proxy_check(provider: Provider, environ: Mapping[str, str]) -> Check:
    try:
        proxy = network.proxy_for(provider, environ)
    except FimError as error:
        return Check("proxy", "failed", error.sentence, "Correct the proxy's address.")
    return Check("proxy", "ok", without_user_info(proxy) if proxy else "none")


async def endpoint_checks(client: ApiClient) -> AsyncIterator[Check]:
    """One call of each kind, as far as the ones before make sense of it."""
    reached = await models_check(client)
    yield reached
    if reached.status == "failed":
        return
    yield await completion_check(client)
    yield await chat_check(client)


async def models_check(client: ApiClient) -> Check:
    """Whether the endpoint is reached, and the key accepted."""
    name = (
        "tls and models" if client.provider.base_url.startswith("https") else "models"
    )
    started = time.monotonic()
    try:
        models = await client.models()
        model = await client.resolve_model("auto", chat=False)
    except RequestRefused as error:
        fix = f"Set providers.{client.provider.name}.model, unless completion works."
        return Check(name, "warning", error.sentence, fix)
    except FimError as error:
        return Check(name, "failed", error.sentence, _fix(client.provider, error))
    took = (time.monotonic() - started) * 1000
    detail = (
        f"{len(models)} offered in {took:.0f} ms; auto is {model or 'its only one'}"
    )
    return Check(name, "ok", detail)


async def completion_check(client: ApiClient) -> Check:
    """A completion that can only be right if the text after the cursor was read."""
    name = "completion"
    word = f"amber_{secrets.randbelow(90_000) + 10_000}"
    request = FimRequest(
        'def test_name():\n    name = "',
        f'"\n    assert name == "{word}"\n',
        max_tokens=16,
        temperature=0,
        path="test_name.py",
        language="python",
    )
    try:
        model = await client.resolve_model("auto", chat=False)
        text, times = await _timed(client.stream_fim(request, model))
    except FimError as error:
        return Check(name, "failed", error.sentence, _fix(client.provider, error))
    if word in text:
        return _in_time(name, f"{model} read the text after the cursor", times)
    fix = (
        f"Choose a model or a dialect that can fill in the middle "
        f"(providers.{client.provider.name}.model, .dialect, .template)."
    )
    detail = f"{model} did not show that it read the text after the cursor"
    return Check(name, "failed", f"{detail}; {times.words}", fix)


async def chat_check(client: ApiClient) -> Check:
    request = ChatRequest(
        (Message("user", "Answer with the single word: ready"),),
        max_tokens=16,
        temperature=0,
    )
    try:
        model = await client.resolve_model("auto", chat=True)
        text, times = await _timed(client.stream_chat(request, model))
    except RequestRefused as error:
        fix = "Set chat.provider to one that can chat, or do without chat actions."
        return Check("chat", "warning", error.sentence, fix)
    except FimError as error:
        return Check("chat", "failed", error.sentence, _fix(client.provider, error))
    if not text.strip():
        return Check("chat", "warning", f"{model} answered nothing", "Try again.")
    return _in_time("chat", f"{model} answered", times)


def editors_check() -> Check:
    found = [name for name in EDITORS if shutil.which(name)]
    if found:
        return Check("editors", "ok", ", ".join(found))
    return Check("editors", "ok", "none found by name on the PATH")


@dataclass(frozen=True, slots=True)
class Times:
    """Milliseconds to the first token and to the end."""

    first: float
    total: float

    @property
    def words(self) -> str:
        return f"first token {self.first:.0f} ms, total {self.total:.0f} ms"


async def _timed(
    deltas: AsyncGenerator[Delta, None],
) -> tuple[str, Times]:
    started = time.monotonic()
    first: float | None = None
    text = ""
    async with aclosing(deltas):
        async for delta in deltas:
            text += delta.text
            if text and first is None:
                first = time.monotonic()
    ended = time.monotonic()
    milliseconds = [(at - started) * 1000 for at in (first or ended, ended)]
    return text, Times(*milliseconds)


def _in_time(name: str, detail: str, times: Times) -> Check:
    detail = f"{detail}; {times.words}"
    if times.first > SLOW * 1000:
        fix = "Choose a quicker model, or an endpoint that is nearer."
        return Check(name, "warning", detail, fix)
    return Check(name, "ok", detail)


def _places(
    provider: Provider, environ: Mapping[str, str], store: KeyStore
) -> Iterator[str]:
    """Where keys of this provider are, in words."""
    variable = provider.api_key_env
    if variable and environ.get(variable, "").strip():
        yield variable
    if kept := store.get(provider.name):
        yield kept[1]
    if provider.api_key_command:
        yield f"providers.{provider.name}.apiKeyCommand"


def _fix(provider: Provider, error: FimError) -> str:
    """What to do about a failed call."""
    match error:
        case AuthenticationFailed():
            return _login(provider)
        case BalanceInsufficient():
            return f"Top up the account at {provider.host}."
        case Unreachable() | TimedOut():
            return "Check the network, HTTPS_PROXY and the address above."
        case ApiError():
            return "Try again later; if it stays, look at the endpoint's own status."
    return "Correct the settings."


def _login(provider: Provider) -> str:
    return f"Run `fim-lsp login {provider.name}`."
