"""An editor of the soak: one file open at a time, on a server process of its own."""

from __future__ import annotations

import shutil
import sysconfig
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from .listening import Listening
from .lsp import OURS, spawn

# Modules whose text is typed.
MODULES = ("textwrap", "calendar", "heapq", "bisect", "fractions", "shlex", "queue")


class Editor:
    """What an editor does, with one file open at a time."""

    def __init__(self, server: Listening, folder: Path) -> None:
        self.server = server
        self.folder = folder
        self.uri = ""
        self.lines = [""]
        self._version = 0

    def initialize(self, settings: dict[str, Any]) -> None:
        root = self.folder.as_uri()
        can = {
            "textDocument": {"inlineCompletion": {}},
            "workspace": {"applyEdit": True},
            "window": {"workDoneProgress": True},
        }
        params = {
            "processId": None,
            "rootUri": root,
            "workspaceFolders": [{"uri": root, "name": "soak"}],
            "capabilities": can,
            "initializationOptions": settings,
        }
        self.server.wait_for(self.server.request("initialize", params))
        self.server.notify("initialized", {})

    def open(self, name: str, text: str) -> None:
        self.close()
        self.uri, self._version = (self.folder / name).as_uri(), 1
        self.lines = text.split("\n")
        item = {"uri": self.uri, "languageId": "python", "version": 1, "text": text}
        self.server.notify("textDocument/didOpen", {"textDocument": item})

    def close(self) -> None:
        if self.uri:
            params = {"textDocument": {"uri": self.uri}}
            self.server.notify("textDocument/didClose", params)
            self.uri = ""

    def type(self, text: str) -> None:
        """Type at the end of the document."""
        end = self._end()
        first, *rest = text.split("\n")
        self.lines[-1] += first
        self.lines += rest
        self._change(end, end, text)

    def delete(self, characters: int) -> None:
        """Take characters back from the end of the last line."""
        end = self._end()
        kept = max(0, len(self.lines[-1]) - characters)
        self.lines[-1] = self.lines[-1][:kept]
        self._change({"line": end["line"], "character": kept}, end, "")

    def ask(self, trigger: int, *, keep: bool = False) -> int:
        params = {
            "textDocument": {"uri": self.uri},
            "position": self._end(),
            "context": {"triggerKind": trigger},
        }
        return self.server.request("textDocument/inlineCompletion", params, keep=keep)

    def cancel(self, id_: int) -> None:
        self.server.notify("$/cancelRequest", {"id": id_})

    def command(self, name: str, *arguments: Any) -> int:
        params = {"command": f"fim-lsp.{name}", "arguments": list(arguments)}
        return self.server.request("workspace/executeCommand", params)

    def place(self) -> dict[str, Any]:
        """The last line, as a range of the document."""
        last = len(self.lines) - 1
        start = {"line": last, "character": 0}
        return {"start": start, "end": self._end()}

    def _end(self) -> dict[str, int]:
        return {"line": len(self.lines) - 1, "character": len(self.lines[-1])}

    def _change(self, start: Any, end: Any, text: str) -> None:
        self._version += 1
        params = {
            "textDocument": {"uri": self.uri, "version": self._version},
            "contentChanges": [{"range": {"start": start, "end": end}, "text": text}],
        }
        self.server.notify("textDocument/didChange", params)


@contextmanager
def editing(url: str, **settings: Any) -> Iterator[Editor]:
    """An editor with a server of its own, in a folder with some modules."""
    library = Path(sysconfig.get_path("stdlib"))
    command = (*OURS, "--log-level", "error")
    with tempfile.TemporaryDirectory() as folder, spawn(command) as server:
        for module in MODULES:
            shutil.copy(library / f"{module}.py", folder)
        editor = Editor(Listening(server.process), Path(folder))
        editor.initialize(configuration(url, **settings))
        yield editor


def configuration(url: str, **settings: Any) -> dict[str, Any]:
    completion = {"provider": "bench", "model": "fake", "debounceMs": 0}
    return {
        "completion": completion,
        "chat": {"provider": "bench", "model": "fake"},
        "providers": {"bench": {"baseUrl": url}},
        **settings,
    }
