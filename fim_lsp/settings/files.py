"""Where raw settings come from: the user file, a project's file, the environment."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from platformdirs import user_config_path

from .kinds import snake
from .parse import Layer, LayerName, Problem
from .reading import LARGEST, TooLargeError, read_regular
from .table import ROWS, Row

# The name of a project's file, at the root of its workspace folder.
PROJECT_FILE = ".fim-lsp.toml"
# Bytes of the largest project file that is read: it is parsed between two keys, and a
# megabyte of TOML can take a second.
LARGEST_PROJECT = 100_000
# How the names of environment variables for settings begin.
_PREFIX = "FIM_LSP_"


def user_file() -> Path:
    """`config.toml` in the platform's configuration folder."""
    return user_config_path("fim-lsp", appauthor=False) / "config.toml"


def read_toml(
    path: Path, layer: LayerName = "user"
) -> tuple[Mapping[str, Any], tuple[Problem, ...]]:
    """The raw settings of a file; empty if the file is missing or cannot be read."""
    try:
        raw = read_regular(path, LARGEST_PROJECT if layer == "project" else LARGEST)
    except FileNotFoundError:
        return {}, ()
    except TooLargeError:
        most = "100 KB" if layer == "project" else "1 MB"
        return {}, (_unreadable(path, layer, f"is larger than {most}"),)
    except OSError as error:
        why = (error.strerror or "unknown").lower()
        return {}, (_unreadable(path, layer, f"cannot be read ({why})"),)
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        return {}, (_unreadable(path, layer, f"is not UTF-8 at line {line}"),)
    import tomllib  # noqa: PLC0415 - most users have no such file

    try:
        return tomllib.loads(text), ()
    except (ValueError, RecursionError) as error:
        return {}, (_unreadable(path, layer, _not_toml(error, text)),)


def environment_layer(environ: Mapping[str, str]) -> Layer:
    """The settings in environment variables.

    `FIM_LSP_PROVIDERS_NAME_BASE_URL` sets `providers.name.baseUrl`.  An empty variable
    sets nothing.  A variable that names no setting is kept under its own name, so that
    `parse` reports it.
    """
    values: dict[str, Any] = {}
    for name, text in environ.items():
        if not name.startswith(_PREFIX) or text.strip() in {"", "null"}:
            continue
        key, row = _setting_of(name) or (name, None)
        if row and row.kind.from_text:
            values[key] = row.kind.from_text(text.strip())
        else:
            values[name] = text
    return Layer("environment", values)


def variable_of(row: Row) -> str | None:
    """The name of a setting's environment variable; None if the setting has none."""
    if row.kind.from_text is None:
        return None
    return _PREFIX + "_".join(_upper_snake(part) for part in row.path)


def _setting_of(variable: str) -> tuple[str, Row] | None:
    """The dotted key and the row that an environment variable names."""
    for row in ROWS:
        parts = [_upper_snake(part) for part in row.path]
        pattern = _PREFIX + "_".join("(.+)" if part == "*" else part for part in parts)
        if match := re.fullmatch(pattern, variable):
            name = match[1].lower() if match.groups() else ""
            return row.key.replace("*", name), row
    return None


def _upper_snake(name: str) -> str:
    return snake(name).upper()


def _not_toml(error: ValueError | RecursionError, text: str) -> str:
    if isinstance(error, RecursionError) or type(error) is ValueError:
        return "contains a number that is too large, or is nested too deeply"
    # Before Python 3.14 only the message of the error has the line.
    match = re.search(r"at line (\d+)", str(error))
    line = int(match[1]) if match else len(text.splitlines()) or 1
    return f"is not valid TOML at line {line}"


def _unreadable(path: Path, layer: LayerName, what: str) -> Problem:
    return Problem(layer, path.name, f"{path} {what}; none of it is used.")
