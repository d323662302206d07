"""VS Code, and the editors made of it: where the extension finds the server."""

from __future__ import annotations

from pathlib import Path

from .change import Plan, Target
from .json_settings import with_values, without_values

# The setting of the extension that names the server.
COMMAND = ("fim-lsp.server.command",)


def plan(target: Target, *, folder: str = "Code", name: str = "VS Code") -> Plan:
    """Set the command in the user settings, which the editor keeps in `folder`."""
    note = f"{name} also needs the fim-lsp extension, which `make vscode` builds."
    values = [(COMMAND, list(target.command))]
    return with_values(_path(target, folder), name, values, (note,))


def undo(target: Target, *, folder: str = "Code", name: str = "VS Code") -> Plan:
    """Take the command out again."""
    return without_values(_path(target, folder), name, [COMMAND])


def _path(target: Target, folder: str) -> Path:
    return target.configuration() / folder / "User/settings.json"
