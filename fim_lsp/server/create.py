"""The table of methods and the functions that answer them; creates servers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from lsprotocol import types as lsp

from ..session.session import Session
from .features import (
    code_action,
    completion,
    configuration,
    execute_command,
    inline_completion,
    inline_edit,
    lifecycle,
    notebook_document,
    text_document,
)
from .server import FimServer

FEATURES: Mapping[str, Callable[..., Any]] = {
    lsp.INITIALIZE: lifecycle.initialize,
    lsp.INITIALIZED: lifecycle.initialized,
    lsp.SHUTDOWN: lifecycle.shutdown,
    lsp.EXIT: lifecycle.exit_,
    lsp.TEXT_DOCUMENT_DID_OPEN: text_document.did_open,
    lsp.TEXT_DOCUMENT_DID_CHANGE: text_document.did_change,
    lsp.TEXT_DOCUMENT_DID_CLOSE: text_document.did_close,
    lsp.TEXT_DOCUMENT_DID_SAVE: text_document.did_save,
    lsp.NOTEBOOK_DOCUMENT_DID_OPEN: notebook_document.did_open,
    lsp.NOTEBOOK_DOCUMENT_DID_CHANGE: notebook_document.did_change,
    lsp.NOTEBOOK_DOCUMENT_DID_SAVE: notebook_document.did_save,
    lsp.NOTEBOOK_DOCUMENT_DID_CLOSE: notebook_document.did_close,
    lsp.WORKSPACE_DID_CHANGE_WORKSPACE_FOLDERS: text_document.did_change_folders,
    lsp.WORKSPACE_DID_CHANGE_CONFIGURATION: configuration.did_change,
    lsp.TEXT_DOCUMENT_INLINE_COMPLETION: inline_completion.inline_completion,
    "textDocument/copilotInlineEdit": inline_edit.copilot_inline_edit,
    "textDocument/didFocus": inline_edit.did_focus,
    "textDocument/didShowInlineEdit": inline_edit.did_show_inline_edit,
    lsp.TEXT_DOCUMENT_COMPLETION: completion.completion,
    lsp.TEXT_DOCUMENT_CODE_ACTION: code_action.code_action,
    lsp.CODE_ACTION_RESOLVE: code_action.resolve,
    lsp.WORKSPACE_EXECUTE_COMMAND: execute_command.execute_command,
    lsp.WINDOW_WORK_DONE_PROGRESS_CANCEL: execute_command.cancel_progress,
}
# By method, the options that the server announces.
OPTIONS: Mapping[str, Any] = {
    # pygls does not advertise inline completion without options.
    lsp.TEXT_DOCUMENT_INLINE_COMPLETION: lsp.InlineCompletionOptions(),
    lsp.TEXT_DOCUMENT_COMPLETION: completion.OPTIONS,
    lsp.TEXT_DOCUMENT_CODE_ACTION: code_action.OPTIONS,
}


def create_server(
    make_session: Callable[[], Session],
    *,
    reports_folder: Path | None = None,
    fixed_log_level: bool = False,
) -> FimServer:
    """A server for one conversation; the parameters are those of `FimServer`."""
    server = FimServer(
        make_session,
        reports_folder=reports_folder,
        fixed_log_level=fixed_log_level,
    )
    for method, feature in FEATURES.items():
        server.feature(method, OPTIONS.get(method))(feature)
    # pygls announces these commands.  `execute_command` runs them, as a command that
    # pygls runs cannot be cancelled.
    server.protocol.fm.commands.update(execute_command.COMMANDS)
    return server
