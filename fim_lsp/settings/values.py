"""The settings in force: frozen values, complete, made by `parse` alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Literal

LanguageRule = bool | Literal["manual"]


@dataclass(frozen=True, slots=True)
class CompletionSettings:
    """How completion works.

    languages: a rule for each language id and for `"*"`, all the others.
    debounce_ms: None means adaptive.
    min_confidence: a mean token probability; None hides nothing.
    trigger_is_chosen: whether the user or a project chose `trigger`.
    suffix_is_chosen: whether the user or a project chose `suffix_tokens`.
    """

    enabled: bool
    provider: str
    model: str
    trigger: Literal["automatic", "manual"]
    trigger_is_chosen: bool
    languages: Mapping[str, LanguageRule]
    popup: Literal["auto", "always", "never"]
    debounce_ms: float | None
    max_tokens: int
    max_lines: int
    temperature: float
    min_confidence: float | None
    candidates: int
    prefix_tokens: int
    suffix_tokens: int
    suffix_is_chosen: bool
    context_tokens: int


@dataclass(frozen=True, slots=True)
class ActionSettings:
    """A chat action of the user's own; `languages` empty means every language."""

    title: str
    prompt: str
    apply: Literal["replace", "insert", "newFile", "show"] = "replace"
    kind: str = "refactor.rewrite"
    languages: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ChatSettings:
    """How chat actions work.

    max_tokens: None means in proportion to the selection.
    timeout: seconds.
    """

    provider: str
    model: str
    thinking: bool
    max_tokens: int | None
    timeout: float
    instructions: str
    menu: tuple[str, ...]
    actions: Mapping[str, ActionSettings]
    tools: bool


@dataclass(frozen=True, slots=True)
class TimeoutSettings:
    """Seconds; None leaves the built-in limit."""

    connect: float | None = None
    first_token: float | None = None
    silence: float | None = None
    total: float | None = None


@dataclass(frozen=True, slots=True)
class PriceSettings:
    """What a million tokens cost; `cache_hit` None means the same as `input`."""

    input: Decimal
    output: Decimal
    cache_hit: Decimal | None = None
    currency: str = "USD"


@dataclass(frozen=True, slots=True)
class ProviderSettings:
    """What the user said about one provider; None where nothing was said.

    Values that may hold a secret stay out of `repr`.  `base_url` is what the user
    wrote even where it is no URL, so that nothing is sent to another host instead.
    """

    name: str
    dialect: str | None = None
    base_url: str | None = field(default=None, repr=False)
    base_url_origin: str | None = None
    api_key_env: str | None = None
    api_key_command: tuple[str, ...] | None = field(default=None, repr=False)
    model: str | None = None
    chat_model: str | None = None
    template: str | None = None
    headers: Mapping[str, str] | None = field(default=None, repr=False)
    timeouts: TimeoutSettings | None = None
    allow_insecure: bool | None = None
    proxy: str | None = field(default=None, repr=False)
    ca_file: str | None = None
    prices: Mapping[str, PriceSettings] | None = None
    completion_body: Mapping[str, Any] | None = None
    chat_body: Mapping[str, Any] | None = None
    edit_dialect: str | None = None


@dataclass(frozen=True, slots=True)
class NextEditSettings:
    """`sources`: "repeat", "chat", or names of providers with an edit dialect."""

    enabled: bool
    sources: tuple[str, ...]
    hint: Literal["auto", "always", "never"]


@dataclass(frozen=True, slots=True)
class PrivacySettings:
    """Patterns as in a .gitignore file."""

    exclude: tuple[str, ...] = ()
    include: tuple[str, ...] = ()
    respect_gitignore: bool = True


@dataclass(frozen=True, slots=True)
class BudgetSettings:
    """`daily` None means no limit; `is_set` tells a chosen limit from the default."""

    daily: Decimal | None
    currency: str
    is_set: bool


@dataclass(frozen=True, slots=True)
class LogSettings:
    level: Literal["error", "warning", "info", "debug"]


@dataclass(frozen=True, slots=True)
class Settings:
    completion: CompletionSettings
    chat: ChatSettings
    providers: Mapping[str, ProviderSettings]
    next_edit: NextEditSettings
    fallback: tuple[str, ...]
    privacy: PrivacySettings
    budget: BudgetSettings
    log: LogSettings
    trusted_hosts: tuple[str, ...]
