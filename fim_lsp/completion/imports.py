"""Which files of the workspace a document imports, and what they define."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path

from ..text import Document

# Imports stand near the top.
LINES = 200
FILES = 8
LARGEST = 400_000  # bytes
OUTLINE_LINES = 25

_PYTHON = re.compile(r"^\s*(?:from\s+(\.*[\w.]*)\s+import|import\s+([\w.]+))")
_SCRIPT = re.compile(r"""(?:from\s+|require\(\s*|import\s+)["'](\.{1,2}/[^"']+)["']""")
_INCLUDE = re.compile(r"""^\s*#\s*include\s+"([^"]+)\"""")
_MODULE = re.compile(r"^\s*(?:pub\s+)?mod\s+(\w+)\s*;")

_SCRIPT_ENDS = ("", ".ts", ".tsx", ".js", ".jsx", ".mjs", "/index.ts", "/index.js")
_SCRIPTS = ("javascript", "javascriptreact", "typescript", "typescriptreact")

_DEFINES = re.compile(
    r"^ {0,4}\t?(?:(?:export|pub|public|static|async|default|abstract)\s+)*"
    r"(?:def|class|function|fn|func|struct|enum|interface|type|trait|impl|const|#define)\b"
)


def imported_files(document: Document, own: Path, folder: Path) -> list[Path]:
    """The files inside `folder` that `document`, at `own`, imports: a few."""
    found = (
        path
        for path in _candidates(document, own, folder)
        if path != own and path.is_relative_to(folder) and _is_small_file(path)
    )
    return list(islice(dict.fromkeys(found), FILES))


def outline(lines: Sequence[str]) -> str:
    """The lines that define something, without their bodies."""
    found = (line.rstrip() for line in lines if _DEFINES.match(line))
    return "\n".join(islice(found, OUTLINE_LINES))


def _candidates(document: Document, own: Path, folder: Path) -> Iterator[Path]:
    for line in document.lines[:LINES]:
        if document.language == "python":
            if found := _PYTHON.match(line):
                yield from _python(found[1] or found[2], own, folder)
        elif document.language in _SCRIPTS:
            for name in _SCRIPT.findall(line):
                for end in _SCRIPT_ENDS:
                    yield _resolved(own.parent / f"{name}{end}")
        elif document.language in {"c", "cpp"}:
            if found := _INCLUDE.match(line):
                yield _resolved(own.parent / found[1])
                yield _resolved(folder / "include" / found[1])
        elif document.language == "rust" and (found := _MODULE.match(line)):
            yield own.parent / f"{found[1]}.rs"
            yield own.parent / found[1] / "mod.rs"


def _python(name: str, own: Path, folder: Path) -> Iterator[Path]:
    dots = len(name) - len(name.lstrip("."))
    parts = [part for part in name.split(".") if part]
    bases = [folder, folder / "src"]
    if dots:
        bases = [own.parents[min(dots, len(own.parents)) - 1]]
    for base in bases:
        path = base.joinpath(*parts)
        yield path.with_suffix(".py") if parts else path / "__init__.py"
        yield path / "__init__.py"


def _resolved(path: Path) -> Path:
    """Without `..`, but without following links: privacy judges the path as named."""
    return Path(os.path.normpath(path))


def _is_small_file(path: Path) -> bool:
    try:
        return path.is_file() and path.stat().st_size <= LARGEST
    except OSError:
        return False
