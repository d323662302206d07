"""Zed: where its extension for fim-lsp finds the server."""

from __future__ import annotations

from pathlib import Path

from .change import Plan, Target
from .json_settings import with_values, without_values

# Where Zed keeps what it knows of one server.
SERVER = ("lsp", "fim-lsp", "binary")


def plan(target: Target) -> Plan:
    """Name the program and its arguments."""
    program, *arguments = target.command
    note = (
        "Zed also needs the extension in editors/zed: run "
        "“zed: install dev extension” and choose that folder."
    )
    binary = {"path": program, "arguments": arguments}
    return with_values(_path(target), "Zed", [(SERVER, binary)], (note,))


def undo(target: Target) -> Plan:
    """Take the server out again."""
    return without_values(_path(target), "Zed", [SERVER[:2]])


def _path(target: Target) -> Path:
    if target.platform == "win32":
        return target.configuration() / "Zed/settings.json"
    return target.xdg() / "zed/settings.json"
