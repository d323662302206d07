"""textDocument/codeAction, codeAction/resolve: a table, never a model call."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from lsprotocol import types as lsp

from ...chat.actions import actions_for, own_actions
from .. import convert
from ..server import FimServer

OPTIONS = lsp.CodeActionOptions(
    code_action_kinds=[
        lsp.CodeActionKind.QuickFix,
        lsp.CodeActionKind.Refactor,
        lsp.CodeActionKind.RefactorRewrite,
    ],
    resolve_provider=True,
)


def code_action(ls: FimServer, params: lsp.CodeActionParams) -> list[lsp.CodeAction]:
    documents, context = ls.documents, params.context
    document = documents.get(params.text_document.uri)
    settings = ls.session.settings.for_folder(documents.folder(document.uri))
    own, _ = own_actions(settings.chat.actions)
    selection = convert.selection(
        documents, document, params.range, context.diagnostics
    )
    ls.reported.note(document, selection.diagnostics)
    offered = actions_for(
        selection,
        menu=settings.chat.menu,
        own_actions=own,
        only=[str(getattr(kind, "value", kind)) for kind in context.only or ()] or None,
        automatic=context.trigger_kind == lsp.CodeActionTriggerKind.Automatic,
    )
    diagnostics = _json(ls, context.diagnostics)
    return [
        convert.code_action(documents, each, document, diagnostics) for each in offered
    ]


def resolve(ls: FimServer, params: lsp.CodeAction) -> lsp.CodeAction:
    """Several clients resolve every action; ours are complete."""
    del ls
    return params


def _json(ls: FimServer, diagnostics: Sequence[lsp.Diagnostic]) -> list[Any]:
    converter = ls.protocol._converter  # noqa: SLF001  pygls has no other way to it
    return [converter.unstructure(each) for each in diagnostics]
