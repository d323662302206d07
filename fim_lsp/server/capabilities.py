"""What the client can do, as booleans.

They are read from raw JSON, as clients send values that the protocol's types reject.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast

from ..text import Encoding

# The encodings of columns that the server knows.
_ENCODINGS = ("utf-8", "utf-16", "utf-32")
# Clients that draw inline completions without announcing it: "emacs" is lsp-mode.
_INLINE_UNANNOUNCED = frozenset({"emacs"})
# Clients that add late answers to a menu that is open, so that waiting delays nobody.
# The empty name is that of Kate, which does not give its name.
_MERGE_LATE = frozenset({"helix", "neovim", ""})


@dataclass(frozen=True, slots=True)
class ClientCapabilities:
    """What one client can do.

    name: the name that the client gives; empty if it gives none.
    encoding: the unit of its columns.
    reads_markdown: whether the documentation of a menu's item may be Markdown.
    """

    name: str = ""
    encoding: Encoding = "utf-16"
    inline_completion: bool = False
    merges_late_items: bool = False
    reads_markdown: bool = False
    pulls_configuration: bool = False
    registers_configuration: bool = False
    shows_documents: bool = False
    shows_progress: bool = False
    shows_status: bool = False
    shows_next_edit: bool = False
    asks_questions: bool = False
    applies_edits: bool = False
    versioned_edits: bool = False
    creates_files: bool = False
    annotates_changes: bool = False

    @property
    def needs_menu(self) -> bool:
        return not self.inline_completion


def capabilities_of(params: Mapping[str, Any]) -> ClientCapabilities:
    """The capabilities that the raw params of `initialize` announce."""
    capabilities = params.get("capabilities")
    info = params.get("clientInfo")
    name = _at(info, "name")
    lower = name.lower() if isinstance(name, str) else ""

    def can(path: str) -> bool:
        return bool(_at(capabilities, path))

    inline = _at(capabilities, "textDocument.inlineCompletion")
    formats = _at(
        capabilities, "textDocument.completion.completionItem.documentationFormat"
    )
    operations = _at(capabilities, "workspace.workspaceEdit.resourceOperations")
    annotations = _at(capabilities, "workspace.workspaceEdit.changeAnnotationSupport")
    return ClientCapabilities(
        name=name if isinstance(name, str) else "",
        encoding=_encoding(_at(capabilities, "general.positionEncodings")),
        # An empty object announces a capability, too.
        inline_completion=inline not in (None, False) or lower in _INLINE_UNANNOUNCED,
        merges_late_items=lower in _MERGE_LATE,
        reads_markdown="markdown" in _list(formats),
        pulls_configuration=can("workspace.configuration"),
        registers_configuration=can(
            "workspace.didChangeConfiguration.dynamicRegistration"
        ),
        shows_documents=can("window.showDocument.support"),
        shows_progress=can("window.workDoneProgress"),
        shows_status=can("experimental.fimLspStatus"),
        shows_next_edit=can("experimental.fimLspNextEdit"),
        # An empty object announces a capability, too.
        asks_questions=_at(capabilities, "window.showMessage") not in (None, False),
        applies_edits=can("workspace.applyEdit"),
        versioned_edits=can("workspace.workspaceEdit.documentChanges"),
        creates_files=isinstance(operations, list) and "create" in operations,
        annotates_changes=annotations not in (None, False),
    )


def _encoding(offered: Any) -> Encoding:
    """The first encoding that the server knows; without any it is UTF-16."""
    usable = (encoding for encoding in _list(offered) if encoding in _ENCODINGS)
    return cast("Encoding", next(usable, "utf-16"))


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _at(value: Any, path: str) -> Any:
    """The value at a dotted path; None if there is none."""
    for key in path.split("."):
        if not isinstance(value, Mapping):
            return None
        value = value.get(key)
    return value
