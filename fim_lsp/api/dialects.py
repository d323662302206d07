"""The table of dialects: the paths, bodies and answers of each kind of endpoint.

The services that speak them are in `services.py`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal, Protocol
from urllib.parse import urlsplit

from . import answers, bodies
from .blocks import OneBlock, OneLine, ReadEvent
from .requests import FimRequest
from .streams import NdjsonDecoder, SseDecoder, StreamDecoder


@dataclass(frozen=True, slots=True)
class Paths:
    """The paths of an endpoint's calls, relative to its base URL without a version."""

    fim: str
    chat: str
    models: str
    balance: str | None = None


class FimBody(Protocol):
    def __call__(
        self, request: FimRequest, model: str, template: str | None, /
    ) -> dict[str, Any]: ...


@dataclass(frozen=True, slots=True)
class Dialect:
    """How one kind of endpoint is asked to fill in the middle.

    fim_body: makes the body of a FIM request.
    fim_delta: reads one event of the answer.
    unknown_to_chat: fields of a chat request that such an endpoint refuses.
    decoder: makes what divides an answer into events, if the content type of the answer
        does not tell its format.
    template: whether the prompt is written with the FIM tokens of a model family.
    names_model: whether a request must name a model.
    reader: makes, for each stream, what picks the code out of the answer; None if the
        whole answer is code.
    """

    paths: Paths
    fim_body: FimBody
    fim_delta: ReadEvent
    unknown_to_chat: frozenset[str] = frozenset()
    decoder: Callable[[], StreamDecoder] = SseDecoder
    template: Literal["none", "optional", "required"] = "none"
    names_model: bool = True
    reader: Callable[[ReadEvent], ReadEvent] | None = None

    def read_event(self) -> ReadEvent:
        """A function that reads the events of one FIM stream in their order."""
        return self.reader(self.fim_delta) if self.reader else self.fim_delta


_V1 = Paths("/v1/completions", "/v1/chat/completions", "/v1/models")

DIALECTS: Mapping[str, Dialect] = {
    "openai-suffix": Dialect(_V1, bodies.suffix_body, answers.openai_delta),
    "openai-template": Dialect(
        _V1, bodies.template_body, answers.openai_delta, template="required"
    ),
    "mistral-fim": Dialect(
        Paths("/v1/fim/completions", _V1.chat, _V1.models),
        bodies.mistral_body,
        answers.openai_delta,
        unknown_to_chat=frozenset({"stream_options"}),
    ),
    "infill": Dialect(
        Paths("/infill", _V1.chat, _V1.models),
        bodies.infill_body,
        answers.infill_delta,
        names_model=False,
    ),
    "ollama": Dialect(
        Paths("/api/generate", _V1.chat, _V1.models),
        bodies.ollama_body,
        answers.ollama_delta,
        decoder=NdjsonDecoder,
        template="optional",
    ),
    "tabby": Dialect(_V1, bodies.tabby_body, answers.openai_delta, names_model=False),
    "chat": Dialect(
        Paths(_V1.chat, _V1.chat, _V1.models),
        bodies.chat_fim_body,
        answers.openai_delta,
        reader=OneBlock,
    ),
    "prefix": Dialect(_V1, bodies.prefix_body, answers.openai_delta, reader=OneLine),
}

# The paths of a service whose FIM call is a beta with a path of its own.
BETA = Paths("/beta/completions", "/chat/completions", "/models", "/user/balance")


def without_version(paths: Paths) -> Paths:
    """The same calls at a service whose paths do not begin with `/v1`."""
    return replace(
        paths,
        fim=paths.fim.removeprefix("/v1"),
        chat=paths.chat.removeprefix("/v1"),
        models=paths.models.removeprefix("/v1"),
    )


# A version in the path or the query of a base URL.
_VERSIONED = re.compile(r"/v\d+[a-z0-9]*(?=/|$)|[?&]api-version=")


def join(base_url: str, path: str) -> str:
    """The address of a call, in which no version stands twice.

    A `/v1` or `/beta` at the end of `base_url` is cut off, since `path` has its own.
    Any other version of `base_url`, in the path (`/v2`, `/v1beta/openai`) or in the
    query (`?api-version=2024-10-21`), replaces the `/v1` at the start of `path`.  A
    query stays at the end of the address.
    """
    base, mark, query = base_url.partition("?")
    base, query = base.rstrip("/"), mark + query
    head, _, last = base.rpartition("/")
    if last in ("v1", "beta"):
        return head + path + query
    if _VERSIONED.search(urlsplit(base).path + query):
        return base + path.removeprefix("/v1") + query
    return base + path + query
