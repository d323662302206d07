"""An action's result as JSON and as a diff, for the server and the command line."""

from __future__ import annotations

import difflib
from collections.abc import Callable
from pathlib import Path
from typing import Any

from ..text import Edit, Place, Span, apply, path_of
from .actions import Action
from .answer import Result

# How the path of a file is shown.
Naming = Callable[[Path], str]


def result_data(action: Action, result: Result, named: Naming) -> dict[str, Any]:
    """The result as JSON; lines and columns count from 1."""
    tokens, cost = result.tokens, result.cost
    return {
        "action": action.id,
        "outcome": result.outcome,
        "reason": result.reason,
        "edits": _edits(result, named),
        "markdown": result.markdown,
        "diff": diff(result, named),
        "tokens": tokens and tokens.data(),
        "cost": cost and cost.data(),
    }


def diff(result: Result, named: Naming) -> str:
    """The change as a unified diff that `patch` and `git apply` take."""
    if result.new_file:
        name = named(result.new_file).lstrip("/")
        return _unified("/dev/null", f"b/{name}", "", result.new_text)
    name = _document_name(result, named).lstrip("/")
    after = apply(result.document, result.edits, 0).text
    return _unified(f"a/{name}", f"b/{name}", result.document.text, after)


def _edits(result: Result, named: Naming) -> list[dict[str, Any]]:
    """The edits from the first to the last."""
    if result.new_file:
        start = Place(0, 0)
        new = Edit(Span(start, start), result.new_text)
        return [_edit(named(result.new_file), new)]
    name = _document_name(result, named)
    return [_edit(name, edit) for edit in reversed(result.edits)]


def _edit(name: str, edit: Edit) -> dict[str, Any]:
    return {
        "path": name,
        "newText": edit.new_text,
        "startLine": edit.span.start.line + 1,
        "startColumn": edit.span.start.column + 1,
        "endLine": edit.span.end.line + 1,
        "endColumn": edit.span.end.column + 1,
    }


def _document_name(result: Result, named: Naming) -> str:
    """The document's path as it is shown; the URI of one that is not a file."""
    path = path_of(result.document.uri)
    return named(path) if path else result.document.uri


def _unified(old_name: str, new_name: str, old: str, new: str) -> str:
    """A unified diff of two texts, whose lines end with a line feed or not at all."""
    lines = difflib.unified_diff(_lines(old), _lines(new), old_name, new_name)
    return "".join(
        line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n"
        for line in lines
    )


def _lines(text: str) -> list[str]:
    """The lines as git sees them: only a line feed ends one."""
    *lines, last = text.split("\n")
    return [*(f"{line}\n" for line in lines), *([last] if last else [])]
