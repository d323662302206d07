"""Files as the command line names them: `FILE[:LINE[-LINE]]`, read as documents."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from ..errors import InputError
from ..settings import PROJECT_FILE
from ..text import Document, Place, Span, document

_TARGET = re.compile(r"(?P<file>.+?):(?P<first>\d+)(?:-(?P<last>\d+))?")
_LANGUAGES = {
    ".bash": "shellscript",
    ".c": "c",
    ".cc": "cpp",
    ".clj": "clojure",
    ".cpp": "cpp",
    ".cs": "csharp",
    ".css": "css",
    ".dart": "dart",
    ".erl": "erlang",
    ".ex": "elixir",
    ".exs": "elixir",
    ".fs": "fsharp",
    ".go": "go",
    ".h": "c",
    ".hpp": "cpp",
    ".hs": "haskell",
    ".html": "html",
    ".java": "java",
    ".jl": "julia",
    ".js": "javascript",
    ".json": "json",
    ".jsx": "javascriptreact",
    ".kt": "kotlin",
    ".lua": "lua",
    ".md": "markdown",
    ".mjs": "javascript",
    ".ml": "ocaml",
    ".php": "php",
    ".pl": "perl",
    ".ps1": "powershell",
    ".py": "python",
    ".pyi": "python",
    ".r": "r",
    ".rb": "ruby",
    ".rs": "rust",
    ".scala": "scala",
    ".scss": "scss",
    ".sh": "shellscript",
    ".sql": "sql",
    ".svelte": "svelte",
    ".swift": "swift",
    ".tex": "latex",
    ".toml": "toml",
    ".ts": "typescript",
    ".tsx": "typescriptreact",
    ".vim": "vim",
    ".vue": "vue",
    ".xml": "xml",
    ".yaml": "yaml",
    ".yml": "yaml",
    ".zig": "zig",
}


@dataclass(frozen=True, slots=True)
class Target:
    """A file, and the lines named with it: from 1, both included; None for all."""

    path: Path
    lines: tuple[int, int] | None = None


def target(text: str) -> Target:
    """What `FILE[:LINE[-LINE]]` names; a file that is called so comes first."""
    found = _TARGET.fullmatch(text)
    if found is None or Path(text).exists():
        return Target(Path(text))
    first = int(found["first"])
    last = int(found["last"] or first)
    if not 1 <= first <= last:
        raise InputError(f"The lines of {text} do not go from a first to a last one.")
    return Target(Path(found["file"]), (first, last))


def read(path: Path) -> Document:
    """The file as a document, its line ends as they are.  InputError says why not."""
    try:
        text = path.read_bytes().decode()
    except OSError as error:
        raise InputError(f"{path} cannot be read: {error.strerror}.") from None
    except UnicodeDecodeError:
        raise InputError(f"{path} is not text in UTF-8.") from None
    language = _LANGUAGES.get(path.suffix.lower(), "plaintext")
    return document(path.absolute().as_uri(), language, 0, text)


def folder_of(path: Path) -> Path:
    """The project that a file belongs to; its own folder where there is no sign."""
    folder = path.absolute().parent
    for parent in (folder, *folder.parents):
        if any((parent / sign).exists() for sign in (".git", PROJECT_FILE)):
            return parent
    return folder


def span_of(opened: Document, lines: tuple[int, int] | None) -> Span:
    """The named lines without the last one's end; InputError past the end."""
    count = len(opened.lines)
    first, last = lines or (1, count)
    if last > count:
        raise InputError(f"The file has {count} lines, and line {last} was named.")
    width = len(opened.lines[last - 1].rstrip("\r\n"))
    return Span(Place(first - 1, 0), Place(last - 1, width))
