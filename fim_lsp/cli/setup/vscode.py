"""VS Code: where the extension finds the server."""

from __future__ import annotations

from ...errors import InputError
from . import jsonc
from .change import Plan, Target, read


def plan(target: Target) -> Plan:
    path = target.configuration() / "Code/User/settings.json"
    before = read(path)
    try:
        after = jsonc.with_value(
            before or "", ("fim-lsp.server.command",), list(target.command)
        )
    except jsonc.NotUnderstood:
        raise InputError(
            f"{path} is not JSON as VS Code writes it; nothing was changed."
        ) from None
    note = "VS Code also needs the fim-lsp extension, which `make vscode` builds."
    return Plan(path, before, after, (note,))
