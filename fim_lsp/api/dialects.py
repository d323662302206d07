"""The table of dialects: which paths, which bodies, which answers.

Nothing here knows a vendor; `presets.py` does.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Protocol

from . import answers, bodies
from .requests import Answer, Delta, FimRequest


@dataclass(frozen=True, slots=True)
class Paths:
    """Where an endpoint's calls are, relative to its base URL without a version."""

    fim: str
    chat: str
    models: str
    balance: str | None = None


class FimBody(Protocol):
    def __call__(
        self, request: FimRequest, model: str, *, stream: bool, template: str | None
    ) -> dict[str, Any]: ...


@dataclass(frozen=True, slots=True)
class Dialect:
    """How one kind of endpoint wants to be asked to fill in the middle.

    `unknown_to_chat` are fields of a chat request that it refuses.
    """

    paths: Paths
    fim_body: FimBody
    fim_delta: Callable[[Mapping[str, Any]], Delta]
    fim_answer: Callable[[Mapping[str, Any]], Answer]
    unknown_to_chat: frozenset[str] = frozenset()


_V1 = Paths("/v1/completions", "/v1/chat/completions", "/v1/models")

DIALECTS: Mapping[str, Dialect] = MappingProxyType(
    {
        "openai-suffix": Dialect(
            _V1, bodies.suffix_body, answers.openai_delta, answers.openai_answer
        ),
        "openai-template": Dialect(
            _V1, bodies.template_body, answers.openai_delta, answers.openai_answer
        ),
        "mistral-fim": Dialect(
            Paths("/v1/fim/completions", _V1.chat, _V1.models),
            bodies.mistral_body,
            answers.openai_delta,
            answers.openai_answer,
            unknown_to_chat=frozenset(
                {
                    "stream_options",
                    "user_id",
                    "logprobs",
                    "top_logprobs",
                    "reasoning_effort",
                }
            ),
        ),
        "infill": Dialect(
            Paths("/infill", _V1.chat, _V1.models),
            bodies.infill_body,
            answers.infill_delta,
            answers.infill_answer,
        ),
    }
)

# The layout of an endpoint whose FIM call is still a beta of its own.
BETA = Paths("/beta/completions", "/chat/completions", "/models", "/user/balance")


def join(base_url: str, path: str) -> str:
    """The address of a call.  A version that ends `base_url` is never doubled.

    `/v1` and `/beta` are cut off, since `path` holds what it needs of them; another
    version (`/v2`) takes the place of the path's `/v1`.
    """
    base = base_url.rstrip("/")
    head, _, last = base.rpartition("/")
    if last in ("v1", "beta"):
        return head + path
    if re.fullmatch(r"v\d+", last):
        return base + path.removeprefix("/v1")
    return base + path
