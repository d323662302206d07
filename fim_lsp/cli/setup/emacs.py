"""Emacs: a block at the end of the init file that loads what the package ships."""

from __future__ import annotations

from pathlib import Path

from .change import Plan, Target, read, with_block, without_block
from .shipped import stable

# Takes the command with its arguments, and the file to load.
BLOCK = """\
(setq fim-lsp-command '({words}))
(unless (load {file} t t)
  (message "fim-lsp: %s is gone; run `fim-lsp setup emacs --write'" {file}))
"""


def plan(target: Target) -> Plan:
    """Put the block at the end, in place of an earlier one."""
    path = _init_file(target)
    before = read(path)
    words = " ".join(_quoted(word) for word in target.command)
    folder, copies = stable("emacs", target)
    block = BLOCK.format(words=words, file=_quoted(str(folder / "fim-lsp.el")))
    return Plan(path, before, with_block(path, before, block, ";;"), copies=copies)


def undo(target: Target) -> Plan:
    """Take the block out; a file that held nothing else is deleted."""
    path = _init_file(target)
    before = read(path)
    after = without_block(before or "", ";;")
    return Plan(path, before, after or None)


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
