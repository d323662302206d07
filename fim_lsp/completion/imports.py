"""Which files of the workspace a document imports, and which of their names."""

from __future__ import annotations

from itertools import islice
from pathlib import Path

from ..text import Document
from .importers import IMPORTERS, Imported

# Lines of a document in which imports are looked for.
LINES = 200
# Files that are read for one document.
FILES = 12
# The largest file that is read, in bytes.
LARGEST = 400_000


def imported_files(
    document: Document, own: Path, folder: Path, code: str
) -> list[Imported]:
    """The files inside `folder` that `document`, at `own`, imports: a few.

    code: the text around the cursor; what it uses of a module is what is imported.
    """
    find = IMPORTERS.get(document.language)
    if find is None:
        return []
    head = document.whole[:LINES]
    there = (
        imported
        for imported in find(head, code, own, folder)
        if imported.path != own
        and imported.path.is_relative_to(folder)
        and _is_small_file(imported.path)
    )
    merged: dict[Path, frozenset[str] | None] = {}
    for imported in islice(there, FILES * 2):
        names = merged.get(imported.path, frozenset())
        both = (
            None if names is None or imported.names is None else names | imported.names
        )
        merged[imported.path] = both
    return [Imported(path, names) for path, names in islice(merged.items(), FILES)]


def import_lines(document: Document) -> tuple[str, ...]:
    """The lines that name what is imported: where they change, other files count."""
    words = (
        "import",
        "from",
        "use ",
        "mod ",
        "#include",
        "require",
        "<link",
        "package",
    )
    return tuple(
        line for line in document.whole[:LINES] if line.lstrip().startswith(words)
    )


def _is_small_file(path: Path) -> bool:
    try:
        return path.is_file() and path.stat().st_size <= LARGEST
    except OSError:
        return False
