"""Kinds of setting: how a raw value is read, described, and put into a JSON schema."""

from __future__ import annotations

import math
import re
import shlex
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from types import MappingProxyType
from typing import Any
from urllib.parse import urlsplit

Schema = dict[str, Any]


class Wrong(ValueError):
    """A raw value that cannot be used.

    expected: words that follow "should be" in a sentence.
    usable: the part of the value that still counts; None if no part does.
    """

    def __init__(self, expected: str, usable: Any = None) -> None:
        super().__init__(expected)
        self.expected = expected
        self.usable = usable


@dataclass(frozen=True, slots=True)
class SettingKind:
    """How settings of one kind are read and described.

    read: turns a raw value of JSON or TOML into the value of the setting, or raises
        Wrong.
    words: what a user may write, as words that follow "should be".
    from_text: turns the text of an environment variable into a raw value; None if no
        variable can hold the setting.
    is_mapping: whether the values of several layers are merged key by key.
    unset: the raw values that mean "not set".
    none_word: what a user writes for the value None; None if the setting has no such
        value.
    """

    read: Callable[[Any], Any]
    words: str
    schema: Schema
    from_text: Callable[[str], Any] | None = None
    is_mapping: bool = False
    unset: tuple[str | None, ...] = (None,)
    none_word: str | None = None


def flag() -> SettingKind:
    words = "true or false"

    def read(raw: Any) -> bool:
        if not isinstance(raw, bool):
            raise Wrong(words)
        return raw

    def from_text(text: str) -> Any:
        flags = {"true": True, "1": True, "yes": True, "on": True}
        flags |= {"false": False, "0": False, "no": False, "off": False}
        return flags.get(text.lower(), text)

    return SettingKind(read, words, {"type": "boolean"}, from_text)


def whole(low: int, high: int) -> SettingKind:
    words = f"a whole number from {low} to {high}"

    def read(raw: Any) -> int:
        value = _finite(raw, words)
        if value != int(value) or not low <= value <= high:
            raise Wrong(words)
        return int(value)

    schema = {"type": "integer", "minimum": low, "maximum": high}
    return SettingKind(read, words, schema, _number_from_text)


def number(low: float, high: float, *, none_word: str | None = None) -> SettingKind:
    """A number, or None if the user writes `none_word`."""
    or_word = f' or "{none_word}"' if none_word else ""
    words = f"a number from {low:g} to {high:g}{or_word}"

    def read(raw: Any) -> float | None:
        if none_word is not None and raw == none_word:
            return None
        value = _finite(raw, words)
        if not low <= value <= high:
            raise Wrong(words)
        return value

    schema: Schema = {"type": "number", "minimum": low, "maximum": high}
    if none_word:
        schema = {"anyOf": [schema, {"const": none_word}]}
    return SettingKind(read, words, schema, _number_from_text, none_word=none_word)


def money(*, none_word: str | None = None) -> SettingKind:
    """An amount of money as a Decimal that is not negative.

    With `none_word`, that word and null stand for the value None.  Null then cannot
    mean "not set", so the empty text means it: VS Code sends that.
    """
    words = "an amount, not negative" + (f', or "{none_word}"' if none_word else "")

    def read(raw: Any) -> Decimal | None:
        if none_word is not None and (raw is None or raw == none_word):
            return None
        if isinstance(raw, bool) or not isinstance(raw, int | float | str):
            raise Wrong(words)
        try:
            amount = Decimal(str(raw).strip())
        except InvalidOperation:
            raise Wrong(words) from None
        if not amount.is_finite() or amount < 0:
            raise Wrong(words)
        return amount

    schema: Schema = {"type": "number", "minimum": 0}
    if none_word:
        schema = {"anyOf": [schema, {"const": none_word}, {"type": "null"}]}
    unset = ("",) if none_word else (None,)
    return SettingKind(read, words, schema, str, unset=unset, none_word=none_word)


def text(words: str = "text", *, may_be_empty: bool = False) -> SettingKind:
    def read(raw: Any) -> str:
        if not isinstance(raw, str) or not (raw.strip() or may_be_empty):
            raise Wrong(words)
        return raw

    return SettingKind(read, words, {"type": "string"}, str)


def choice(*names: str | bool) -> SettingKind:
    words = "one of " + ", ".join(
        f'"{name}"' if isinstance(name, str) else str(name).lower() for name in names
    )

    def read(raw: Any) -> str | bool:
        for name in names:
            if raw == name and type(raw) is type(name):
                return name
        raise Wrong(words)

    return SettingKind(read, words, {"enum": list(names)}, str)


def url() -> SettingKind:
    """A base address.

    An unusable address still counts, as otherwise requests would go to the address of
    a weaker layer.
    """
    words = "an address that begins with https:// or http://"

    def read(raw: Any) -> str:
        if not isinstance(raw, str):
            raise Wrong(words, usable=str(raw))
        address = raw.strip()
        try:
            parts = urlsplit(address)
            is_usable = parts.scheme in {"http", "https"} and bool(parts.hostname)
            _ = parts.port
        except ValueError:
            is_usable = False
        if not is_usable or re.search(r"\s", address):
            raise Wrong(words, usable=address)
        return address

    return SettingKind(read, words, {"type": "string", "pattern": "^https?://"}, str)


def words_of_command() -> SettingKind:
    """A program and its arguments: a list, or one string split as a shell splits it."""
    words = "a command: a list of strings, or one string"

    def read(raw: Any) -> tuple[str, ...]:
        try:
            parts = shlex.split(raw) if isinstance(raw, str) else raw
        except ValueError:
            raise Wrong(words) from None
        if not isinstance(parts, list | tuple) or not parts:
            raise Wrong(words)
        if not all(isinstance(part, str) for part in parts):
            raise Wrong(words)
        return tuple(parts)

    schema = {
        "anyOf": [
            {"type": "array", "items": {"type": "string"}, "minItems": 1},
            {"type": "string"},
        ]
    }
    return SettingKind(read, words, schema, str)


def texts(item: str = "strings") -> SettingKind:
    """A list of strings, or one string, which is a list of one.

    Items that are not strings are left out.
    """
    words = f"a list of {item}"

    def read(raw: Any) -> tuple[str, ...]:
        items = [raw] if isinstance(raw, str) else raw
        if not isinstance(items, list | tuple):
            raise Wrong(words)
        kept = tuple(entry for entry in items if isinstance(entry, str) and entry)
        if len(kept) != len(items):
            raise Wrong(words, usable=kept)
        return kept

    return SettingKind(read, words, {"type": "array", "items": {"type": "string"}})


def mapping(of: SettingKind, words: str) -> SettingKind:
    """A table of names and values of one kind.  Unusable values are left out."""

    def read(raw: Any) -> Mapping[str, Any]:
        if not isinstance(raw, Mapping):
            raise Wrong(words)
        kept: dict[str, Any] = {}
        wrong: list[str] = []
        for name, value in raw.items():
            if value is None:
                continue
            try:
                kept[str(name)] = of.read(value)
            except Wrong as problem:
                wrong.append(f'{words} ("{name}" should be {problem.expected})')
                if problem.usable is not None:
                    kept[str(name)] = problem.usable
        frozen = MappingProxyType(kept)
        if wrong:
            raise Wrong("; ".join(wrong), usable=frozen)
        return frozen

    schema = {"type": "object", "additionalProperties": of.schema}
    return SettingKind(read, words, schema, is_mapping=True)


def record(
    make: Callable[..., Any],
    fields: Mapping[str, SettingKind],
    *,
    required: tuple[str, ...] = (),
    words: str,
) -> SettingKind:
    """A table with named fields, which `make` turns into a value.

    If a required field is missing or unusable, so is the whole table.
    """

    def read(raw: Any) -> Any:
        if not isinstance(raw, Mapping):
            raise Wrong(words)
        values: dict[str, Any] = {}
        wrong = [f'"{name}" is not part of it' for name in raw if name not in fields]
        for name, kind in fields.items():
            if raw.get(name) is None:
                continue
            try:
                values[snake(name)] = kind.read(raw[name])
            except Wrong as problem:
                wrong.append(f'"{name}" should be {problem.expected}')
        missing = [name for name in required if snake(name) not in values]
        wrong += [f'"{name}" is missing' for name in missing if raw.get(name) is None]
        usable = None if missing else make(**values)
        if wrong:
            raise Wrong(f"{words} ({'; '.join(wrong)})", usable=usable)
        return usable

    schema: Schema = {
        "type": "object",
        "properties": {name: kind.schema for name, kind in fields.items()},
        "additionalProperties": False,
    }
    if required:
        schema["required"] = list(required)
    return SettingKind(read, words, schema)


def snake(name: str) -> str:
    """`maxTokens` as `max_tokens`."""
    return re.sub(r"(?<=[a-z0-9])([A-Z])", r"_\1", name).lower()


def _finite(raw: Any, words: str) -> float:
    if isinstance(raw, bool) or not isinstance(raw, int | float):
        raise Wrong(words)
    try:
        value = float(raw)
    except OverflowError:  # a whole number may be larger than any float
        value = math.inf
    if not math.isfinite(value):
        raise Wrong(words)
    return value


def _number_from_text(value: str) -> Any:
    try:
        return int(value)
    except ValueError:
        pass
    try:
        return float(value)
    except ValueError:
        return value
