"""One call to an endpoint as a value: its address, body and deadlines."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ..errors import RequestRefused
from .bodies import chat_body, edit_body, has_stop, merged
from .dialects import DIALECTS, join
from .presets import Provider
from .requests import ChatRequest, EditRequest, FimRequest


@dataclass(frozen=True, slots=True)
class StreamLimits:
    """Deadlines in seconds.  `first_token` and `total` run from the call's start."""

    connect: float
    first_token: float
    silence: float
    total: float


@dataclass(frozen=True, slots=True)
class Exchange:
    """A whole response, whatever its status; header names are in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class HttpCall:
    """`body` None is a GET.  `model` is the one named in the body.

    tools: whether the body offers tools to the model.
    has_own_stop: whether the user has set texts at which the answer ends.
    """

    url: str
    limits: StreamLimits
    body: Mapping[str, Any] | None = None
    model: str = ""
    fim: bool = False
    tools: bool = False
    has_own_stop: bool = False


_FIM = StreamLimits(connect=5, first_token=15, silence=10, total=60)
# A chat model that fills in the middle hands on nothing before its answer has ended.
_FIM_BY_CHAT = StreamLimits(connect=5, first_token=60, silence=60, total=60)
# A server on this machine may have to load its model first.
_FIM_LOCAL = StreamLimits(connect=5, first_token=120, silence=30, total=180)
_CHAT = StreamLimits(connect=10, first_token=120, silence=60, total=900)
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
    )


def edit_call(provider: Provider, request: EditRequest, model: str) -> HttpCall:
    is_mercury = request.dialect == "mercury"
    path = "/v1/edit/completions" if is_mercury else "/v1/completions"
    url = join(provider.base_url, path)
    return HttpCall(url, _limits(provider, _FIM), edit_body(request, model), model)


def models_call(provider: Provider) -> HttpCall:
    url = join(provider.base_url, provider.paths.models)
    return HttpCall(url, _limits(provider, _QUERY))


def balance_call(provider: Provider) -> HttpCall:
    """Raises RequestRefused where the endpoint has no such call."""
    if provider.paths.balance is None:
        raise RequestRefused(f"{provider.name} does not tell its balance.")
    url = join(provider.base_url, provider.paths.balance)
    return HttpCall(url, _limits(provider, _QUERY))


def _limits(provider: Provider, usual: StreamLimits) -> StreamLimits:
    said = provider.timeouts
    return StreamLimits(
        connect=said.connect or usual.connect,
        first_token=said.first_token or usual.first_token,
        silence=said.silence or usual.silence,
        total=said.total or usual.total,
    )
