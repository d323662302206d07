"""Kate: its LSP client runs one server for a language, so none is taken away."""

from __future__ import annotations

import shutil
from collections.abc import Mapping

from ...errors import InputError
from . import jsonc
from .change import Plan, Target, read

# Kate's name for the language -> the programs that Kate itself would start for it.
OWN_SERVERS: Mapping[str, tuple[str, ...]] = {
    "bash": ("bash-language-server",),
    "c": ("clangd",),
    "cpp": ("clangd",),
    "css": ("vscode-css-language-server",),
    "go": ("gopls",),
    "html": ("vscode-html-language-server",),
    "java": ("jdtls",),
    "javascript": ("typescript-language-server",),
    "lua": ("lua-language-server",),
    "php": ("intelephense", "phpactor"),
    "python": ("pylsp",),
    "ruby": ("solargraph",),
    "rust": ("rust-analyzer",),
    "typescript": ("typescript-language-server",),
}


def plan(target: Target) -> Plan:
    path = target.xdg() / "kate/lspclient/settings.json"
    if target.platform == "win32":
        path = target.configuration() / "kate/lspclient/settings.json"
    before = read(path)
    kept = []
    try:
        after = before or ""
        servers = jsonc.parse(after).get("servers", {})
        for language, programs in OWN_SERVERS.items():
            if _is_taken(servers.get(language), programs, target):
                kept.append(language)
                continue
            server = {"command": list(target.command)}
            after = jsonc.with_value(after, ("servers", language), server)
    except (jsonc.NotUnderstood, AttributeError):
        raise InputError(
            f"{path} is not JSON as Kate writes it; nothing was changed."
        ) from None
    return Plan(path, before, after, _notes(kept))


def _is_taken(entry: object, programs: tuple[str, ...], target: Target) -> bool:
    """Whether the language has a server that is not ours, set by hand or installed."""
    if entry is not None:
        command = entry.get("command") if isinstance(entry, dict) else None
        return not (isinstance(command, list) and "fim" in " ".join(map(str, command)))
    path = target.environ.get("PATH")
    return any(shutil.which(program, path=path) for program in programs)


def _notes(kept: list[str]) -> tuple[str, ...]:
    note = "In Kate, switch the plugin LSP Client on."
    if not kept:
        return (note,)
    names = ", ".join(kept)
    return (
        note,
        f"Left alone, for Kate runs one server for a language: {names}.",
    )
