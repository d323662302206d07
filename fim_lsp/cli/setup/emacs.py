"""Emacs: a block at the end of the init file that loads what the package ships."""

from __future__ import annotations

from pathlib import Path

from .change import Plan, Target, read, with_block
from .neovim import shipped


def plan(target: Target) -> Plan:
    path = _init_file(target)
    before = read(path)
    words = " ".join(_quoted(word) for word in target.command)
    block = (
        f"(setq fim-lsp-command '({words}))\n"
        f"(load {_quoted(str(shipped('emacs') / 'fim-lsp.el'))} t t)\n"
    )
    after = with_block(path, before, block, ";;")
    return Plan(path, before, after)


def _init_file(target: Target) -> Path:
    """The one that Emacs would read; a new one where the platform's habit wants it."""
    own = target.home / ".emacs.d/init.el"
    new = target.xdg() / "emacs/init.el"
    if target.platform == "win32":
        own = new = target.configuration() / ".emacs.d/init.el"
    elder = (target.home / ".emacs", target.home / ".emacs.el", own)
    named = next((file for file in elder if file.exists() or file.is_symlink()), None)
    if named is None and own.parent.is_dir():
        return own
    return named or new


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
