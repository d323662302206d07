"""A project's own .fim-lsp.toml: it may restrict settings, and add instructions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from .kinds import snake
from .parse import Problem, is_value, leaves, read_leaf
from .restriction import restricted
from .table import Row
from .values import Settings


def restrict(
    settings: Settings, project_values: Mapping[str, Any]
) -> tuple[Settings, tuple[Problem, ...]]:
    """The settings for documents of a project, and the problems of the project's file.

    settings: the settings without the project's file.
    project_values: the raw values of the project's file.
    """
    problems: list[Problem] = []
    for leaf in leaves(project_values):
        row = leaf.row
        if row is not None and row.project is None:
            sentence = f"{leaf.key} is ignored in a project's .fim-lsp.toml."
            problems.append(Problem("project", leaf.key, sentence))
            continue
        wanted, problem = read_leaf(leaf, "project")
        if problem is not None:
            problems.append(problem)
        if row is None or row.project is None or not is_value(wanted):
            continue
        before = _get(settings, row)
        if wanted == before:
            continue
        value, is_allowed = restricted(row.project, before, wanted)
        if not is_allowed:
            what = f"A project's .fim-lsp.toml may only {row.project.value}"
            sentence = f"{what}: the rest of {leaf.key} is ignored there."
            problems.append(Problem("project", leaf.key, sentence))
        if value != before:
            settings = _put(settings, row, value)
    return settings, tuple(problems)


def _get(settings: Settings, row: Row) -> Any:
    value: Any = settings
    for part in row.path:
        value = getattr(value, snake(part))
    return value


def _put(settings: Settings, row: Row, value: Any) -> Settings:
    """`settings` with the setting of `row` changed."""
    if len(row.path) == 1:
        return replace(settings, **{snake(row.key): value})
    group, last = (snake(part) for part in row.path)
    changes = {last: value}
    if row.chosen:
        changes[row.chosen] = True
    inner = replace(getattr(settings, group), **changes)
    return replace(settings, **{group: inner})
