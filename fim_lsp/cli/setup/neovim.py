"""Neovim: a file of our own among the plugins that are loaded at the start."""

from __future__ import annotations

from pathlib import Path

from ...errors import InputError
from .change import Plan, Target, read

MARK = "-- Written by `fim-lsp setup neovim`; to undo, delete this file."


def plan(target: Target) -> Plan:
    if target.platform == "win32":
        folder = target.environ.get("LOCALAPPDATA", str(target.home / "AppData/Local"))
        path = Path(folder) / "nvim/plugin/fim-lsp.lua"
    else:
        path = target.xdg() / "nvim/plugin/fim-lsp.lua"
    before = read(path)
    if before is not None and MARK not in before:
        raise InputError(
            f"{path} was not written by this command; rename it, then run this again."
        )
    words = ", ".join(_quoted(word) for word in target.command)
    after = (
        f"{MARK}\n"
        f"vim.opt.runtimepath:append({_quoted(str(shipped('nvim')))})\n"
        f'require("fim_lsp").setup({{ cmd = {{ {words} }}, keys = "default" }})\n'
    )
    return Plan(path, before, after)


def shipped(editor: str) -> Path:
    """The folder of `editor`'s files: in the installed package, or in the sources."""
    package = Path(__file__).parents[2]
    folders = (package / "editors" / editor, package.parent / "editors" / editor)
    for folder in folders:
        if folder.is_dir():
            return folder
    raise InputError(f"This installation lacks the folder {folders[0]}.")


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
