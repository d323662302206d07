"""Thirty developers at one gateway: what it is asked, when it works and when not.

Each developer types a function key by key, with an engine and a provider of their own,
in simulated time.  The gateway counts every request; it works, or answers 429 for a
moment, or 503 for a while.
"""

from __future__ import annotations

import asyncio
import json
import random
from collections import Counter
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing, suppress
from dataclasses import dataclass, field
from typing import Any

import httpx

from fim_lsp.api.keys import Key
from fim_lsp.api.keystore import KeyStore
from fim_lsp.api.providers import Providers
from fim_lsp.api.requests import Delta, FimRequest
from fim_lsp.api.token_counts import Tokens
from fim_lsp.reasons import Refusal
from fim_lsp.settings import Layer, Settings, parse

from .keys import traces
from .model import FIRST_TOKEN, TOKEN, Model
from .policies import Product
from .tables import NoAnswersError, Part, Table, at_most, median
from .virtual import clock
from .virtual import run as in_no_time

DEVELOPERS = 30
ACCURACY = 0.9
# Keys that each developer types: about a minute.
KEYS = 330
# Seconds from the start: when the gateway begins to refuse, and how long it does.
FAULT_AT, LIMITED_FOR, DOWN_FOR = 20.0, 2.0, 20.0
# Seconds after a fault in which requests are counted.
AFTERWARDS = 15
# Seconds until all developers type.
SETTLED = 5.0
# Tokens of a developer's answer that the gateway sends.
MOST_TOKENS = 60
# Goals: extra requests a completion; the busiest second after a fault, of the busiest
# one of ordinary work; seconds at the median until a developer has an answer again.
# The busiest second is compared with the busiest one, since people type in bursts: of
# 35 ordinary seconds one has twice the requests of their mean, without any fault.
EXTRA, BUSIEST, BACK = 0.05, 2.0, 3.0

_NAME = "office"
_MODEL = "fake"


@dataclass
class Gateway(httpx.AsyncBaseTransport):
    """The endpoint of all developers.

    times: when each request came, by what was asked.
    fault: the status that it answers between `FAULT_AT` and `until`.
    retry_after: what it says with a 429, in seconds.
    back: when each developer had an answer first after the fault.
    """

    models: list[Model] = field(default_factory=list)
    fault: int | None = None
    until: float = FAULT_AT
    retry_after: float | None = None
    times: dict[str, list[float]] = field(
        default_factory=lambda: {"POST": [], "GET": []}
    )
    back: dict[int, float] = field(default_factory=dict)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        now = clock()
        self.times[request.method].append(now)
        if self.fault and FAULT_AT <= now < self.until:
            headers = (
                {"retry-after": f"{self.retry_after:g}"} if self.retry_after else {}
            )
            return httpx.Response(self.fault, headers=headers, json={"error": "Busy."})
        if request.method == "GET":
            return httpx.Response(200, json={"data": [{"id": _MODEL}]})
        body = json.loads(request.content)
        developer = int(request.headers["x-developer"])
        if now >= self.until:
            self.back.setdefault(developer, now)
        await asyncio.sleep(FIRST_TOKEN)
        return httpx.Response(
            200,
            headers={"content-type": "text/event-stream"},
            stream=_Tokens(self.models[developer], body["prompt"]),
        )


class _Tokens(httpx.AsyncByteStream):
    def __init__(self, model: Model, prefix: str) -> None:
        self._model, self._prefix = model, prefix

    async def __aiter__(self) -> AsyncIterator[bytes]:
        tokens = list(self._model.tokens(self._prefix))[:MOST_TOKENS]
        for token in tokens:
            yield _event({"text": token})
            await asyncio.sleep(TOKEN)
        yield _event({"text": "", "finish_reason": "stop"}) + b"data: [DONE]\n\n"


def _event(choice: dict[str, Any]) -> bytes:
    return b"data: " + json.dumps({"choices": [choice]}).encode() + b"\n\n"


@dataclass(frozen=True)
class _Office:
    """The gateway as one developer's engine asks it; nothing is counted."""

    providers: Providers
    name: str = _NAME
    model: str = "auto"
    body: str = ""
    loopback: bool = False

    def refusal(self, *, invoked: bool) -> Refusal | None:
        return self.providers.refusal(_NAME, invoked=invoked)

    async def stream(self, request: FimRequest) -> AsyncGenerator[Delta, None]:
        opened = await self.providers.open(_NAME, self.model, chat=False)
        async with aclosing(opened.client.stream_fim(request, opened.model)) as deltas:
            with self.providers.watching(opened) as named:
                async for delta in deltas:
                    yield named(delta)

    def landed(self, tokens: Tokens, **_about: Any) -> None:
        del tokens


def run(developers: int = DEVELOPERS, longest: int = KEYS) -> Part:
    ordinary = _measured(Gateway(), developers, longest)
    asked = len(ordinary.times["POST"])
    if not asked:
        raise NoAnswersError
    busiest = _busiest(ordinary, first=SETTLED)
    limited = Gateway(fault=429, until=FAULT_AT + LIMITED_FOR)
    asked_to_wait = Gateway(fault=429, until=FAULT_AT + LIMITED_FOR, retry_after=5)
    down = Gateway(fault=503, until=FAULT_AT + DOWN_FOR)
    mean = _rate(ordinary, SETTLED)
    rows = [_row("works", ordinary, busiest, mean)]
    extra = sum(at >= SETTLED for at in ordinary.times["GET"])
    goals = [
        at_most("extra requests a completion, once all type", EXTRA, extra / asked)
    ]
    for what, gateway in (
        ("429 for 2 s", limited),
        ("429 for 2 s, Retry-After 5", asked_to_wait),
        ("503 for 20 s", down),
    ):
        _measured(gateway, developers, longest)
        rows.append(_row(what, gateway, busiest, mean))
        goals.append(
            at_most(f"{what}: the busiest second", BUSIEST, _busiest(gateway) / busiest)
        )
    waits = _waits(down)
    goals.append(at_most("503 for 20 s: back after, median", BACK, median(waits), " s"))
    head = (
        *("the gateway", "requests", "lists of models", "a second"),
        "busiest second, of the busiest / mean ordinary one",
        "back after, median / worst s",
    )
    return Part((Table(f"{developers} developers", head, tuple(rows)),), tuple(goals))


def _row(
    what: str, gateway: Gateway, ordinary_busiest: int, mean: float
) -> tuple[str, ...]:
    waits = _waits(gateway)
    first = FAULT_AT if gateway.fault else SETTLED
    busiest = _busiest(gateway, first=first)
    return (
        what,
        str(len(gateway.times["POST"])),
        str(len(gateway.times["GET"])),
        f"{_rate(gateway, first):.1f}",
        f"{busiest} ({busiest / ordinary_busiest:.2f} × / {busiest / mean:.1f} ×)",
        f"{median(waits):.1f} / {max(waits):.1f}" if gateway.fault else "",
    )


def _rate(gateway: Gateway, first: float) -> float:
    """Requests a second from `first` on, while all developers type."""
    last = _last(gateway)
    return sum(first <= at < last for at in gateway.times["POST"]) / (last - first)


def _busiest(gateway: Gateway, first: float = FAULT_AT) -> int:
    """Requests in the busiest second from `first` on."""
    seconds = Counter(
        int(at)
        for times in gateway.times.values()
        for at in times
        if first <= at < _last(gateway)
    )
    return max(seconds.values(), default=0)


def _last(gateway: Gateway) -> float:
    return gateway.until + AFTERWARDS


def _waits(gateway: Gateway) -> list[float]:
    return [at - gateway.until for at in gateway.back.values()]


def _measured(gateway: Gateway, developers: int, longest: int) -> Gateway:
    in_no_time(_team(gateway, developers, longest))
    return gateway


async def _team(gateway: Gateway, developers: int, longest: int) -> None:
    own = {"baseUrl": "https://gateway.example"}
    work = []
    for number in range(developers):
        functions = traces(number + 1, longest)
        trace = functions[number % len(functions)]
        model = Model(trace, ACCURACY, number + 1)
        gateway.models.append(model)
        said = own | {"headers": {"X-Developer": str(number)}}
        settings = parse([Layer("user", {"providers": {_NAME: said}})]).settings
        work.append(_develops(gateway, model, settings, random.Random(number)))
    await asyncio.gather(*work)


async def _develops(
    gateway: Gateway, model: Model, settings: Settings, rng: random.Random
) -> None:
    """One developer types a function, with a request at each key."""
    providers = Providers(
        environ={},
        store=KeyStore(),
        transport=gateway,
        clock=clock,
        now=clock,
        on_change=lambda: None,
        random=rng.random,
    )
    providers.configure(settings)
    state = providers.get(_NAME)
    # Looking for the key would need a thread, which simulated time does not wait for.
    state.key, state.looked_at = Key("key", "bench"), 0.0
    await asyncio.sleep(rng.uniform(0, 3))
    policy = Product(model, _Office(providers))
    start, asking = clock(), None
    for key in model.trace.keys:
        await asyncio.sleep(max(0.0, start + key.at - clock()))
        policy.type(key.text)
        if asking is not None:
            asking.cancel()
        asking = asyncio.create_task(policy.suggest())
    with suppress(asyncio.CancelledError):
        if asking is not None:
            await asking
    await policy.aclose()
    await providers.aclose()
