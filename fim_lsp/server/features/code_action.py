"""textDocument/codeAction, codeAction/resolve: the menu; no model is asked for it."""

from __future__ import annotations

from lsprotocol import types as lsp

from ...chat.actions import actions_for, own_actions
from ...text import Document
from .. import convert
from ..next_edit_view import is_hint
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
    # A hint for the next edit is not a problem that a model could repair.
    problems = [theirs for theirs in context.diagnostics if not is_hint(theirs)]
    selection = convert.selection(documents, document, params.range, problems)
    ls.reported.note(document, selection.diagnostics)
    entries = actions_for(
        selection,
        menu=settings.chat.menu,
        own_actions=own_actions(settings.chat.actions),
        only=[str(getattr(kind, "value", kind)) for kind in context.only or ()] or None,
        automatic=context.trigger_kind == lsp.CodeActionTriggerKind.Automatic,
    )
    diagnostics = [ls.protocol.as_json(problem) for problem in problems]
    return _quick_fixes(ls, document, params) + [
        convert.code_action(documents, entry, document, diagnostics)
        for entry in entries
    ]


def _quick_fixes(
    ls: FimServer, document: Document, params: lsp.CodeActionParams
) -> list[lsp.CodeAction]:
    """The code actions for the next edit, if the client wants quick fixes."""
    only = [str(getattr(kind, "value", kind)) for kind in params.context.only or ()]
    wanted = not only or any(kind in ("", "quickfix") for kind in only)
    return ls.next_edit_view.quick_fixes(document, params.range) if wanted else []


def resolve(ls: FimServer, params: lsp.CodeAction) -> lsp.CodeAction:
    """The same action, which is complete; some clients resolve all actions."""
    del ls
    return params
