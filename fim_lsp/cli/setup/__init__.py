"""`fim-lsp setup EDITOR`: shows what it would change, and with --write changes it."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Mapping
from pathlib import Path
from types import ModuleType

import click

from ..output import put
from . import (
    cursor,
    emacs,
    helix,
    kate,
    neovim,
    sublime,
    vscode,
    vscodium,
    zed,
)
from .change import Plan, Target, diff, save

# Each module has `plan`, which adds fim-lsp to the editor's configuration, and `undo`,
# which takes it out again.
EDITORS: Mapping[str, ModuleType] = {
    "vscode": vscode,
    "cursor": cursor,
    "vscodium": vscodium,
    "neovim": neovim,
    "helix": helix,
    "emacs": emacs,
    "sublime": sublime,
    "kate": kate,
    "zed": zed,
}


def run(editor: str, target: Target, *, write: bool) -> str:
    """Plan the change for `editor`, write it when asked to, and say what was done.

    Raises InputError with one sentence where a file is not understood.
    """
    plan: Plan = EDITORS[editor].plan(target)
    if plan.before == plan.after and not plan.copies_missing:
        return "\n".join([f"{plan.path} is already set up.", *plan.notes])
    lines = [diff(plan), *plan.notes]
    if not write:
        return "\n".join([*lines, "Nothing was written. Add --write to write it."])
    backup = save(plan)
    kept = f"; {backup} is the file as it was" if backup else ""
    undo = f"To undo: fim-lsp setup {editor} --undo"
    return "\n".join([*lines, f"Wrote {plan.path}{kept}.", undo])


def undo(editor: str, target: Target) -> str:
    """Take fim-lsp out of the configuration of `editor`, and say what was done.

    What was written by hand since stays.  Raises InputError as `run` does.
    """
    plan: Plan = EDITORS[editor].undo(target)
    if plan.before == plan.after:
        return f"{plan.path} does not mention fim-lsp; nothing was changed."
    backup = save(plan)
    deed = "Deleted" if plan.after is None else "Took fim-lsp out of"
    return "\n".join(
        [diff(plan), f"{deed} {plan.path}; {backup} is the file as it was."]
    )


def server_command() -> tuple[str, ...]:
    """How an editor that is started from a dock finds this program: by its absolute
    path.
    """
    name = "fim-lsp.exe" if sys.platform == "win32" else "fim-lsp"
    beside = Path(sys.executable).parent / name
    for program in (sys.argv[0], str(beside), shutil.which("fim-lsp")):
        if program and Path(program).name == name and Path(program).is_file():
            return (str(Path(program).absolute()), "--stdio")
    return (sys.executable, "-m", "fim_lsp", "--stdio")


@click.command
@click.argument("editor", type=click.Choice(list(EDITORS)))
@click.option("--write", is_flag=True, help="Write the change; a backup is kept.")
@click.option("--undo", "undoes", is_flag=True, help="Take fim-lsp out again.")
def setup(editor: str, *, write: bool, undoes: bool) -> None:
    """Configure EDITOR to start fim-lsp.  Shows the change first."""
    if write and undoes:
        raise click.UsageError("Use --write or --undo, not both.")
    target = Target.of_this_machine(server_command())
    put(undo(editor, target) if undoes else run(editor, target, write=write))
