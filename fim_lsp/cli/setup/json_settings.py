"""Settings files in JSON with comments: one value is set, or taken out again."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from ...errors import InputError
from . import jsonc
from .change import Plan, read

# A key, and the keys of the objects around it.
Keys = tuple[str, ...]


def with_values(
    path: Path,
    editor: str,
    values: Sequence[tuple[Keys, Any]],
    notes: tuple[str, ...] = (),
) -> Plan:
    """Set `values` in the file at `path`.  Raises InputError where it is not JSON."""
    before = read(path)
    after = before or ""
    try:
        for keys, value in values:
            after = jsonc.with_value(after, keys, value)
    except jsonc.NotUnderstood:
        raise not_json(path, editor) from None
    return Plan(path, before, after, notes)


def without_values(path: Path, editor: str, places: Sequence[Keys]) -> Plan:
    """Take the values at `places` out of the file, which is deleted where it was only
    made for them.  Raises InputError where it is not JSON.
    """
    before = read(path)
    if before is None:
        return Plan(path, None, None)
    after = before
    try:
        for keys in places:
            after = jsonc.without_value(after, keys)
        is_empty = after != before and "".join(after.split()) == "{}"
    except jsonc.NotUnderstood:
        raise not_json(path, editor) from None
    return Plan(path, before, None if is_empty else after)


def not_json(path: Path, editor: str) -> InputError:
    """What the user reads where a file is something else."""
    return InputError(f"{path} is not JSON as {editor} writes it; nothing was changed.")
