"""How results are printed: JSON, tables, plain lines.

The only place that prints beside `console.py`; both let through what can be seen.
"""

from __future__ import annotations

import json
import re
import shutil
import sys
import textwrap
from collections.abc import Container, Sequence
from typing import Any, Final, TextIO

import click

from ..text import visible

# Invisible characters that JSON would write unescaped.
_UNSEEN: Final = re.compile(
    "[\x7f-\x9f\xad\u061c\u180e\u200b-\u200f\u202a-\u202e"
    "\u2060-\u206f\ufe00-\ufe0f\ufeff\U000e0000-\U000e0fff]"
)


def say(sentence: str = "", *, mark: str = "") -> None:
    """A sentence beside the output, on stderr; `mark` stands before it, coloured.

    In a terminal its lines break between words.
    """
    width = _width(sys.stderr)
    text = visible(sentence)
    click.echo(mark + (text if mark else wrapped(text, width)), err=True)


def say_meanwhile(words: str) -> None:
    """Words on a terminal's stderr, which stay until they are cleared."""
    if sys.stderr.isatty():
        click.echo(visible(words), err=True, nl=False)


def clear_meanwhile() -> None:
    """Take away the words that `say_meanwhile` has put there, if it has."""
    if sys.stderr.isatty():
        click.echo("\r\x1b[K", err=True, nl=False)


def say_result(line: str) -> None:
    """A line on stderr in place of the words that stood there meanwhile, if any did."""
    clear_meanwhile()
    click.echo(visible(line), err=True)


def put_sentence(text: str, *, mark: str = "", indent: int = 0) -> None:
    """A part of the output whose lines break between words in a terminal.

    mark: stands before the text, coloured, and is `indent` characters wide.
    indent: how far all lines but the first are set in.
    """
    width = _width(sys.stdout)
    click.echo(mark + wrapped(visible(text), width, first=indent, indent=indent))


def wrapped(text: str, width: int | None, *, first: int = 0, indent: int = 0) -> str:
    """`text` in lines of at most `width` characters; None leaves it as it is.

    first: how many characters stand before the first line already.
    indent: how far the other lines are set in.
    """
    if width is None or "\n" in text:
        return text
    return textwrap.fill(
        text,
        width,
        initial_indent=" " * first,
        subsequent_indent=" " * indent,
        break_long_words=False,
        break_on_hyphens=False,
    )[first:]


def _width(stream: TextIO) -> int | None:
    """The width of a terminal in characters; None where there is none."""
    return shutil.get_terminal_size().columns if stream.isatty() else None


def put(text: str = "", *, mark: str = "", nl: bool = True) -> None:
    """A part of the output, on stdout; `mark` stands before it, coloured."""
    click.echo(mark + visible(text), nl=nl)


def print_json(value: Any, *, exact: Container[str] = ()) -> None:
    """`value` as JSON, its texts as they may be shown.

    exact: the names of texts in which every character counts, as it does in edits;
    what cannot be seen in them is written as an escape of JSON.
    """
    text = json.dumps(_visible(value, exact), ensure_ascii=False, indent=2)
    click.echo(_UNSEEN.sub(lambda match: json.dumps(match[0])[1:-1], text))


def _visible(value: Any, exact: Container[str]) -> Any:
    if isinstance(value, str):
        return visible(value)
    if isinstance(value, dict):
        return {
            visible(str(name)): inner if name in exact else _visible(inner, exact)
            for name, inner in value.items()
        }
    if isinstance(value, list | tuple):
        return [_visible(inner, exact) for inner in value]
    return value


def print_table(titles: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """A table in a terminal; else a line of titles and one for each row, with tabs."""
    if not sys.stdout.isatty():
        for row in (titles, *rows):
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
