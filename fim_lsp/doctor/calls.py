"""What the doctor tries: real calls that show one thing about an endpoint each."""

from __future__ import annotations

import secrets
import time
from collections.abc import AsyncGenerator, AsyncIterator, Mapping
from contextlib import aclosing
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from types import MappingProxyType
from typing import Literal

from ..api.client import ApiClient
from ..api.presets import Provider
from ..api.requests import ChatRequest, Delta, FimRequest, Message
from ..errors import (
    ApiError,
    AuthenticationFailed,
    BalanceInsufficient,
    CertificateRefused,
    FimError,
    ModelUnknown,
    RequestRefused,
    TimedOut,
    Unreachable,
)
from ..settings import ChatSettings

SLOW = 2.0  # seconds to the first token, from which typing would feel it
FAR = 1.0  # seconds of a call that asks no model
WRONG_CLOCK = 120.0  # seconds from which certificates and peak prices may go wrong

# An answer of so many characters takes a model a while to write: where it comes
# within these seconds after a longer silence, something on the way has held it back.
LONG_ANSWER = 60
AT_ONCE, HELD_BACK = 0.050, 0.250

# The first kind that an error is of counts.
FIXES: Mapping[type[FimError], str] = MappingProxyType(
    {
        AuthenticationFailed: "Correct that key, or run `fim-lsp login {name}`.",
        BalanceInsufficient: "Top up the account at {host}.",
        CertificateRefused: "Ask whoever runs this network for its certificate, and "
        "set providers.{name}.caFile.",
        Unreachable: "Check the network, HTTPS_PROXY and the address above.",
        TimedOut: "Check the network, HTTPS_PROXY and the address above.",
        ModelUnknown: 'Set completion.model to "auto", or to one that is offered.',
        RequestRefused: "Check providers.{name}.baseUrl, .dialect and the model.",
        ApiError: "Try again later; if it stays, look at the endpoint's own status.",
    }
)


@dataclass(frozen=True, slots=True)
class Check:
    """One line of the doctor; `fix` is what to do, empty where all is well."""

    name: str
    status: Literal["ok", "warning", "failed"]
    detail: str
    fix: str = ""


@dataclass(frozen=True, slots=True)
class Heard:
    """What a stream has brought; seconds to the first and last text and to the end."""

    text: str
    thoughts: bool
    first: float
    last: float
    total: float

    @property
    def words(self) -> str:
        return (
            f"first token {self.first * 1000:.0f} ms, total {self.total * 1000:.0f} ms"
        )


async def trials(
    client: ApiClient, wish: str, chat: ChatSettings
) -> AsyncIterator[Check]:
    """One call of each kind, as far as the ones before make sense of it.

    `wish` is the model that the settings name for completion.
    """
    reached = await models_check(client, wish)
    yield reached
    if reached.status == "failed":
        return
    yield await completion_check(client, wish)
    if client.server_date:
        yield clock_check(client.server_date, time.time())
    async for check in chat_checks(client, chat):
        yield check


async def models_check(client: ApiClient, wish: str) -> Check:
    """Whether the endpoint is reached, the key accepted, and the model offered."""
    provider = client.provider
    name = "tls and models" if provider.base_url.startswith("https") else "models"
    started = time.monotonic()
    try:
        offered = [model.id for model in await client.models()]
        took = time.monotonic() - started
        model = await client.resolve_model(wish, chat=False)
    except RequestRefused as error:
        fix = f"Set providers.{provider.name}.model, unless completion works."
        return Check(name, "warning", error.sentence, fix)
    except FimError as error:
        return Check(name, "failed", error.sentence, _fix(provider, error))
    if offered and model and model not in offered:
        detail = f"{provider.host} does not list the model {model}"
        fix = f'Set completion.model to "auto" or to one of {", ".join(offered[:8])}.'
        return Check(name, "warning", detail, fix)
    asked = "auto is" if wish == "auto" else "chosen is"
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


async def completion_check(client: ApiClient, wish: str) -> Check:
    """A completion that can only be right if the text after the cursor was read."""
    provider = client.provider
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
        model = await client.resolve_model(wish, chat=False)
        heard = await _heard(client.stream_fim(request, model))
    except FimError as error:
        return Check("completion", "failed", error.sentence, _fix(provider, error))
    if heard.thoughts:
        detail = f"{model} thinks before it completes; {heard.words}"
        return Check(
            "completion", "failed", detail, "Choose a model that does not think."
        )
    if word in heard.text:
        return _in_time("completion", f"{model} read the text after the cursor", heard)
    fix = (
        "Choose a model or a dialect that can fill in the middle "
        f"(providers.{provider.name}.model, .dialect, .template)."
    )
    detail = f"{model} did not show that it read the text after the cursor"
    return Check("completion", "failed", f"{detail}; {heard.words}", fix)


async def chat_checks(client: ApiClient, chat: ChatSettings) -> AsyncIterator[Check]:
    """Whether it chats, whether it thinks unasked, and whether it streams."""
    request = ChatRequest(
        (Message("user", "Count from 1 to 30 in digits, with commas, in one line."),),
        max_tokens=120,
        temperature=0,
    )
    try:
        model = await client.resolve_model(chat.model, chat=True)
        heard = await _heard(client.stream_chat(request, model))
    except RequestRefused as error:
        fix = "Set chat.provider to one that can chat, or do without chat actions."
        yield Check("chat", "warning", error.sentence, fix)
        return
    except FimError as error:
        fix = _fix(client.provider, error)
        yield Check("chat", "failed", error.sentence, fix)
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


async def _heard(deltas: AsyncGenerator[Delta, None]) -> Heard:
    started = time.monotonic()
    times: list[float] = []
    text, thoughts = "", False
    async with aclosing(deltas):
        async for delta in deltas:
            thoughts = thoughts or bool(delta.reasoning)
            if delta.text:
                text += delta.text
                times.append(time.monotonic() - started)
    total = time.monotonic() - started
    thoughts = thoughts or text.lstrip().startswith("<think>")
    first, last = (times[0], times[-1]) if times else (total, total)
    return Heard(text, thoughts, first, last, total)


def _in_time(name: str, detail: str, heard: Heard) -> Check:
    detail = f"{detail}; {heard.words}"
    if heard.first > SLOW:
        fix = "Choose a quicker model, or an endpoint that is nearer."
        return Check(name, "warning", detail, fix)
    return Check(name, "ok", detail)


def _fix(provider: Provider, error: FimError) -> str:
    """What to do about a failed call."""
    kinds = (kind for kind in FIXES if isinstance(error, kind))
    words = FIXES.get(next(kinds, FimError), "Correct the settings.")
    return words.format(name=provider.name, host=provider.host)
