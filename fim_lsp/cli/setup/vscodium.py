"""VSCodium: as VS Code, in a folder of its own."""

from __future__ import annotations

from functools import partial

from . import vscode

plan = partial(vscode.plan, folder="VSCodium", name="VSCodium")
undo = partial(vscode.undo, folder="VSCodium", name="VSCodium")
