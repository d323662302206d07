"""Find out how an endpoint wants to be asked to fill in the middle, and prove it.

At most six calls are made, all with text of fim-lsp's own.  The first asks for the
list of models.  Each of the others asks to fill a hole whose filling only the text
after the cursor tells; what comes back decides what is tried next.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlsplit

from ..api import calls, network
from ..api.calls import Exchange, HttpCall, StreamLimits
from ..api.choice import choose
from ..api.client import ApiClient
from ..api.dialects import join
from ..api.keys import Key, secrets
from ..api.presets import Provider, resolve
from ..errors import ApiError, TimedOut, Unreachable
from ..settings import Layer, parse
from . import replies, servers, trouble
from .address import Address
from .finding import Finding
from .hole import hole
from .plan import CHAT, MOST_CALLS, Attempt, Endpoint, Way, next_way, with_base

SECONDS = 15.0  # seconds that one call may take
MOST_TIMEOUTS = 2  # after so many calls without an answer no more are made

# Tokens that an answer may have: the filling of the hole takes seven to ten.  A chat
# model also writes a fence around it.
_TOKENS, _CHAT_TOKENS = 24, 64
# The only model of an endpoint that needs a name, where it does not list its models.
_USUAL_FIM_MODEL = "codestral-latest"

_LIMITS = StreamLimits(connect=5, first_token=SECONDS, silence=SECONDS, total=SECONDS)
_MODELS = Way("models")

# Turns a response into a Finding; the texts are secrets to be removed from its words.
_Read = Callable[[Exchange, Iterable[str]], Finding]


class _Stop(Exception):
    """No further call makes sense; holds the sentence that says why."""


@dataclass(frozen=True, slots=True)
class ProbeOutcome:
    """What a probe has found.

    key: the one that was sent in the end; None where none was.
    stopped: why no more calls were made, in a sentence, where something is wrong.
    """

    endpoint: Endpoint
    key: Key | None
    stopped: str | None = None


class Probe:
    """One endpoint, asked until it is known how to ask it.

    name: what the provider is to be called; a preset of that name counts.
    key: what is sent as the key; None for none.
    model: the one to ask; None for the one that `auto` would take.
    ask_key: gives a key once the endpoint answers nobody without one, or None.
    on_call, on_attempt: hear of each call when it begins and when it has ended.
    make_client: stands in for the network in tests.
    """

    def __init__(
        self,
        address: Address,
        name: str,
        *,
        key: Key | None = None,
        model: str | None = None,
        ask_key: Callable[[], Key | None] = lambda: None,
        on_call: Callable[[Way], None] = lambda _way: None,
        on_attempt: Callable[[Attempt], None] = lambda _attempt: None,
        make_client: Callable[[Provider, Key | None], ApiClient] = ApiClient,
    ) -> None:
        self._name = name
        self._key = key
        self._wanted = model
        self._ask_key = ask_key
        self._on_call = on_call
        self._on_attempt = on_attempt
        self._timeouts = 0
        self._make_client = make_client
        server = servers.by_host(address.host)
        self._endpoint = Endpoint(
            address,
            with_base(address.url, server),
            server,
            key_header=server.key_header if server else None,
        )

    async def run(self) -> ProbeOutcome:
        """Ask until it is known how to ask, or until no further call makes sense."""
        stopped = None
        try:
            await self._list_models()
            while (way := next_way(self._endpoint)) is not None:
                await self._try(way)
        except _Stop as stop:
            stopped = str(stop)
        return ProbeOutcome(self._endpoint, self._key, stopped)

    # The list of models

    async def _list_models(self) -> None:
        """Learn what the endpoint offers, and so who it is and which model to ask."""
        provider = self._provider(Way("openai-suffix"))
        base = self._endpoint.base_url
        first = join(base, provider.paths.models)
        finding = await self._ask_models(first)
        head, mark, query = base.partition("?")
        end = "/api/tags" if replies.is_written_in_go(finding.words) else "/models"
        other = head.rstrip("/").removesuffix("/v1") + end + mark + query
        unversioned = False
        if finding.absent and other != first and self._endpoint.server is None:
            finding = await self._ask_models(other)
            named = self._endpoint.address.unversioned
            unversioned = end == "/models" and (named or not finding.absent)
        listing = servers.read_listing(finding.value)
        server = self._endpoint.server or servers.by_answer(finding.headers, listing)
        self._endpoint = replace(
            self._endpoint,
            listing=listing,
            server=server,
            base_url=with_base(base, server),
            unversioned=unversioned and server is None,
        )
        self._choose_model(listing.ids if listing else None)

    async def _ask_models(self, url: str) -> Finding:
        call = HttpCall(url, _LIMITS)
        return await self._ask(
            _MODELS,
            call,
            lambda exchange, hidden: replies.of_models(exchange, call, hidden),
        )

    def _choose_model(self, offered: tuple[str, ...] | None) -> None:
        """Settle which model is asked; raises _Stop where none can be."""
        if self._wanted and offered and self._wanted not in offered:
            raise _Stop(
                f"It does not offer the model {self._wanted}; it offers "
                f"{', '.join(offered[:8])}."
            )
        provider = self._provider(Way("openai-suffix"))
        fixed = provider.model if not offered or provider.model in offered else None
        model = self._wanted or fixed or choose(provider, offered or ())
        self._endpoint = replace(self._endpoint, model=model)
        if offered is not None and not model:
            raise _Stop("It offers no models; load one there, then try again.")

    # One way to ask

    async def _try(self, way: Way) -> None:
        """Ask one way to fill a hole, and note what the answer shows."""
        asked = hole(_CHAT_TOKENS if way == CHAT else _TOKENS)
        model = self._endpoint.model
        if not model and way.dialect == "mistral-fim":
            model = _USUAL_FIM_MODEL
        fim_call = calls.fim_call(self._provider(way), asked.request, model)
        call = replace(fim_call, limits=_LIMITS)
        finding = await self._ask(
            way,
            call,
            lambda exchange, hidden: replies.of_hole(
                exchange, call, way.dialect, asked, hidden
            ),
        )
        if finding.verdict == "reads-suffix":
            self._endpoint = replace(self._endpoint, model=model)
        if way == CHAT:
            self._endpoint = replace(self._endpoint, chat=finding.wrote)

    def _provider(self, way: Way) -> Provider:
        """The provider as the settings for `way` would make it."""
        settings = provider_settings(self._endpoint, way)
        layer = Layer("user", {"providers": {self._name: settings}})
        return resolve(self._name, parse([layer]).settings)

    # One call

    async def _ask(self, way: Way, call: HttpCall, read: _Read) -> Finding:
        """Make one call, and a second one where a key was missing and is given now.

        Raises _Stop where no further call makes sense.
        """
        finding = await self._ask_once(way, call, read)
        if finding.wants_key and self._key is None and not self._endpoint.address.plain:
            self._key = self._ask_key()
            if self._key is not None:
                finding = await self._ask_once(way, call, read)
        is_new_header = (
            finding.key_header and finding.key_header != self._endpoint.key_header
        )
        if finding.wants_key and self._key is not None and is_new_header:
            self._endpoint = replace(self._endpoint, key_header=finding.key_header)
            finding = await self._ask_once(way, call, read)
        if finding.wants_key:
            raise _Stop(self._about_key())
        if finding.stop:
            raise _Stop(finding.stop)
        if self._timeouts >= MOST_TIMEOUTS:
            raise _Stop(
                f"It did not answer within {SECONDS:g} s, twice; if it is loading its "
                "model or has much to do, try again in a minute."
            )
        return finding

    async def _ask_once(self, way: Way, call: HttpCall, read: _Read) -> Finding:
        if self._endpoint.calls >= MOST_CALLS:
            raise _Stop(f"{MOST_CALLS} calls were not enough to find out.")
        self._on_call(way)
        client = self._make_client(self._provider(Way("openai-suffix")), self._key)
        started = time.monotonic()
        try:
            exchange = await client.exchange(call)
        except ApiError as error:
            finding = await self._no_response(
                error, is_first=not self._endpoint.attempts
            )
        else:
            finding = read(exchange, secrets(client.provider, self._key))
        finally:
            await client.aclose()
        took = (time.monotonic() - started) * 1000
        self._note(way, finding, took)
        return finding

    async def _no_response(self, error: ApiError, *, is_first: bool) -> Finding:
        """What it shows that no whole response came."""
        if isinstance(error, TimedOut):
            self._timeouts += 1
        if not is_first and not isinstance(error, Unreachable):
            late = isinstance(error, TimedOut)
            words = f"no answer within {SECONDS:g} s" if late else error.sentence
            return Finding("error", words.rstrip("."))
        url = self._endpoint.address.url
        return trouble.of_silence(error, url, await network.greeting(url))

    def _note(self, way: Way, finding: Finding, milliseconds: float) -> None:
        attempt = Attempt(
            way,
            finding.verdict,
            finding.detail,
            milliseconds,
            finding.special_tokens,
            finding.tokens,
        )
        endpoint = self._endpoint
        gone = {way.path} if finding.absent and way != _MODELS else set()
        server = endpoint.server or servers.by_answer(finding.headers, None)
        if finding.verdict == "glues-suffix":
            server = server or servers.TGI  # no other server is known to do so
        self._endpoint = replace(
            endpoint,
            attempts=(*endpoint.attempts, attempt),
            absent=endpoint.absent | gone,
            server=server or servers.by_words(finding.words),
        )
        self._on_attempt(attempt)

    def _about_key(self) -> str:
        """What to do about a key that is missing or refused."""
        address = self._endpoint.address
        place = urlsplit(address.url).netloc
        if self._key is not None:
            other = _other_mistral_host(address.host, self._key.source)
            return f"{place} refuses the key from {self._key.source}; check it.{other}"
        if address.plain:
            return (
                f"{place} wants a key, which never goes over plain http; have it "
                "served by https."
            )
        return f"{place} wants a key; put it in a variable and add --key-env VARIABLE."


def provider_settings(endpoint: Endpoint, way: Way) -> dict[str, Any]:
    """What `providers.NAME` has to say, so that the endpoint is asked in this way."""
    settings: dict[str, Any] = {"baseUrl": endpoint.base_url, "dialect": way.dialect}
    if endpoint.model:
        settings["model"] = endpoint.model
    if way.template:
        settings["template"] = way.template
    if endpoint.address.plain:
        settings["allowInsecure"] = True
    if endpoint.key_header:
        settings["apiKeyHeader"] = endpoint.key_header
    if endpoint.unversioned:
        settings["unversioned"] = True
    return settings


def _other_mistral_host(host: str, key_source: str) -> str:
    """A sentence on Mistral's two hosts, where one of them refuses a key."""
    is_mistral = host.endswith("mistral.ai")
    if not is_mistral and not re.search("MISTRAL|CODESTRAL", key_source):
        return ""
    other = "api" if host.startswith("codestral") else "codestral"
    if not is_mistral:
        return " Mistral's two hosts, codestral and api, take keys of two kinds."
    return (
        " Mistral's two hosts take keys of two kinds: if this is one for the other, "
        f"connect to https://{other}.mistral.ai."
    )
