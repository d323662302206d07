"""Read-only tools that a model may call on the document's workspace folder.

A refusal is a result in words, so that the model can go on without what it asked for.
Nothing is ever written or executed.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ..api.requests import Tool, ToolCall
from ..privacy import redact, redact_in_lines
from ..text import one_line
from .selection import Diagnostic

# The size in bytes above which files are neither read nor searched.
_LARGEST_FILE = 1_000_000
# The most entries of a folder that are listed.
_MOST_ENTRIES = 300
# The most lines that a search finds.
_MOST_MATCHES = 60
# The most files that a search looks into.
_MOST_SEARCHED = 3000
# The most lines of a file that one call reads.
_MOST_LINES = 400
# Characters of a line that a search found.
_LONGEST_LINE = 300
# Characters of a name or an argument that are shown in the progress.
_SHOWN = 60
# The folder of git itself, whose settings may hold a password in an address.
_GIT = ".git"
# The errors that reading a file may raise.  Python before 3.13 raises RuntimeError for
# a link that leads to itself.
_UNREADABLE = (OSError, ValueError, RuntimeError)


@dataclass(frozen=True, slots=True)
class ToolBox:
    """What the tools may see: what is in `folder` and is not refused.

    refusal: why a path may not be sent, or None; called in a thread.
    diagnostics: those of each file, by resolved path.
    texts: the text of each open document, by resolved path; it stands for the file's.
    """

    folder: Path
    refusal: Callable[[Path], str | None]
    diagnostics: Mapping[Path, Sequence[Diagnostic]] = field(default_factory=dict)
    texts: Mapping[Path, str] = field(default_factory=dict)


_Run = Callable[[ToolBox, Mapping[str, Any]], str]


class _RefusedError(Exception):
    """Says why a call is refused; the model gets the words."""


def declared() -> tuple[Tool, ...]:
    """The tools as a request names them."""
    path = {"type": "string", "description": "relative to the workspace folder"}
    line = {"type": "integer", "minimum": 1}
    return (
        _tool("list_files", "List the files and folders in a folder.", {"path": path}),
        _tool(
            "read_file",
            "Read the lines from start to end (from 1, both included) of a file.",
            {"path": path, "start": line, "end": line},
        ),
        _tool(
            "search_text",
            "Find a literal text (not a regular expression) in the files of a folder.",
            {"pattern": {"type": "string"}, "path": path},
        ),
        _tool("get_diagnostics", "Problems reported for a file.", {"path": path}),
    )


def shown(call: ToolCall) -> str:
    """The call on one short line, for the progress."""
    try:
        arguments = _arguments(call)
    except _RefusedError:
        return f"{one_line(call.name, _SHOWN)}(…)"
    values = ", ".join(one_line(str(value), _SHOWN) for value in arguments.values())
    return f"{one_line(call.name, _SHOWN)}({values})"


def answer_call(box: ToolBox, call: ToolCall) -> str:
    """The result of `call`, or in words why there is none.  Reads files."""
    try:
        return redact(_tool_called(call.name)(box, _arguments(call)))
    except _RefusedError as refused:
        return f"Refused: {refused}"
    except _UNREADABLE:
        return "Refused: this path cannot be read."


def _tool(name: str, description: str, properties: Mapping[str, Any]) -> Tool:
    required = [key for key in properties if key not in ("start", "end")]
    schema = {"type": "object", "properties": properties, "required": required}
    return Tool(name, description, schema)


def _tool_called(name: str) -> _Run:
    if name not in _RUN:
        tools = ", ".join(_RUN)
        raise _RefusedError(
            f"there is no tool {one_line(name, _SHOWN)}; there are {tools}."
        )
    return _RUN[name]


def _arguments(call: ToolCall) -> dict[str, Any]:
    try:
        arguments = json.loads(call.arguments or "{}")
    except (ValueError, RecursionError):
        raise _RefusedError(
            "the arguments are not valid JSON; send them again."
        ) from None
    if not isinstance(arguments, dict):
        raise _RefusedError("the arguments must be a JSON object.")
    return arguments


def _list_files(box: ToolBox, arguments: Mapping[str, Any]) -> str:
    folder = _inside(box, arguments.get("path", "."))
    if not folder.is_dir():
        raise _RefusedError("this is not a folder.")
    names = [
        f"{entry.name}/" if entry.is_dir() else entry.name
        for entry in sorted(folder.iterdir())
        if _may_be_seen(box, entry)
    ]
    more = [f"… and {len(names) - _MOST_ENTRIES} more"] * (len(names) > _MOST_ENTRIES)
    return "\n".join([*names[:_MOST_ENTRIES], *more]) or "The folder is empty."


def _read_file(box: ToolBox, arguments: Mapping[str, Any]) -> str:
    lines = _text(box, _inside(box, arguments.get("path"))).splitlines()
    start = _number(arguments.get("start"), 1)
    end = min(_number(arguments.get("end"), len(lines)), start + _MOST_LINES - 1)
    if start > max(len(lines), 1) or end < start:
        raise _RefusedError(f"the file has {len(lines)} lines.")
    end = min(end, len(lines))
    note = f"\n(lines {start} to {end} of {len(lines)})"
    return "\n".join(lines[start - 1 : end]) + note


def _search_text(box: ToolBox, arguments: Mapping[str, Any]) -> str:
    pattern = arguments.get("pattern")
    if not isinstance(pattern, str) or not pattern:
        raise _RefusedError("the pattern must be a string that is not empty.")
    start = _inside(box, arguments.get("path", "."))
    root = box.folder.resolve()
    matches: list[str] = []
    for path in _files(box, start):
        try:
            lines = _text(box, path).splitlines()
        except (_RefusedError, OSError):
            continue
        name = path.relative_to(root).as_posix()
        matches += [
            f"{name}:{number}: {line.strip()[:_LONGEST_LINE]}"
            for number, line in enumerate(lines, 1)
            if pattern in line
        ]
        if len(matches) > _MOST_MATCHES:
            return "\n".join([*matches[:_MOST_MATCHES], "… and more"])
    return "\n".join(matches) or "Not found."


def _get_diagnostics(box: ToolBox, arguments: Mapping[str, Any]) -> str:
    path = _inside(box, arguments.get("path"))
    lines = (
        f"{f'line {reported.span.start.line + 1}: ' if reported.span else ''}"
        f"{reported.severity}: {' '.join(reported.message.split())}"
        for reported in box.diagnostics.get(path, ())
    )
    return "\n".join(lines) or "No problems are reported for this file."


_RUN: Mapping[str, _Run] = {
    "list_files": _list_files,
    "read_file": _read_file,
    "search_text": _search_text,
    "get_diagnostics": _get_diagnostics,
}


def _inside(box: ToolBox, name: object) -> Path:
    """The resolved path of what is called `name`, where it may be seen."""
    if not isinstance(name, str):
        raise _RefusedError("the path must be a string.")
    if Path(name).is_absolute() or name.startswith(("/", "\\", "~")):
        raise _RefusedError("paths are relative to the workspace folder.")
    path = (box.folder / name).resolve()
    if not path.is_relative_to(box.folder.resolve()):
        raise _RefusedError("this path is outside the workspace folder.")
    # Both the name that was used and what it leads to must be allowed.
    for candidate in (Path(os.path.normpath(box.folder / name)), path):
        if _GIT in map(str.casefold, candidate.parts):
            raise _RefusedError("git's own files are never sent.")
        if reason := box.refusal(candidate):
            raise _RefusedError(f"this path is never sent ({reason}).")
    if not path.exists():
        raise _RefusedError("there is no such path.")
    return path


def _may_be_seen(box: ToolBox, path: Path) -> bool:
    """Whether reading `path` would not be refused; only that is listed."""
    try:
        _inside(box, str(path.relative_to(box.folder.resolve())))
    except (_RefusedError, *_UNREADABLE):
        return False
    return True


def _text(box: ToolBox, path: Path) -> str:
    """The text of a file, its secrets hidden before any line is taken out of it."""
    if (text := box.texts.get(path)) is not None:
        return redact_in_lines(text)
    if not path.is_file():
        raise _RefusedError("this is not a file.")
    if path.suffix.lower() == ".ipynb":
        raise _RefusedError("notebooks are not read, because outputs stand in them.")
    if path.stat().st_size > _LARGEST_FILE:
        raise _RefusedError("the file is too large.")
    content = path.read_bytes()
    if b"\0" in content:
        raise _RefusedError("the file is not text.")
    return redact_in_lines(content.decode("utf-8", "replace"))


def _files(box: ToolBox, start: Path) -> Iterator[Path]:
    """The files in `start` that may be seen, without following links to folders."""
    if start.is_file():
        yield start
        return
    count = 0
    for folder, folders, names in os.walk(start):
        here = Path(folder)
        folders[:] = [
            name for name in sorted(folders) if _may_be_seen(box, here / name)
        ]
        for name in sorted(names):
            if not (here / name).is_symlink() and _may_be_seen(box, here / name):
                count += 1
                if count > _MOST_SEARCHED:
                    return
                yield here / name


def _number(value: object, otherwise: int) -> int:
    """A line number; models also write them as text."""
    if isinstance(value, str) and value.isdecimal():
        value = int(value)
    if value is None:
        return otherwise
    if isinstance(value, bool) or not isinstance(value, int) or value < 1:
        raise _RefusedError("line numbers are whole numbers from 1.")
    return value
