"""Kate: its LSP client runs one server for a language, so none is taken away."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path

from . import jsonc
from .change import Plan, Target, read
from .json_settings import not_json, with_values, without_values

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
    """Add the server for each language that has none."""
    servers = _servers(target)
    kept = [
        language
        for language, programs in OWN_SERVERS.items()
        if _is_taken(servers.get(language), programs, target)
    ]
    values = [
        (("servers", language), {"command": list(target.command)})
        for language in OWN_SERVERS
        if language not in kept
    ]
    return with_values(_path(target), "Kate", values, _notes(kept))


def undo(target: Target) -> Plan:
    """Take every server out that is ours."""
    ours = [
        ("servers", language)
        for language, entry in _servers(target).items()
        if _is_ours(entry)
    ]
    return without_values(_path(target), "Kate", ours)


def _path(target: Target) -> Path:
    folder = target.configuration() if target.platform == "win32" else target.xdg()
    return folder / "kate/lspclient/settings.json"


def _servers(target: Target) -> Mapping[str, object]:
    """Kate's servers by language, as they are set now."""
    path = _path(target)
    try:
        servers = jsonc.parse(read(path) or "").get("servers", {})
    except (jsonc.NotUnderstood, AttributeError):
        raise not_json(path, "Kate") from None
    return servers if isinstance(servers, dict) else {}


def _is_ours(entry: object) -> bool:
    command = entry.get("command") if isinstance(entry, dict) else None
    return isinstance(command, list) and "fim" in " ".join(map(str, command))


def _is_taken(entry: object, programs: tuple[str, ...], target: Target) -> bool:
    """Whether the language has a server that is not ours, set by hand or installed."""
    if entry is not None:
        return not _is_ours(entry)
    path = target.environ.get("PATH")
    return any(shutil.which(program, path=path) for program in programs)


def _notes(kept: list[str]) -> tuple[str, ...]:
    note = "In Kate, see that the plugin LSP Client is on, and answer Yes when it asks."
    if not kept:
        return (note,)
    names = ", ".join(kept)
    return (
        note,
        f"Left alone, because Kate runs one server for each language: {names}.",
    )
