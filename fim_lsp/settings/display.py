"""The settings in force as they are displayed: without anything that may be secret."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, fields, is_dataclass
from decimal import Decimal
from typing import Any

from .kinds import snake
from .parse import LayerName, Parsed
from .table import ROWS

# Stands for what may be a secret.
HIDDEN = "***"


@dataclass(frozen=True, slots=True)
class DisplayedSetting:
    """One setting in force; `value` is made of JSON types and holds no secret."""

    key: str
    value: Any
    origin: LayerName


def in_force(parsed: Parsed) -> tuple[DisplayedSetting, ...]:
    """Every setting that has a value, in the order of the table."""
    displayed = []
    for row in ROWS:
        names = parsed.settings.providers if "*" in row.path else [""]
        for name in names:
            key = row.key.replace("*", name)
            if key not in parsed.origins:
                continue
            value = _value(parsed, row.path, name)
            if value is None:
                value = row.kind.none_word
            displayed.append(
                DisplayedSetting(key, _masked(row.path[-1], value), parsed.origins[key])
            )
    return tuple(displayed)


def without_user_info(address: str) -> str:
    """An address whose user name, password and query values are hidden.

    Only the version of an API, as in `?api-version=2024-10-21`, stays visible.
    """
    address = re.sub(r"(?<=//)[^/?#]*@|^[^/?#]*@", f"{HIDDEN}@", address)
    return re.sub(r"([?&](?!api-version=)[^=&#]*=)[^&#]*", rf"\1{HIDDEN}", address)


def _value(parsed: Parsed, path: tuple[str, ...], name: str) -> Any:
    value: Any = parsed.settings
    for part in path:
        is_named = part == "*"
        value = value[name] if is_named else getattr(value, snake(part))
    return value


def _masked(last: str, value: Any) -> Any:
    match last:
        case "headers":
            return dict.fromkeys(value, HIDDEN)
        case "apiKeyCommand":
            return [value[0], *([HIDDEN] if len(value) > 1 else [])]
        case "baseUrl" | "proxy":
            return without_user_info(value)
    return _as_json(value)


def _as_json(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {name: _as_json(inner) for name, inner in value.items()}
    if is_dataclass(value):
        return {
            _camel(field.name): _as_json(getattr(value, field.name))
            for field in fields(value)
            if getattr(value, field.name) is not None
        }
    if isinstance(value, tuple):
        return [_as_json(inner) for inner in value]
    return str(value) if isinstance(value, Decimal) else value


def _camel(name: str) -> str:
    return re.sub(r"_([a-z])", lambda match: match[1].upper(), name)
