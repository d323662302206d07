"""How results are printed: JSON, tables, plain lines.

The only place that prints beside `console.py`; both let through what can be seen.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Sequence
from typing import Any, Final

import click

from ..text import visible

# What JSON would write as it is, although it cannot be seen.
_UNSEEN: Final = re.compile(
    "[\x7f-\x9f\xad\u061c\u180e\u200b-\u200f\u202a-\u202e"
    "\u2060-\u206f\ufe00-\ufe0f\ufeff\U000e0000-\U000e0fff]"
)


def say(sentence: str = "", *, mark: str = "") -> None:
    """A sentence beside the output, on stderr; `mark` stands before it, coloured."""
    click.echo(mark + visible(sentence), err=True)


def put(text: str = "", *, mark: str = "", nl: bool = True) -> None:
    """A part of the output, on stdout; `mark` stands before it, coloured."""
    click.echo(mark + visible(text), nl=nl)


def print_json(value: Any, *, exact: bool = False) -> None:
    """`value` as JSON, its texts as they may be shown.

    exact: every character counts, as it does in edits; what cannot be seen is then
    written as an escape of JSON.
    """
    value = value if exact else _visible(value)
    text = json.dumps(value, ensure_ascii=False, indent=2)
    click.echo(_UNSEEN.sub(lambda match: json.dumps(match[0])[1:-1], text))


def _visible(value: Any) -> Any:
    if isinstance(value, str):
        return visible(value)
    if isinstance(value, dict):
        return {visible(str(key)): _visible(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_visible(inner) for inner in value]
    return value


def print_table(titles: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """A table in a terminal; else a line for each row, its cells parted by tabs."""
    if not sys.stdout.isatty():
        for row in rows:
            put("\t".join(" ".join(cell.split()) for cell in row))
        return
    from rich.table import Table  # noqa: PLC0415 - slow to import
    from rich.text import Text  # noqa: PLC0415 - as above

    from .console import VisibleConsole  # noqa: PLC0415 - as above

    table = Table(box=None, pad_edge=False, header_style="bold")
    for title in titles:
        table.add_column(title, overflow="fold")
    for row in rows:
        table.add_row(*map(Text, row))
    VisibleConsole(highlight=False).print(table)
