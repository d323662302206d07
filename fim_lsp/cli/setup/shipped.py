"""The files that an editor loads: in the installed package, or in the sources."""

from __future__ import annotations

from pathlib import Path

from ...errors import InputError
from .change import Target

# The package, and the folder that holds it.
PACKAGE = Path(__file__).parents[2]


def shipped(editor: str) -> Path:
    """The folder of `editor`'s files.  Raises InputError where it was not installed."""
    for folder in (PACKAGE / "editors" / editor, PACKAGE.parent / "editors" / editor):
        if folder.is_dir():
            return folder
    raise InputError(f"This installation lacks the folder {PACKAGE / 'editors'}.")


def stable(editor: str, target: Target) -> tuple[Path, tuple[tuple[Path, Path], ...]]:
    """Where the editor finds those files for good, and what to copy there.

    An installed package lies in a folder that is named after the version of Python, so
    its files are copied; a clone of the repository stays where it is.
    """
    source = shipped(editor)
    if source.parent.parent != PACKAGE:
        return source, ()
    copy = target.data() / editor
    return copy, ((source, copy),)
