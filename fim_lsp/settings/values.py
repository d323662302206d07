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

    languages: a rule for each language id; `"*"` is the rule of all the others.
    debounce_ms: milliseconds; None means adaptive.
    min_confidence: the mean token probability from 0 to 1 below which a suggestion is
        hidden; None hides no suggestion.
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
    """A chat action that the user has defined; no `languages` means all languages."""

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
    """Time limits of a request in seconds; None leaves the built-in limit."""

    connect: float | None = None
    first_token: float | None = None
    silence: float | None = None
    total: float | None = None


@dataclass(frozen=True, slots=True)
class PriceSettings:
    """Prices of a million tokens; `cache_hit` None means the price of `input`."""

    input: Decimal
    output: Decimal
    cache_hit: Decimal | None = None
    currency: str = "USD"


@dataclass(frozen=True, slots=True)
class ProviderSettings:
    """The settings of one provider; None where the user has set nothing.

    Values that may hold a secret stay out of `repr`.  `base_url` is kept even if it is
    not a URL, as otherwise requests would go to another host.
    """

    name: str
    dialect: str | None = None
    base_url: str | None = field(default=None, repr=False)
    base_url_origin: str | None = None
    api_key_env: str | None = None
    api_key_command: tuple[str, ...] | None = field(default=None, repr=False)
    api_key_header: str | None = None
    unversioned: bool | None = None
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
    """How next edits work.

    sources: "repeat", "chat", and names of providers with an edit dialect.
    """

    enabled: bool
    sources: tuple[str, ...]
    hint: Literal["auto", "always", "never"]


@dataclass(frozen=True, slots=True)
class PrivacySettings:
    """Which files are read and sent, in the patterns of .gitignore files."""

    exclude: tuple[str, ...] = ()
    include: tuple[str, ...] = ()
    respect_gitignore: bool = True


@dataclass(frozen=True, slots=True)
class BudgetSettings:
    """The limit of spending.

    daily: the amount for one day in `currency`; None means no limit.
    is_set: whether the user chose the limit.
    """

    daily: Decimal | None
    currency: str
    is_set: bool


@dataclass(frozen=True, slots=True)
class LogSettings:
    """Which messages are logged."""

    level: Literal["error", "warning", "info", "debug"]


@dataclass(frozen=True, slots=True)
class Settings:
    """All settings.

    trusted_hosts: further hosts that may be asked, in lower case.
    """

    completion: CompletionSettings
    chat: ChatSettings
    providers: Mapping[str, ProviderSettings]
    next_edit: NextEditSettings
    fallback: tuple[str, ...]
    privacy: PrivacySettings
    budget: BudgetSettings
    log: LogSettings
    trusted_hosts: tuple[str, ...]
