"""Neovim: a file of our own among the plugins that are loaded at the start."""

from __future__ import annotations

from pathlib import Path

from ...errors import InputError
from .change import Plan, Target, read
from .shipped import stable

# The first line of the file: what has it was written here.
MARK = "-- Written by `fim-lsp setup neovim`; to undo, delete this file."
# Takes the folder of the plugin, and the command with its arguments.
TEMPLATE = """\
{mark}
local folder = {folder}
if vim.fn.isdirectory(folder) == 1 then
  vim.opt.runtimepath:append(folder)
  require("fim_lsp").setup({{ cmd = {{ {words} }}, keys = "default" }})
else
  vim.notify("fim-lsp: " .. folder .. " is gone; run `fim-lsp setup neovim --write`.")
end
"""


def plan(target: Target) -> Plan:
    """Write the file, over an earlier one of ours only."""
    path = _path(target)
    before = read(path)
    if before is not None and MARK not in before:
        raise InputError(
            f"{path} was not written by this command; rename it, then run this again."
        )
    folder, copies = stable("nvim", target)
    words = ", ".join(_quoted(word) for word in target.command)
    after = TEMPLATE.format(mark=MARK, folder=_quoted(str(folder)), words=words)
    return Plan(path, before, after, copies=copies)


def undo(target: Target) -> Plan:
    """Delete the file, if it is ours."""
    path = _path(target)
    before = read(path)
    is_ours = before is not None and MARK in before
    return Plan(path, before, None if is_ours else before)


def _path(target: Target) -> Path:
    if target.platform == "win32":
        folder = target.environ.get("LOCALAPPDATA", str(target.home / "AppData/Local"))
        return Path(folder) / "nvim/plugin/fim-lsp.lua"
    return target.xdg() / "nvim/plugin/fim-lsp.lua"


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
