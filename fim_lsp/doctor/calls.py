"""What the doctor tries: real calls that show one thing about an endpoint each."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import Literal

from ..api import network
from ..api.client import ApiClient
from ..api.presets import Provider
from ..api.requests import ChatRequest, Message
from ..errors import (
    ApiError,
    AuthenticationFailed,
    BalanceInsufficient,
    CertificateRefused,
    FimError,
    ModelUnknown,
    Redirected,
    RequestRefused,
    StreamBroken,
    TimedOut,
    Unreachable,
)
from ..settings import without_user_info
from .heard import AT_ONCE, HELD_BACK, LONG_ANSWER, Heard, heard_of
from .hole import HoleVerdict, hole, judge

SLOW = 2.0  # seconds to the first token from which completion is too slow for typing
FAR = 1.0  # seconds of a call that asks no model
PATIENCE = 15.0  # seconds that one check may take
SLOW_RATE = 15.0  # tokens a second, below which a line takes longer than typing it
WRONG_CLOCK = 120.0  # seconds from which certificates and peak prices may go wrong

# What to tell the user about a model whose answer ignores the suffix.
_UNREAD = "did not show that it read the text after the cursor"
_SHORTCOMINGS: Mapping[HoleVerdict, str] = {
    "glues-suffix": "never saw the text after the cursor: the endpoint only pastes "
    "it behind the answer",
    "prose": "answers in prose instead of code",
    "empty": "answered nothing",
}

# What to do about an error.  The first kind that an error is of counts.
FIXES: Mapping[type[FimError], str] = {
    AuthenticationFailed: "Correct that key, or run `fim-lsp login {name}`.",
    BalanceInsufficient: "Top up the account at {host}.",
    CertificateRefused: "Ask whoever runs this network for its certificate, and "
    "set providers.{name}.caFile.",
    Unreachable: "Check the network, HTTPS_PROXY and the address above.",
    TimedOut: "Check the network, HTTPS_PROXY and the address above.",
    ModelUnknown: 'Set completion.model to "auto", or to one that is offered.',
    RequestRefused: "Check providers.{name}.baseUrl, .dialect and the model.",
    Redirected: "If this network wants a login in the browser first, log in there; "
    "else correct providers.{name}.baseUrl.",
    StreamBroken: "If this network wants a login in the browser first, log in "
    "there; else check providers.{name}.baseUrl and try again.",
    ApiError: "Try again later; if it stays, look at the endpoint's own status.",
}


@dataclass(frozen=True, slots=True)
class Check:
    """One line of the doctor; `fix` is what to do, empty where all is well."""

    name: str
    status: Literal["ok", "warning", "failed"]
    detail: str
    fix: str = ""


async def call_checks(
    client: ApiClient, model_setting: str, begin: Callable[[str], None]
) -> AsyncIterator[Check]:
    """The list of models and one completion, as far as the list makes sense of it.

    model_setting: the model that the settings name for completion.
    begin: hears the name of each check that waits for the endpoint.
    """
    begin("models")
    reached = await models_check(client, model_setting)
    yield reached
    if reached.status == "failed":
        return
    begin("completion")
    yield await completion_check(client, model_setting)
    if client.server_date:
        yield clock_check(client.server_date, time.time())


async def models_check(client: ApiClient, model_setting: str) -> Check:
    """Whether the endpoint is reached, the key accepted, and the model offered."""
    provider = client.provider
    name = "tls and models" if provider.base_url.startswith("https") else "models"
    started = time.monotonic()
    try:
        async with _within(client):
            offered = [model.id for model in await client.models()]
            took = time.monotonic() - started
            model = await client.resolve_model(model_setting, chat=False)
    except RequestRefused as error:
        fix = f"Set providers.{provider.name}.model, unless completion works."
        if isinstance(error, ModelUnknown):
            fix = "Load a model there, or name one in completion.model."
        return Check(name, "warning", error.sentence, fix)
    except FimError as error:
        return await _failed(name, provider, error)
    if not offered:
        fix = "Load a model there, unless completion works."
        return Check(name, "warning", f"{provider.host} offers no models", fix)
    if model and model not in offered:
        detail = f"{provider.host} does not list the model {model}"
        fix = f'Set completion.model to "auto" or to one of {", ".join(offered[:8])}.'
        return Check(name, "warning", detail, fix)
    asked = "auto is" if model_setting == "auto" else "chosen is"
    detail = f"{len(offered)} offered in {took * 1000:.0f} ms"
    detail = f"{detail}; {asked} {model or 'its only one'}"
    if took > FAR:
        fix = "Choose an endpoint that is nearer, or look at the proxy."
        return Check(name, "warning", detail, fix)
    return Check(name, "ok", detail)


def clock_check(server_date: str, now: float) -> Check:
    """Our clock against the endpoint's; certificates and peak prices depend on it."""
    try:
        ahead = now - parsedate_to_datetime(server_date).timestamp()
    except (ValueError, TypeError, OverflowError):
        return Check("clock", "ok", "the endpoint does not tell the time")
    if abs(ahead) < WRONG_CLOCK:
        return Check("clock", "ok", "right within two minutes")
    word = "ahead of" if ahead > 0 else "behind"
    detail = f"this machine is {abs(ahead) / 60:.0f} minutes {word} the endpoint"
    return Check("clock", "warning", detail, "Set this machine's clock.")


async def completion_check(client: ApiClient, model_setting: str) -> Check:
    """A completion that can only be right if the text after the cursor was read."""
    provider = client.provider
    asked = hole()
    try:
        async with _within(client):
            model = await client.resolve_model(model_setting, chat=False)
            heard = await heard_of(client.stream_fim(asked.request, model))
    except FimError as error:
        return await _failed("completion", provider, error)
    if heard.thoughts:
        detail = f"{model} thinks before it completes; {heard.words}"
        return Check(
            "completion", "failed", detail, "Choose a model that does not think."
        )
    judgment = judge(asked, heard.text)
    if judgment.verdict == "reads-suffix":
        detail = f"{model} read the text after the cursor"
        return _in_time("completion", detail, heard, automatic=True)
    fix = (
        f"Find out how it is asked with `fim-lsp connect {shown_url(provider)}`, or "
        f"set another model or dialect (providers.{provider.name}.model, .dialect)."
    )
    detail = f"{model} {_SHORTCOMINGS.get(judgment.verdict, _UNREAD)}"
    return Check("completion", "failed", f"{detail}; {heard.words}", fix)


def shown_url(provider: Provider) -> str:
    """A provider's address as it may be shown."""
    return without_user_info(provider.base_url)


async def chat_checks(
    client: ApiClient, model_setting: str, begin: Callable[[str], None]
) -> AsyncIterator[Check]:
    """Whether a provider chats, whether it thinks unasked, and whether it streams.

    model_setting: the model that the settings name for chat.
    """
    request = ChatRequest(
        (Message("user", "Count from 1 to 30 in digits, with commas, in one line."),),
        max_tokens=120,
        temperature=0,
    )
    begin("chat")
    try:
        async with _within(client):
            model = await client.resolve_model(model_setting, chat=True)
            heard = await heard_of(client.stream_chat(request, model))
    except RequestRefused as error:
        fix = "Set chat.provider to one that can chat, or do without chat actions."
        yield Check("chat", "warning", error.sentence, fix)
        return
    except FimError as error:
        yield await _failed("chat", client.provider, error)
        return
    if heard.thoughts:
        detail = f"{model} thinks, which was not asked for; {heard.words}"
        fix = "Choose another chat.model: thoughts take time and are paid for."
        yield Check("chat", "warning", detail, fix)
    elif not heard.text.strip():
        yield Check("chat", "warning", f"{model} answered nothing", "Try again.")
    else:
        yield _in_time("chat", f"{model} answered", heard)
    yield streaming_check(heard)


def streaming_check(heard: Heard) -> Check:
    at_once = heard.last - heard.first < AT_ONCE and heard.first > HELD_BACK
    if len(heard.text) >= LONG_ANSWER and at_once:
        detail = f"a long answer came all at once, after {heard.first * 1000:.0f} ms"
        fix = "Something on the way buffers: go around the proxy, or have it stream."
        return Check("streaming", "warning", detail, fix)
    return Check("streaming", "ok", "answers come as they are written")


@asynccontextmanager
async def _within(client: ApiClient) -> AsyncIterator[None]:
    """Raises TimedOut where a check would take longer than a user waits for it."""
    try:
        async with asyncio.timeout(PATIENCE):
            yield
    except TimeoutError:
        raise TimedOut(
            f"{client.provider.host} did not answer within {PATIENCE:g} s."
        ) from None


def _in_time(name: str, detail: str, heard: Heard, *, automatic: bool = False) -> Check:
    """A call that worked, and whether it was quick enough to complete while typing."""
    detail = f"{detail}; {heard.words}"
    if heard.rate:
        detail = f"{detail}, {heard.rate:.0f} tokens a second"
    is_slow = heard.first > SLOW or (heard.rate is not None and heard.rate < SLOW_RATE)
    if automatic and is_slow:
        fix = (
            "Too slow to complete while you type: choose a smaller model, or set "
            'completion.trigger = "manual".'
        )
        return Check(name, "warning", detail, fix)
    if heard.first > SLOW:
        fix = "Choose a quicker model, or an endpoint that is nearer."
        return Check(name, "warning", detail, fix)
    return Check(name, "ok", detail)


async def _failed(name: str, provider: Provider, error: FimError) -> Check:
    """A call that failed, and what to do about it."""
    if isinstance(error, StreamBroken | Unreachable):
        greeting = await network.greeting(provider.base_url)
        if greeting.startswith("SSH-"):
            detail = f"an SSH server answers at {shown_url(provider)}"
            fix = f"Check the port in providers.{provider.name}.baseUrl."
            return Check(name, "failed", detail, fix)
    if isinstance(error, TimedOut) and provider.loopback:
        fix = "If it is still loading its model, try again in a minute."
        return Check(name, "failed", error.sentence, fix)
    kinds = (kind for kind in FIXES if isinstance(error, kind))
    words = FIXES.get(next(kinds, FimError), "Correct the settings.")
    fix = words.format(name=provider.name, host=provider.host)
    return Check(name, "failed", error.sentence, fix)
