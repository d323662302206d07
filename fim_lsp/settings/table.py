"""The table of all settings: key, kind, default, who may set it, help."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from types import MappingProxyType
from typing import Any

from . import kinds, request_body
from .kinds import SettingKind
from .restriction import Restriction
from .values import ActionSettings, PriceSettings, TimeoutSettings


@dataclass(frozen=True, slots=True)
class Row:
    """One setting.

    key: the dotted key, in which `*` stands for the name of a provider.
    default: the parsed value, not the value as a user writes it.
    help: what the setting is for, in Markdown.
    user_only: whether it counts only in the user file and the environment.
    project: how a project's own file may restrict it; None if it may not.
    editor: how the editor's settings may restrict it; None if they may set it freely.
    chosen: the field, in the group of the setting, that says whether the user or a
        project chose the value.
    """

    key: str
    kind: SettingKind
    default: Any
    help: str
    user_only: bool = False
    project: Restriction | None = None
    editor: Restriction | None = None
    chosen: str | None = None

    @property
    def path(self) -> tuple[str, ...]:
        return tuple(self.key.split("."))


# The default rules of languages: prose is completed when invoked, logs are never
# completed.
_LANGUAGES = {
    "*": True,
    "markdown": "manual",
    "plaintext": "manual",
    "latex": "manual",
    "gitcommit": "manual",
    "git-commit": "manual",
    "git-rebase": False,
    "csv": False,
    "log": False,
    "help": False,
    "scminput": False,
    "search-result": False,
    "dotenv": False,
}

_ACTION = kinds.record(
    ActionSettings,
    {
        "title": kinds.text(),
        "prompt": kinds.text(),
        "apply": kinds.choice("replace", "insert", "newFile", "show"),
        "kind": kinds.text(),
        "languages": kinds.texts("language ids"),
    },
    required=("title", "prompt"),
    words="an action",
)
_SECONDS = kinds.number(0.1, 3600)
_TIMEOUTS = kinds.record(
    TimeoutSettings,
    dict.fromkeys(("connect", "firstToken", "silence", "total"), _SECONDS),
    words="limits in seconds",
)
_PRICE = kinds.record(
    PriceSettings,
    {
        "input": kinds.money(),
        "output": kinds.money(),
        "cacheHit": kinds.money(),
        "currency": kinds.text(),
    },
    required=("input", "output"),
    words="a price per million tokens",
)

ROWS: tuple[Row, ...] = (
    Row(
        "completion.enabled",
        kinds.flag(),
        default=True,
        help="Whether anything is completed.",
        project=Restriction.OFF,
    ),
    Row(
        "completion.provider",
        kinds.text("the name of a provider"),
        "auto",
        "Who completes. `auto`: the provider of the last `fim-lsp login`, else "
        "`deepseek` if its key is present, else `echo`.",
    ),
    Row(
        "completion.model",
        kinds.text("the name of a model"),
        "auto",
        "The model. `auto` asks the endpoint which it offers and takes a quick one "
        "with a known price.",
    ),
    Row(
        "completion.trigger",
        kinds.choice("automatic", "manual"),
        "automatic",
        "Complete while typing, or only when asked; unless it is set, providers that "
        "only chat complete when asked.",
        project=Restriction.STRICTER,
        chosen="trigger_is_chosen",
    ),
    Row(
        "completion.languages",
        kinds.mapping(
            kinds.choice(True, False, "manual"),  # noqa: FBT003 - the choices themselves
            'language ids with true, false or "manual"',
        ),
        MappingProxyType(_LANGUAGES),
        "By LSP language id: `true`, `false` or `manual`; `*` is for all others.",
        project=Restriction.STRICTER,
    ),
    Row(
        "completion.popup",
        kinds.choice("auto", "always", "never"),
        "auto",
        "Whether the editor's menu offers completions too. `auto`: only if the editor "
        "has no inline completion.",
    ),
    Row(
        "completion.debounceMs",
        kinds.number(0, 10_000, none_word="adaptive"),
        None,
        "Milliseconds of quiet before a request, or `adaptive`.",
    ),
    Row(
        "completion.maxTokens",
        kinds.whole(1, 4096),
        256,
        "The longest answer, in tokens.",
        project=Restriction.LOWER,
    ),
    Row(
        "completion.maxLines",
        kinds.whole(1, 500),
        20,
        "The longest suggestion, in lines.",
        project=Restriction.LOWER,
    ),
    Row(
        "completion.temperature",
        kinds.number(0, 2),
        0.0,
        "0 gives the most likely text; higher values vary it more.",
    ),
    Row(
        "completion.minConfidence",
        kinds.number(0, 1),
        None,
        "Hides suggestions whose mean token probability is lower, if the endpoint "
        "reports it; null hides none.",
        project=Restriction.RAISE,
    ),
    Row(
        "completion.candidates",
        kinds.whole(1, 10),
        3,
        "How many suggestions one place can have; further ones are fetched only when "
        "you ask again.",
        project=Restriction.LOWER,
    ),
    Row(
        "completion.prefixTokens",
        kinds.whole(16, 100_000),
        2000,
        "How much text before the cursor is sent, in tokens.",
        project=Restriction.LOWER,
    ),
    Row(
        "completion.suffixTokens",
        kinds.whole(0, 100_000),
        128,
        "How much text after the cursor is sent, in tokens. A provider on this machine "
        "gets 32 unless you set this.",
        project=Restriction.LOWER,
        chosen="suffix_is_chosen",
    ),
    Row(
        "completion.contextTokens",
        kinds.whole(0, 100_000),
        600,
        "How much text from other files of the workspace is sent, in tokens.",
        project=Restriction.LOWER,
    ),
    Row(
        "chat.provider",
        kinds.text("the name of a provider"),
        "auto",
        "Who answers chat actions. `auto`: the completion provider if it can chat.",
    ),
    Row(
        "chat.model",
        kinds.text("the name of a model"),
        "auto",
        "The model for chat actions.",
    ),
    Row(
        "chat.thinking",
        kinds.flag(),
        default=False,
        help="Let the model think before it answers: slower and more expensive.",
        project=Restriction.OFF,
    ),
    Row(
        "chat.maxTokens",
        kinds.whole(1, 100_000),
        None,
        "The longest answer of a chat action, in tokens; null means 512 plus twice the "
        "selection.",
        project=Restriction.LOWER,
    ),
    Row(
        "chat.timeout",
        kinds.number(1, 3600),
        120.0,
        "Seconds after which a chat action is given up.",
        project=Restriction.LOWER,
    ),
    Row(
        "chat.instructions",
        kinds.text(may_be_empty=True),
        "",
        "Added to every chat prompt.",
        project=Restriction.ADD,
        editor=Restriction.ADD,
    ),
    Row(
        "chat.menu",
        kinds.texts("action ids"),
        ("fix", "edit", "explain", "document", "tests"),
        "Actions listed as code actions; all others run by command.",
        project=Restriction.FEWER,
    ),
    Row(
        "chat.actions",
        kinds.mapping(_ACTION, "actions by id"),
        MappingProxyType({}),
        "Actions of your own: `title`, `prompt`, `apply` (`replace`, `insert`, "
        "`newFile` or `show`), `kind`, `languages`.",
    ),
    Row(
        "chat.tools",
        kinds.flag(),
        default=False,
        help="The model may read files of the workspace.",
        project=Restriction.OFF,
        editor=Restriction.OFF,
    ),
    Row(
        "providers.*.dialect",
        kinds.text("the name of a dialect"),
        None,
        "The shape of the requests that the endpoint understands.",
    ),
    Row(
        "providers.*.baseUrl",
        kinds.url(),
        None,
        "Where the endpoint is. From an editor's settings it gets the key only if "
        "the host is the provider's own, this machine, or one of `trustedHosts`.",
    ),
    Row(
        "providers.*.apiKeyEnv",
        kinds.text("the name of an environment variable"),
        None,
        "The environment variable that holds the key.",
        user_only=True,
    ),
    Row(
        "providers.*.apiKeyCommand",
        kinds.words_of_command(),
        None,
        "A command whose first output line is the key; run without a shell.",
        user_only=True,
    ),
    Row(
        "providers.*.apiKeyHeader",
        kinds.text("the name of an HTTP header"),
        None,
        "The header that holds the key, such as `api-key`, if the service does not "
        "take `Authorization: Bearer`.",
        user_only=True,
    ),
    Row(
        "providers.*.unversioned",
        kinds.flag(),
        None,
        "Whether the paths of the service have no version: `/chat/completions` in "
        "place of `/v1/chat/completions`.",
    ),
    Row(
        "providers.*.model",
        kinds.text("the name of a model"),
        None,
        "The model for completion at this provider.",
    ),
    Row(
        "providers.*.chatModel",
        kinds.text("the name of a model"),
        None,
        "The model for chat actions at this provider.",
    ),
    Row(
        "providers.*.template",
        kinds.text("the name of a template"),
        None,
        "The model family whose fill-in-the-middle tokens are used; for endpoints "
        "without a suffix field.",
    ),
    Row(
        "providers.*.headers",
        kinds.mapping(kinds.text(), "names of HTTP headers with texts"),
        None,
        "Further HTTP headers; their values are never shown.",
        user_only=True,
    ),
    Row(
        "providers.*.timeouts",
        _TIMEOUTS,
        None,
        "Limits in seconds: `connect`, `firstToken`, `silence`, `total`.",
    ),
    Row(
        "providers.*.allowInsecure",
        kinds.flag(),
        None,
        "Allow plain http to a host that is not this machine.",
        user_only=True,
    ),
    Row(
        "providers.*.proxy",
        kinds.url(),
        None,
        "The proxy for this provider, instead of the system's.",
        user_only=True,
    ),
    Row(
        "providers.*.caFile",
        kinds.text("the path of a file"),
        None,
        "Certificates to trust besides the system's, as a PEM file.",
        user_only=True,
    ),
    Row(
        "providers.*.prices",
        kinds.mapping(_PRICE, "prices by model"),
        None,
        "Your own prices by model, per million tokens: `input`, `output`, `cacheHit`, "
        "`currency`.",
        editor=Restriction.ADD,
    ),
    Row(
        "providers.*.completionBody",
        request_body.completion_body(),
        None,
        "Further fields for the body of a completion request, such as `top_p` or "
        "`stop`; not those that fim-lsp sets itself.",
        user_only=True,
    ),
    Row(
        "providers.*.chatBody",
        request_body.chat_body(),
        None,
        "Further fields for the body of a chat request, such as `top_p` or "
        "`response_format`; not those that fim-lsp sets itself.",
        user_only=True,
    ),
    Row(
        "providers.*.editDialect",
        kinds.choice("mercury", "zeta2", "sweep"),
        None,
        "The format in which the provider is asked for next edits; without it, it is "
        "not asked for them.",
    ),
    Row(
        "nextEdit.enabled",
        kinds.flag(),
        default=True,
        help="Whether the next edit is proposed after an edit.",
        project=Restriction.OFF,
    ),
    Row(
        "nextEdit.sources",
        kinds.texts("`repeat`, `chat` or names of providers"),
        ("repeat",),
        "Who may propose the next edit: `repeat` (no model), `chat` (the chat model), "
        "or the name of a provider with an `editDialect`.",
        project=Restriction.FEWER,
        editor=Restriction.FEWER,
    ),
    Row(
        "nextEdit.hint",
        kinds.choice("auto", "always", "never"),
        "auto",
        "Whether a next edit elsewhere is shown as a hint. `auto`: only if the editor "
        "has nothing better.",
    ),
    Row(
        "fallback",
        kinds.texts("names of providers"),
        ("echo",),
        "Which providers answer while the first is paused, unreachable or over budget.",
        project=Restriction.FEWER,
    ),
    Row(
        "privacy.exclude",
        kinds.texts("patterns as in .gitignore"),
        (),
        "More files that are never sent, besides the built-in list.",
        project=Restriction.ADD,
        editor=Restriction.ADD,
    ),
    Row(
        "privacy.include",
        kinds.texts("patterns as in .gitignore"),
        (),
        "Files that are sent although a rule of the built-in list or of your own "
        "excludes them.",
        editor=Restriction.FEWER,
    ),
    Row(
        "privacy.respectGitignore",
        kinds.flag(),
        default=True,
        help="Never send files that git ignores.",
        project=Restriction.ON,
        editor=Restriction.ON,
    ),
    Row(
        "budget.daily",
        kinds.money(none_word="none"),
        Decimal("1.00"),
        "What may be spent in a day; `none` or null means no limit. The default does "
        "not apply to endpoints on this machine; a value that you set does.",
        project=Restriction.LOWER,
        editor=Restriction.LOWER,
        chosen="is_set",
    ),
    Row(
        "budget.currency",
        kinds.text("a currency"),
        "USD",
        "The currency of `budget.daily`.",
        user_only=True,
    ),
    Row(
        "log.level",
        kinds.choice("error", "warning", "info", "debug"),
        "warning",
        "How much is logged. Keys are never logged.",
    ),
    Row(
        "trustedHosts",
        kinds.texts("host names"),
        (),
        "Hosts that may get a key even if only the editor's settings name them.",
        user_only=True,
    ),
)
