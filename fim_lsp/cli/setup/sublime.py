"""Sublime Text: a client for its LSP package."""

from __future__ import annotations

from ...errors import InputError
from . import jsonc
from .change import Plan, Target, read


def plan(target: Target) -> Plan:
    if target.platform in ("darwin", "win32"):
        folder = target.configuration() / "Sublime Text"
    else:
        folder = target.configuration() / "sublime-text"
    path = folder / "Packages/User/LSP.sublime-settings"
    before = read(path)
    client = {
        "enabled": True,
        "command": list(target.command),
        "selector": "source | text.html | text.plain | embedding",
    }
    try:
        after = jsonc.with_value(before or "", ("clients", "fim-lsp"), client)
    except jsonc.NotUnderstood:
        raise InputError(
            f"{path} is not JSON as Sublime Text writes it; nothing was changed."
        ) from None
    return Plan(path, before, after, ("Sublime Text also needs its package LSP.",))
