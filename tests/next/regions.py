"""Regions of a document of a hundred lines, and edits that have settled."""

from __future__ import annotations

from fim_lsp.next.region import EditRegion, region_around
from fim_lsp.next.settled import SettledEdit
from fim_lsp.text import Place, document

TEXT = "".join(f"line_{n} = {n}\n" for n in range(100))


def region(text: str = TEXT, line: int = 50, *, around: int = 5) -> EditRegion:
    made = document("file:///w/main.py", "python", 1, text)
    return region_around(made, Place(line, 4), "main.py", above=around, below=around)


def settled(old: str, new: str, line: int = 0) -> SettledEdit:
    return SettledEdit(
        document=document("file:///w/main.py", "python", 1, new),
        first=line,
        folder=None,
        line=line,
        old=tuple(old.splitlines(keepends=True)),
        new=tuple(new.splitlines(keepends=True)),
        above=(),
        below=(),
        at=0.0,
    )


def chat(text: str) -> str:
    return f"<editable_region>\n{text}</editable_region>"
