"""Which files of the workspace a document imports, and which of their names."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from itertools import islice
from pathlib import Path

from ..text import Document
from .importers import IMPORTERS, Imported

# Lines in which imports are looked for: of a document, and at every request.
READ_LINES, LINES = 3000, 200
# Lines of one import statement.
STATEMENT_LINES = 60
# Files that are read for one document.
FILES = 30
# The largest file that is read, in bytes.
LARGEST = 400_000


# What a line holds, anywhere in it, that imports something.
INSIDE = ("require(", "import(", "<link")
# How a line begins at whose change other files count.
IMPORT_WORDS = (
    "import",
    "from",
    "use ",
    "mod ",
    "#include",
    "require",
    "<link",
    "package",
)
# The beginning of a line that imports something or passes it on.
IMPORT = re.compile(
    r"\s*(?:import\b|from\s|(?:pub(?:\([^)]*\))?\s+)?(?:use|mod)\s|#\s*include\b|require"
    r"|package\s|export\s+(?:type\s+)?[{*])"
)
# Languages in which a file passes on only the names that it exports explicitly.
SCRIPTS = ("javascript", "javascriptreact", "typescript", "typescriptreact")


def imported_files(
    document: Document, own: Path, folder: Path, code: str
) -> list[Imported]:
    """The files inside `folder` that `document`, at `own`, imports; at most `FILES`.

    code: the text around the cursor; what it uses of a module is what is imported.
    """
    head = import_statements(document.whole[:READ_LINES])
    return _there(head, document.language, own, folder, code=code)


def passed_on(
    lines: Sequence[str], language: str, own: Path, folder: Path, names: frozenset[str]
) -> list[Imported]:
    """Where a file at `own` takes those of `names` from that it passes on."""
    head = import_statements(lines)
    if language in SCRIPTS and not any(line.startswith("export") for line in head):
        return []
    if language in SCRIPTS:
        head = re.findall(r"(?ms)^export\b.*?(?=^import\b|^export\b|\Z)", "".join(head))
    return _there(head, language, own, folder, names=names)


def _there(
    head: Sequence[str],
    language: str,
    own: Path,
    folder: Path,
    *,
    code: str = "",
    names: frozenset[str] | None = None,
) -> list[Imported]:
    """The files that are there and of which something is used or is in `names`."""
    find = IMPORTERS.get(language)
    if find is None:
        return []
    there = (
        imported
        for imported in find(head, code, own, folder)
        if (names is None or imported.names is None or imported.names & names)
        and imported.names != frozenset()
        and imported.path != own
        and imported.path.is_relative_to(folder)
        and _is_small_file(imported.path)
    )
    merged: dict[Path, frozenset[str] | None] = {}
    for imported in islice(there, FILES * 2):
        before = merged.get(imported.path, frozenset())
        merged[imported.path] = (
            None
            if before is None or imported.names is None
            else before | imported.names
        )
    return [Imported(path, names) for path, names in islice(merged.items(), FILES)]


def import_statements(lines: Sequence[str]) -> list[str]:
    """The lines of a text that import something, up to the end of their brackets."""
    statements: list[str] = []
    depth = left = 0
    for line in lines:
        if depth <= 0 or not left:
            one, two, three = INSIDE
            held = one in line or two in line or three in line
            if not (held or IMPORT.match(line)):
                continue
            depth, left = 0, STATEMENT_LINES
        statements.append(line)
        depth += line.count("(") + line.count("{") - line.count(")") - line.count("}")
        left -= 1
    return statements


def import_lines(document: Document) -> tuple[str, ...]:
    """The lines that name what is imported: where they change, other files count."""
    return _importing(document.whole[:LINES])


# A key seldom falls into these lines, so that the answer for the last ones is kept.
@lru_cache(4)
def _importing(lines: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(line for line in lines if line.lstrip().startswith(IMPORT_WORDS))


def _is_small_file(path: Path) -> bool:
    try:
        return path.is_file() and path.stat().st_size <= LARGEST
    except OSError:
        return False
