"""A call to an endpoint as a value: its address, body and time limits."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ..errors import RequestRefused
from .bodies import has_stop, merged
from .chat_bodies import chat_body, edit_body
from .dialects import DIALECTS, join
from .presets import Provider
from .requests import ChatRequest, EditRequest, FimRequest

# Characters that a token of an answer has at most, on average over the answer.
_CHARS_PER_TOKEN = 16
# Characters that an answer may have, however few tokens were asked for: an endpoint may
# know the limit by another name.
_ANY_ANSWER = 50_000


@dataclass(frozen=True, slots=True)
class StreamLimits:
    """Time limits in seconds; `first_token` and `total` count from the call's start."""

    connect: float
    first_token: float
    silence: float
    total: float


@dataclass(frozen=True, slots=True)
class Exchange:
    """A whole response of any status; header names are in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class HttpCall:
    """One call.

    body: the JSON of a POST; None for a GET.
    model: the model that the body names.
    fim: whether the call asks to fill in the middle.
    tools: whether the body offers tools to the model.
    has_own_stop: whether the user has set texts at which the answer ends.
    longest: characters of text, and of thoughts, that cannot be an answer any more.
    """

    url: str
    limits: StreamLimits
    body: Mapping[str, Any] | None = None
    model: str = ""
    fim: bool = False
    tools: bool = False
    has_own_stop: bool = False
    longest: int = _ANY_ANSWER


# The limits of a completion.
_FIM = StreamLimits(connect=5, first_token=15, silence=10, total=60)
# The limits of a completion by a chat model, whose answer is used only when it ends.
_FIM_BY_CHAT = StreamLimits(connect=5, first_token=60, silence=60, total=60)
# The limits of a completion on this machine, where the model may have to be loaded.
_FIM_LOCAL = StreamLimits(connect=5, first_token=120, silence=30, total=180)
# The limits of a chat.
_CHAT = StreamLimits(connect=10, first_token=120, silence=60, total=900)
# The limits of calls without a model, such as for the list of models.
_QUERY = StreamLimits(connect=10, first_token=20, silence=20, total=20)


def fim_call(provider: Provider, request: FimRequest, model: str) -> HttpCall:
    body = DIALECTS[provider.dialect].fim_body(request, model, provider.template)
    usual = _FIM_BY_CHAT if provider.dialect == "chat" else _FIM
    usual = _FIM_LOCAL if provider.loopback else usual
    more = provider.completion_body
    return HttpCall(
        join(provider.base_url, provider.paths.fim),
        _limits(provider, usual),
        merged(body, more),
        model,
        fim=True,
        has_own_stop=has_stop(more),
        longest=_longest(request.max_tokens),
    )


def chat_call(provider: Provider, request: ChatRequest, model: str) -> HttpCall:
    body = chat_body(request, model, thinking=provider.thinking)
    for name in DIALECTS[provider.dialect].unknown_to_chat & body.keys():
        del body[name]
    url = join(provider.base_url, provider.paths.chat)
    more = provider.chat_body
    return HttpCall(
        url,
        _limits(provider, _CHAT),
        merged(body, more),
        model,
        tools=bool(request.tools),
        has_own_stop=has_stop(more),
        longest=_longest(request.max_tokens),
    )


def edit_call(provider: Provider, request: EditRequest, model: str) -> HttpCall:
    is_mercury = request.dialect == "mercury"
    path = "/v1/edit/completions" if is_mercury else "/v1/completions"
    url = join(provider.base_url, path)
    return HttpCall(
        url,
        _limits(provider, _FIM),
        edit_body(request, model),
        model,
        longest=_longest(request.max_tokens),
    )


def models_call(provider: Provider) -> HttpCall:
    url = join(provider.base_url, provider.paths.models)
    return HttpCall(url, _limits(provider, _QUERY))


def balance_call(provider: Provider) -> HttpCall:
    """The call for the balance.  Raises RequestRefused if the endpoint has none."""
    if provider.paths.balance is None:
        raise RequestRefused(f"{provider.name} has no call that tells the balance.")
    url = join(provider.base_url, provider.paths.balance)
    return HttpCall(url, _limits(provider, _QUERY))


def _longest(max_tokens: int | None) -> int:
    return max(_ANY_ANSWER, (max_tokens or 0) * _CHARS_PER_TOKEN)


def _limits(provider: Provider, usual: StreamLimits) -> StreamLimits:
    """The user's own limits, else the usual ones."""
    timeouts = provider.timeouts
    return StreamLimits(
        connect=timeouts.connect or usual.connect,
        first_token=timeouts.first_token or usual.first_token,
        silence=timeouts.silence or usual.silence,
        total=timeouts.total or usual.total,
    )
