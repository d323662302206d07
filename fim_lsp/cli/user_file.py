"""The user's `config.toml`, changed by a few settings; all else stays as it is."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterator, Mapping
from copy import deepcopy
from typing import Any

from ..errors import InputError
from ..settings import user_file
from .setup.change import Plan, read

# Tables of settings by their path, such as `("providers", "office")`.  None as a value
# takes the setting away.
Tables = Mapping[tuple[str, ...], Mapping[str, Any]]

_ROOT = "fim-lsp"  # the table in which all settings may stand
_HEADER = re.compile(r"\s*\[(?!\[)(?P<keys>[^\]\n]*)\]\s*(?:#.*)?")
_KEY = re.compile(
    r'\s*(?:"(?P<quoted>[^"]*)"|\'(?P<literal>[^\']*)\'|(?P<bare>[\w-]+))'
)


def plan_for(tables: Tables) -> Plan:
    """How the user file is to be changed; nothing is written.

    Raises InputError for a file that cannot be read, or not be changed safely.
    """
    path = user_file()
    before = read(path)
    try:
        after = with_settings(before or "", tables)
    except ValueError:
        raise InputError(
            f"{path} cannot be changed safely; put the settings in by hand:\n"
            f"{as_toml(tables)}"
        ) from None
    return Plan(path, before, after)


def with_settings(text: str, tables: Tables) -> str:
    """`text`, a TOML document, with the settings in it.

    Raises ValueError where `text` is not TOML, and where the change would not say
    what it should: the result is read again and compared.
    """
    before = tomllib.loads(text)
    root = (_ROOT,) if isinstance(before.get(_ROOT), dict) else ()
    lines = text.splitlines()
    for path, values in tables.items():
        lines = _with_table(lines, (*root, *path), values)
    after = "\n".join(lines).rstrip("\n") + "\n"
    if tomllib.loads(after) != _merged(before, root, tables):
        raise ValueError("The file is written in a way that is not understood.")
    return after.replace("\n", "\r\n") if "\r\n" in text else after


def as_toml(tables: Tables) -> str:
    """The settings as a TOML document of their own."""
    return "\n".join(_block(path, values) for path, values in tables.items())


def _block(path: tuple[str, ...], values: Mapping[str, Any]) -> str:
    header = ".".join(map(_as_key, path))
    lines = [f"{_as_key(key)} = {_as_value(value)}" for key, value in _set(values)]
    return "\n".join([f"[{header}]", *lines]) + "\n"


def _with_table(
    lines: list[str], path: tuple[str, ...], values: Mapping[str, Any]
) -> list[str]:
    """`lines` with the values in the table at `path`, which may be new."""
    begin, end = _section(lines, path)
    if begin is None:
        gap = [""] if lines and lines[-1].strip() else []
        if not list(_set(values)):
            return lines
        return [*lines, *gap, *_block(path, values).splitlines()]
    inside = lines[begin:end]
    for key, value in values.items():
        inside = _with_value(inside, key, value)
    return [*lines[:begin], *inside, *lines[end:]]


def _with_value(lines: list[str], key: str, value: Any) -> list[str]:
    """The lines of a table with one setting put in, changed or taken away."""
    new = [] if value is None else [f"{_as_key(key)} = {_as_value(value)}"]
    for at, line in enumerate(lines):
        name, _, _ = line.partition("=")
        if "=" in line and _keys(name) == (key,):
            return [*lines[:at], *new, *lines[at + 1 :]]
    filled = len(lines)
    while filled and not lines[filled - 1].strip():
        filled -= 1
    return [*lines[:filled], *new, *lines[filled:]]


def _section(lines: list[str], path: tuple[str, ...]) -> tuple[int | None, int]:
    """Where the lines of the table at `path` begin and end; None where it is new."""
    begin = None
    for at, line in enumerate(lines):
        if not line.lstrip().startswith("["):
            continue
        if begin is not None:
            return begin, at
        header = _HEADER.fullmatch(line)
        if header and _keys(header["keys"]) == path:
            begin = at + 1
    return begin, len(lines)


def _keys(text: str) -> tuple[str, ...]:
    """A dotted key as its parts; empty for what is not one."""
    parts: list[str] = []
    rest = text.strip()
    while match := _KEY.match(rest):
        parts.append(next(part for part in match.groups() if part is not None))
        rest = rest[match.end() :].lstrip()
        if not rest.startswith("."):
            break
        rest = rest[1:]
    return () if rest else tuple(parts)


def _merged(
    before: Mapping[str, Any], root: tuple[str, ...], tables: Tables
) -> dict[str, Any]:
    """What the changed document has to say."""
    after: dict[str, Any] = deepcopy(dict(before))
    for path, values in tables.items():
        if not list(_set(values)) and not _holds(after, (*root, *path)):
            continue
        table = after
        for part in (*root, *path):
            table = table.setdefault(part, {})
        for key, value in values.items():
            if value is None:
                table.pop(key, None)
            else:
                table[key] = value
    return after


def _holds(values: Any, path: tuple[str, ...]) -> bool:
    for part in path:
        if not isinstance(values, dict) or part not in values:
            return False
        values = values[part]
    return True


def _set(values: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    return ((key, value) for key, value in values.items() if value is not None)


def _as_key(key: str) -> str:
    return key if re.fullmatch(r"[A-Za-z0-9_-]+", key) else _as_value(key)


def _as_value(value: Any) -> str:
    """A text, a number or a truth value as TOML, which writes them as JSON does."""
    return json.dumps(value, ensure_ascii=False)
