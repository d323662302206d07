"""`fim-lsp setup EDITOR`: shows what it would change, and with --write changes it."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import click

from ..output import put
from . import emacs, helix, kate, neovim, sublime, vscode
from .change import Plan, Target, diff, save

PLANS: Mapping[str, Callable[[Target], Plan]] = {
    "vscode": vscode.plan,
    "neovim": neovim.plan,
    "helix": helix.plan,
    "emacs": emacs.plan,
    "sublime": sublime.plan,
    "kate": kate.plan,
}


def run(editor: str, target: Target, *, write: bool) -> str:
    """Plans the change for `editor`, writes it when asked to, and says what was done.

    Raises InputError with one sentence where a file is not understood.
    """
    plan = PLANS[editor](target)
    if plan.before == plan.after:
        return "\n".join([f"{plan.path} is already set up.", *plan.notes])
    lines = [diff(plan), *plan.notes]
    if not write:
        return "\n".join([*lines, "Nothing was written. Add --write to write it."])
    if (backup := save(plan)) is None:
        lines.append(f"Wrote {plan.path}. To undo, delete that file.")
    else:
        lines.append(f"Wrote {plan.path}. To undo, put back {backup}.")
    return "\n".join(lines)


def server_command() -> tuple[str, ...]:
    """How an editor started from a dock finds this program: by its absolute path."""
    name = "fim-lsp.exe" if sys.platform == "win32" else "fim-lsp"
    beside = Path(sys.executable).parent / name
    for found in (sys.argv[0], str(beside), shutil.which("fim-lsp")):
        if found and Path(found).name == name and Path(found).is_file():
            return (str(Path(found).absolute()), "--stdio")
    return (sys.executable, "-m", "fim_lsp", "--stdio")


@click.command
@click.argument("editor", type=click.Choice(list(PLANS)))
@click.option("--write", is_flag=True, help="Write the change; a backup is kept.")
def setup(editor: str, *, write: bool) -> None:
    """Configure EDITOR to start fim-lsp.  Shows the change first."""
    put(run(editor, Target.of_this_machine(server_command()), write=write))
