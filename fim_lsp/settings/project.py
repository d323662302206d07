"""What a project's own .fim-lsp.toml may do: restrict, and add chat instructions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any

from .kinds import snake
from .parse import Problem, is_value, leaves, read_leaf
from .table import ProjectRule, Row
from .values import Settings

_FREEDOM = MappingProxyType(
    {True: 2, "automatic": 2, "manual": 1, False: 0}
)  # how freely a trigger or a language rule completes


def restrict(
    settings: Settings, project_values: Mapping[str, Any]
) -> tuple[Settings, tuple[Problem, ...]]:
    """The settings for documents of a project.  What would loosen is ignored."""
    problems: list[Problem] = []
    for leaf in leaves(project_values):
        if leaf.row is not None and leaf.row.project is None:
            problems.append(_not_allowed(leaf.key))
            continue
        wanted, problem = read_leaf(leaf, "project")
        if problem is not None:
            problems.append(problem)
        if leaf.row is None or not is_value(wanted):
            continue
        now = _get(settings, leaf.row)
        if wanted == now:
            continue
        value = _restricted(leaf.row, now, wanted)
        if value is None:
            problems.append(_not_allowed(leaf.key, leaf.row.project))
        else:
            settings = _put(settings, leaf.row, value)
    return settings, tuple(problems)


def _restricted(row: Row, now: Any, wanted: Any) -> Any:
    """The value that holds from now on, or None where `wanted` would loosen it."""
    value: Any = None
    match row.project:
        case ProjectRule.OFF | ProjectRule.ON:
            value = wanted if wanted == (row.project is ProjectRule.ON) else None
        case ProjectRule.LOWER if wanted is not None:
            value = wanted if now is None or wanted <= now else None
        case ProjectRule.RAISE if wanted is not None:
            value = wanted if now is None or wanted >= now else None
        case ProjectRule.ADD if isinstance(now, str):
            value = "\n".join(part for part in (now, wanted) if part)
        case ProjectRule.ADD:
            value = (*now, *(entry for entry in wanted if entry not in now))
        case ProjectRule.FEWER:
            value = tuple(entry for entry in now if entry in wanted)
        case ProjectRule.STRICTER if isinstance(now, Mapping):
            value = _stricter_languages(now, wanted)
        case ProjectRule.STRICTER:
            value = wanted if _FREEDOM[wanted] <= _FREEDOM[now] else None
    return value


def _stricter_languages(
    now: Mapping[str, Any], wanted: Mapping[str, Any]
) -> Mapping[str, Any]:
    """Each language at the stricter of both rules; `*` bears on every one."""
    names = {*now, *wanted}
    ruled = {
        name: min(
            now.get(name, now.get("*", True)),
            wanted.get(name, wanted.get("*", True)),
            key=lambda rule: _FREEDOM[rule],
        )
        for name in names
    }
    return MappingProxyType(ruled)


def _get(settings: Settings, row: Row) -> Any:
    value: Any = settings
    for part in row.path:
        value = getattr(value, snake(part))
    return value


def _put(settings: Settings, row: Row, value: Any) -> Settings:
    if len(row.path) == 1:
        return replace(settings, **{snake(row.key): value})
    group, last = (snake(part) for part in row.path)
    changes = {last: value}
    if row.chosen:
        changes[row.chosen] = True
    inner = replace(getattr(settings, group), **changes)
    return replace(settings, **{group: inner})


def _not_allowed(key: str, project: ProjectRule | None = None) -> Problem:
    what = f"it {project.value}, no more" if project else "it may only restrict"
    sentence = f"{key} in the project's .fim-lsp.toml is ignored: {what}."
    return Problem("project", key, sentence)
