"""An editor of notebooks: what it sends, and the text that a reader would see."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from ...harness.pair import Pair

NOTEBOOK = "file:///workspace/analysis.ipynb"


@dataclass
class EditorCell:
    """A cell as the editor has it; `text` is what the user sees."""

    uri: str
    text: str
    language: str = "python"
    version: int = 1

    @property
    def kind(self) -> int:
        return 1 if self.language == "markdown" else 2

    @property
    def in_notebook(self) -> dict[str, Any]:
        outputs = {"outputs": [{"text": "OUTPUT OF THE CELL"}]}
        return {"kind": self.kind, "document": self.uri, "metadata": outputs}

    @property
    def item(self) -> dict[str, Any]:
        return {
            "uri": self.uri,
            "languageId": self.language,
            "version": self.version,
            "text": self.text,
        }


@dataclass
class NotebookEditor:
    """One notebook that is open in an editor; each change is sent as it is made."""

    client: Pair
    uri: str = NOTEBOOK
    cells: list[EditorCell] = field(default_factory=list)
    version: int = 1
    made: int = 0

    def cell(self, text: str, language: str = "python") -> EditorCell:
        """A new cell, which stands nowhere yet."""
        self.made += 1
        path = self.uri.partition(":")[2].removeprefix("//")
        uri = f"vscode-notebook-cell:{path}#W{self.made}"
        return EditorCell(uri, text, language)

    def open(self, *cells: EditorCell) -> None:
        self.cells = list(cells)
        notebook = {
            "uri": self.uri,
            "notebookType": "jupyter-notebook",
            "version": self.version,
            "cells": [cell.in_notebook for cell in cells],
        }
        self.client.notify(
            "notebookDocument/didOpen",
            {
                "notebookDocument": notebook,
                "cellTextDocuments": [cell.item for cell in cells],
            },
        )

    def close(self) -> None:
        identifiers = [{"uri": cell.uri} for cell in self.cells]
        self.client.notify(
            "notebookDocument/didClose",
            {
                "notebookDocument": {"uri": self.uri},
                "cellTextDocuments": identifiers,
            },
        )
        self.cells = []

    def change(self, **cells: Any) -> None:
        """Send a change of cells: `structure`, `data` or `textContent`."""
        self.version += 1
        self.client.notify(
            "notebookDocument/didChange",
            {
                "notebookDocument": {"uri": self.uri, "version": self.version},
                "change": {"cells": cells},
            },
        )

    def splice(
        self, start: int, count: int, new: Sequence[EditorCell] = (), **also: Any
    ) -> None:
        """Replace cells; `also` holds didOpen and didClose."""
        self.cells[start : start + count] = new
        array = {"start": start, "deleteCount": count}
        cells = [cell.in_notebook for cell in new]
        self.change(structure={"array": {**array, "cells": cells}, **also})

    def insert(self, index: int, cell: EditorCell) -> None:
        self.splice(index, 0, [cell], didOpen=[cell.item])

    def remove(self, index: int) -> None:
        self.splice(index, 1, didClose=[{"uri": self.cells[index].uri}])

    def move(self, index: int, to: int) -> None:
        """In two messages, as VS Code does; the document stays open."""
        cell = self.cells[index]
        self.splice(index, 1)
        self.splice(to, 0, [cell])

    def speak(self, index: int, language: str) -> None:
        """Change a cell's language: it is closed, and opened again."""
        cell = self.cells[index]
        self.remove(index)
        cell.language = language
        self.insert(index, cell)

    def write(self, cell: EditorCell, text: str) -> None:
        """Replace the whole text of a cell."""
        cell.text = text
        self.send_text(cell, {"text": text})

    def type(self, cell: EditorCell, text: str) -> None:
        """Type at the end of a cell, in UTF-16."""
        *above, last = cell.text.split("\n")
        width = len(last.encode("utf-16-le")) // 2
        here = {"line": len(above), "character": width}
        cell.text += text
        self.send_text(cell, {"range": {"start": here, "end": here}, "text": text})

    def send_text(self, cell: EditorCell, *changes: dict[str, Any]) -> None:
        cell.version += 1
        identifier = {"uri": cell.uri, "version": cell.version}
        self.change(textContent=[{"document": identifier, "changes": list(changes)}])

    def ask(self, cell: EditorCell, *, kind: int = 1) -> int:
        """Ask for a completion at the end of a cell; the id of the request."""
        *above, last = cell.text.split("\n")
        width = len(last.encode("utf-16-le")) // 2
        return self.client.send(
            "textDocument/inlineCompletion",
            {
                "textDocument": {"uri": cell.uri},
                "position": {"line": len(above), "character": width},
                "context": {"triggerKind": kind},
            },
        )
