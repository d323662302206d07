"""Turns layers of raw settings into frozen settings and a list of problems."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any, Literal

from .kinds import Wrong, snake
from .restriction import restricted
from .table import ROWS, Row
from .values import (
    BudgetSettings,
    ChatSettings,
    CompletionSettings,
    LogSettings,
    NextEditSettings,
    PrivacySettings,
    ProviderSettings,
    Settings,
)

LayerName = Literal["default", "user", "editor", "environment", "project"]
# The parts of a dotted key.
Path = tuple[str, ...]

# What each layer is called in sentences.
NAMES: Mapping[LayerName, str] = {
    "default": "the defaults",
    "user": "the user file",
    "editor": "the editor's settings",
    "environment": "the environment",
    "project": "the project's .fim-lsp.toml",
}
# The layers of `parse`, from the weakest to the strongest.
_ORDER: tuple[LayerName, ...] = ("default", "user", "editor", "environment")
_ROW_BY_PATH: Mapping[Path, Row] = {row.path: row for row in ROWS}
# The paths of the tables that hold settings, the empty path of the whole included.
_GROUPS = frozenset(row.path[:depth] for row in ROWS for depth in range(len(row.path)))
# Keys in the section "fim-lsp" that editor extensions read, and not the server.
_OF_THE_CLIENT = frozenset({"server", "trace"})


@dataclass(frozen=True, slots=True)
class Layer:
    """Raw settings from one place.

    The keys may be nested or dotted, and may stand in a table called "fim-lsp".
    """

    name: LayerName
    values: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Problem:
    """Something in a layer that cannot be used; the rest of the layer still counts.

    path: the dotted key.
    """

    layer: LayerName
    path: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Parsed:
    """The settings in force, and where they come from.

    origins: by dotted key, the layer that gave the value.
    """

    settings: Settings
    problems: tuple[Problem, ...]
    origins: Mapping[str, LayerName]


@dataclass(frozen=True, slots=True)
class Leaf:
    """A raw value of a layer; `row` is None if no setting has this path."""

    path: Path
    row: Row | None
    raw: Any

    @property
    def key(self) -> str:
        return ".".join(self.path)


def parse(layers: Sequence[Layer]) -> Parsed:
    """The settings in force.  Never raises: unusable values become problems."""
    values: dict[Path, Any] = {}
    origins: dict[str, LayerName] = {}
    for row in ROWS:
        if "*" not in row.path:
            values[row.path] = row.default
            origins[row.key] = "default"
    problems: list[Problem] = []
    ranked = [layer for layer in layers if layer.name in _ORDER]
    for layer in sorted(ranked, key=lambda layer: _ORDER.index(layer.name)):
        for leaf in leaves(layer.values):
            value, problem = _value_in(leaf, layer.name, values.get(leaf.path))
            if problem is not None:
                problems.append(problem)
            if value is _NOTHING or leaf.row is None:
                continue
            if leaf.row.kind.is_mapping:
                value = MappingProxyType({**(values.get(leaf.path) or {}), **value})
            values[leaf.path] = value
            origins[leaf.key] = layer.name
    return Parsed(
        _settings(values, origins), tuple(problems), MappingProxyType(origins)
    )


def _value_in(leaf: Leaf, layer: LayerName, before: Any) -> tuple[Any, Problem | None]:
    """As `read_leaf`, but the editor's settings can only restrict some settings.

    before: the value that weaker layers gave.
    """
    value, problem = read_leaf(leaf, layer)
    if value is _NOTHING or layer != "editor" or not leaf.row or not leaf.row.editor:
        return value, problem
    rule = leaf.row.editor
    value, is_allowed = restricted(rule, before, value)
    if is_allowed:
        return value, problem
    sentence = (
        f"{leaf.key}: the editor's settings may only {rule.value}, because a project "
        "can change them; set it in the user file or the environment."
    )
    value = _NOTHING if value == before else value
    return value, problem or Problem(layer, leaf.key, sentence)


def leaves(values: Mapping[str, Any]) -> Iterator[Leaf]:
    """Every value of a layer with the setting it belongs to, in the order written."""
    yield from _walk((), values)


def _walk(path: Path, node: Mapping[str, Any]) -> Iterator[Leaf]:
    for key, raw in node.items():
        first, _, rest = str(key).partition(".")
        if not path and first == "fim-lsp":
            below = path
        elif not path and first in _OF_THE_CLIENT:
            continue
        else:
            below = (*path, first)
        inner = {rest: raw} if rest else raw
        row = _ROW_BY_PATH.get(_pattern(below))
        if row is not None and (not rest or row.kind.is_mapping):
            yield Leaf(below, row, inner)
        elif row is None and _pattern(below) in _GROUPS and isinstance(inner, Mapping):
            yield from _walk(below, inner)
        elif inner is not None:
            unknown = (*path, *str(key).split("."))
            yield Leaf(unknown, None, inner)


# Stands for "no value", as None is a value of some settings.
_NOTHING = object()


def read_leaf(leaf: Leaf, layer: LayerName) -> tuple[Any, Problem | None]:
    """The value of a leaf, `_NOTHING` if none counts; and what is wrong with it."""
    if leaf.row is None:
        return _NOTHING, Problem(layer, leaf.key, _unknown(leaf.path, layer))
    if leaf.raw in leaf.row.kind.unset:
        return _NOTHING, None
    if leaf.row.user_only and layer not in {"user", "environment"}:
        sentence = (
            f"{leaf.key} is ignored in {NAMES[layer]}; "
            "set it in the user file or the environment."
        )
        return _NOTHING, Problem(layer, leaf.key, sentence)
    try:
        return leaf.row.kind.read(leaf.raw), None
    except Wrong as wrong:
        sentence = f"{leaf.key} in {NAMES[layer]} should be {wrong.expected}."
        problem = Problem(layer, leaf.key, sentence)
        return (_NOTHING if wrong.usable is None else wrong.usable), problem


def is_value(value: Any) -> bool:
    """Whether `read_leaf` has returned a value, and not `_NOTHING`."""
    return value is not _NOTHING


def _pattern(path: Path) -> Path:
    """The path with `*` in place of a provider's name."""
    if len(path) > 1 and path[0] == "providers":
        return ("providers", "*", *path[2:])
    return path


def _unknown(path: Path, layer: LayerName) -> str:
    key = ".".join(path)
    if _pattern(path) in _GROUPS or key == "fim-lsp":
        return f"{key} in {NAMES[layer]} should be a table of settings."
    # If two settings have the same last name, the first in the table is suggested.
    lasts = {row.path[-1]: _named(row.path, path) for row in reversed(ROWS)}
    if len(path) == 1 and key in lasts:
        return f"{key} in {NAMES[layer]} is not a setting; did you mean {lasts[key]}?"
    keys = [_named(row.path, path) for row in ROWS]
    near = difflib.get_close_matches(key, keys, n=1, cutoff=0.75)
    if not near:
        last = difflib.get_close_matches(path[-1], lasts, n=1, cutoff=0.85)
        near = [lasts[last[0]]] if last else []
    hint = f"; did you mean {near[0]}?" if near else "."
    return f"{key} in {NAMES[layer]} is not a setting{hint}"


def _named(row_path: Path, path: Path) -> str:
    """The dotted key of a row, with the name of the provider that `path` names."""
    name = path[1] if len(path) > 1 and path[0] == "providers" else "NAME"
    return ".".join(name if part == "*" else part for part in row_path)


def _settings(values: Mapping[Path, Any], origins: Mapping[str, LayerName]) -> Settings:
    def group(name: str) -> dict[str, Any]:
        rows = [row for row in ROWS if row.path[0] == name]
        fields = {snake(row.path[-1]): values[row.path] for row in rows}
        chosen = {
            row.chosen: origins[row.key] != "default" for row in rows if row.chosen
        }
        return {**fields, **chosen}

    return Settings(
        completion=CompletionSettings(**group("completion")),
        chat=ChatSettings(**group("chat")),
        providers=_providers(values, origins),
        next_edit=NextEditSettings(**group("nextEdit")),
        fallback=values["fallback",],
        privacy=PrivacySettings(**group("privacy")),
        budget=BudgetSettings(**group("budget")),
        log=LogSettings(**group("log")),
        trusted_hosts=tuple(host.lower() for host in values["trustedHosts",]),
    )


def _providers(
    values: Mapping[Path, Any], origins: Mapping[str, LayerName]
) -> Mapping[str, ProviderSettings]:
    providers: dict[str, ProviderSettings] = {}
    for path, value in values.items():
        if path[0] != "providers":
            continue
        _, name, last = path
        provider = providers.get(name, ProviderSettings(name))
        provider = replace(provider, **{snake(last): value})
        if last == "baseUrl":
            origin = origins[".".join(path)]
            provider = replace(provider, base_url_origin=origin)
        providers[name] = provider
    return MappingProxyType(providers)
