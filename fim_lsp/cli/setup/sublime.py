"""Sublime Text: a client for its LSP package."""

from __future__ import annotations

from pathlib import Path

from .change import Plan, Target
from .json_settings import with_values, without_values

# Where the LSP package keeps what it knows of one server.
CLIENT = ("clients", "fim-lsp")
# The syntaxes that the server is started for.
SELECTOR = "source | text.html | text.plain | embedding"


def plan(target: Target) -> Plan:
    """Add the client."""
    client = {"enabled": True, "command": list(target.command), "selector": SELECTOR}
    notes = ("Sublime Text also needs its package LSP.",)
    return with_values(_path(target), "Sublime Text", [(CLIENT, client)], notes)


def undo(target: Target) -> Plan:
    """Take the client out again."""
    return without_values(_path(target), "Sublime Text", [CLIENT])


def _path(target: Target) -> Path:
    has_spaces = target.platform in ("darwin", "win32")
    folder = "Sublime Text" if has_spaces else "sublime-text"
    return target.configuration() / folder / "Packages/User/LSP.sublime-settings"
