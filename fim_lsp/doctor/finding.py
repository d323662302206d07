"""What one probing call has shown."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ..api.requests import Usage
from .hole import HoleVerdict


@dataclass(frozen=True, slots=True)
class Finding:
    """What one call has shown.

    verdict: None for a list of models that came, or that the endpoint does not have.
    detail: what came back, in a few words.
    absent: whether the endpoint has no such call.
    wants_key: whether it answers nobody without a key, or not with this one.
    key_header: the header that a refusal wants the key in, if it names one.
    stop: why no further call makes sense, in a sentence for the user.
    value: the JSON of a list of models.
    words: what the endpoint said about a refusal, cleaned.
    wrote: whether a model has written anything.
    """

    verdict: HoleVerdict | None
    detail: str
    absent: bool = False
    wants_key: bool = False
    key_header: str | None = None
    stop: str | None = None
    value: Any = None
    headers: Mapping[str, str] = field(default_factory=dict)
    words: str = ""
    wrote: bool = False
    special_tokens: bool = False
    tokens: Usage | None = None
