"""Files named on the command line: FILE:LINE:COL, their text, language and folder."""

from __future__ import annotations

import re
import stat
from pathlib import Path

import click

from .. import text
from ..errors import InputError
from ..languages import language_of_file
from ..text import Document, Place, bare_line

LARGEST = 50_000_000  # bytes; far more than any editor would complete in


def parse_place(where: str) -> tuple[Path, int, int] | None:
    """`FILE:LINE:COL`, line and column from 1; None where it is not of that form."""
    match = re.fullmatch(r"(.+):(\d+):(\d+)", where, re.DOTALL)
    if match is None or not int(match[2]) or not int(match[3]):
        return None
    return Path(match[1]), int(match[2]), int(match[3])


def refuse_notebook(target: str) -> None:
    """Raises UsageError where `target`, with or without a place, is a notebook."""
    if notebook := re.fullmatch(
        r"(.*\.ipynb)(?::[\d:-]*)?", target, re.DOTALL | re.IGNORECASE
    ):
        raise click.UsageError(
            f"The command line reads no notebooks; open {notebook[1]} in an editor "
            "that shares the cells with language servers, such as VS Code."
        )


def read_document(path: Path) -> Document:
    """The file as an editor would open it.  Raises InputError."""
    try:
        status = path.stat()
        if stat.S_ISDIR(status.st_mode):
            raise InputError(f"{path} is a folder; name a file.")
        if not stat.S_ISREG(status.st_mode):
            raise InputError(f"{path} is not an ordinary file.")
        if status.st_size > LARGEST:
            raise InputError(f"{path} is larger than {LARGEST // 1_000_000} MB.")
        raw = path.read_bytes()
    except FileNotFoundError:
        raise InputError(f"There is no file {path}.") from None
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or "not a possible name"
        raise InputError(f"{path} cannot be read: {why.lower()}.") from None
    try:
        content = raw.decode("utf-8")
    except UnicodeDecodeError:
        raise InputError(f"{path} is not a text file in UTF-8.") from None
    if "\0" in content:
        raise InputError(f"{path} is a binary file.")
    full = path.absolute()
    return text.document(full.as_uri(), language_of_file(full, content).id, 1, content)


def place_in(document: Document, path: Path, line: int, column: int) -> Place:
    """The place at `line` and `column`, from 1.  Raises InputError beyond the end."""
    if line > len(document.lines):
        raise InputError(
            f"{path} has {len(document.lines)} lines; there is no line {line}."
        )
    length = len(bare_line(document.lines[line - 1]))
    if column > length + 1:
        raise InputError(
            f"Line {line} of {path} ends at column {length + 1}; "
            f"there is no column {column}."
        )
    return Place(line - 1, column - 1)


def workspace_folder(path: Path) -> Path:
    """The repository around a file, else the folder that it is in."""
    inside = path.absolute().parent
    for folder in (inside, *inside.parents):
        if (folder / ".git").exists():
            return folder
    return inside
