"""Fields that the user may add to the bodies of requests, and their types."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from . import kinds
from .kinds import SettingKind, Wrong

# Fields that fim-lsp sets itself, under their names in all dialects.
OWNED = frozenset(
    {
        *("model", "messages", "prompt", "suffix", "stream", "stream_options", "tools"),
        *("n", "echo", "temperature", "max_tokens", "max_completion_tokens"),
        *("input_prefix", "input_suffix", "input_extra", "n_predict"),
        *("segments", "num_predict", "max_new_tokens"),
    }
)

_PENALTY = kinds.number(-2, 2)
_STOP = kinds.texts("texts")
_KNOWN: Mapping[str, SettingKind] = {
    "top_p": kinds.number(0, 1),
    "frequency_penalty": _PENALTY,
    "presence_penalty": _PENALTY,
    "stop": _STOP,
    "user_id": kinds.text(),
}
_COMPLETION: Mapping[str, SettingKind] = {**_KNOWN, "logprobs": kinds.whole(0, 20)}
_CHAT: Mapping[str, SettingKind] = {
    **_KNOWN,
    "logprobs": kinds.flag(),
    "top_logprobs": kinds.whole(0, 20),
    "reasoning_effort": kinds.text(),
}
# Fields whose value must be a table.
_TABLES = frozenset({"response_format"})
# Fields whose value must be a table or a text.
_TABLES_OR_TEXTS = frozenset({"tool_choice"})


def completion_body() -> SettingKind:
    """The kind of a table of fields for the bodies of completions."""
    return _body(_COMPLETION)


def chat_body() -> SettingKind:
    """The kind of a table of fields for the bodies of chat requests."""
    return _body(_CHAT)


def _body(known: Mapping[str, SettingKind]) -> SettingKind:
    """A table of JSON values, of which unusable ones and those of `OWNED` are left out.

    known: the kinds of the fields whose values are checked.
    """

    def read(raw: Any) -> Mapping[str, Any]:
        if not isinstance(raw, Mapping):
            raise Wrong(words)
        fields: dict[str, Any] = {}
        wrong: list[str] = []
        for name, value in raw.items():
            try:
                fields[str(name)] = _field(str(name), value, known)
            except Wrong as problem:
                wrong.append(problem.expected)
        frozen = MappingProxyType(fields)
        if wrong:
            raise Wrong("; ".join(wrong), usable=frozen)
        return frozen

    words = "a table of fields for the body of a request"
    properties = {name: kind.schema for name, kind in known.items()}
    schema = {"type": "object", "properties": properties}
    return SettingKind(read, words, schema, is_mapping=True)


def _field(name: str, value: Any, known: Mapping[str, SettingKind]) -> Any:
    """The value of one field, made of JSON types; raises Wrong."""
    if name in OWNED:
        raise Wrong(f'without "{name}", which fim-lsp sets itself')
    if name in known:
        try:
            read = known[name].read(value)
        except Wrong as problem:
            raise Wrong(f'with "{name}" as {problem.expected}') from None
        return list(read) if isinstance(read, tuple) else read
    if name in _TABLES and not isinstance(value, Mapping):
        raise Wrong(f'with "{name}" as a table')
    if name in _TABLES_OR_TEXTS and not isinstance(value, Mapping | str):
        raise Wrong(f'with "{name}" as a text or a table')
    if isinstance(value, Mapping):
        return {
            str(inner): _field(str(inner), entry, {}) for inner, entry in value.items()
        }
    return _json(name, value)


def _json(name: str, value: Any) -> Any:
    """A value made of JSON types.  Raises Wrong for a date or an infinite number."""
    if isinstance(value, list | tuple):
        return [_json(name, entry) for entry in value]
    if isinstance(value, Mapping):
        return {str(inner): _json(name, entry) for inner, entry in value.items()}
    is_finite = not isinstance(value, float) or abs(value) < float("inf")
    if is_finite and isinstance(value, str | int | float | bool):
        return value
    raise Wrong(f'with "{name}" as a text, a number, true, false, a list or a table')
