"""fim-lsp.act: runs a chat action, shows its progress, and applies its edit."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypeVar

from cattrs.errors import BaseValidationError
from lsprotocol import types as lsp

from ...chat.actions import find_action
from ...chat.answer import Result
from ...chat.entry import ActionCall
from ...chat.result_data import result_data
from ...chat.selection import Diagnostic, Selection
from ...chat.turns import Step
from ...errors import InputError, OverBudget
from ...session.actions import run_action
from ...text import Document, Span, visible
from .. import convert
from ..apply_edit import apply, cannot, presence
from ..client import NoAnswer
from ..progress import Progress
from ..server import FimServer
from .call import Command, show

T = TypeVar("T")

# The button that lets an action exceed today's budget.
RUN_ANYWAY = "Run Anyway"


async def act(command: Command) -> Any:
    """`[{"action", "uri", "range", "instruction"?}]`: runs a chat action.

    Answers the JSON of `result_data`.  Raises FimError if the action cannot be run.
    """
    server, call = command.server, _call(command)
    action = call.action
    if reason := cannot(server, action):
        raise InputError(reason)
    was = presence(server, call.selection.document.uri)
    async with server.progresses.show(action.title, command.token) as progress:
        result = await progress.run(_run_or_ask(server, call, progress))
        if result is None:
            document = call.selection.document
            result = Result("nothing", document, "cancelled")
            return result_data(action, result, Path.as_posix)
        if result.outcome == "edited":
            result = await apply(server, action.title, result, was)
        elif result.markdown is not None:
            await show(server, action.title, result.markdown)
    if result.reason:
        server.notices.message(lsp.MessageType.Warning, result.reason)
    return result_data(action, result, Path.as_posix)


def _call(command: Command) -> ActionCall:
    """The call that the arguments describe.  Raises InputError if they are wrong."""
    documents = command.server.documents
    id_, uri = command.option("action"), command.option("uri")
    if not isinstance(id_, str) or not isinstance(uri, str):
        raise InputError("Say which action to run, and on which document and range.")
    if not documents.exists(uri):
        raise InputError("The document is not open, and there is no such file.")
    document = documents.get(uri)
    folder = documents.folder(document.uri)
    settings = command.server.session.settings.for_folder(folder)
    instruction = command.option("instruction")
    return ActionCall(
        find_action(id_, settings.chat.actions),
        Selection(document, _span(command, document), _diagnostics(command, document)),
        folder=folder,
        instruction=instruction if isinstance(instruction, str) else None,
        open_documents=documents.open_ones,
        diagnostics=command.server.reported.by_uri,
    )


def _span(command: Command, document: Document) -> Span:
    range_ = _structured(command, command.option("range"), lsp.Range)
    return command.server.documents.span(document, range_)


def _diagnostics(command: Command, document: Document) -> tuple[Diagnostic, ...]:
    """The diagnostics in the arguments, else those that the client sent last."""
    documents, raw = command.server.documents, command.option("diagnostics")
    if not isinstance(raw, list):
        return command.server.reported.of(document)
    given = (_structured(command, diagnostic, lsp.Diagnostic) for diagnostic in raw)
    return tuple(convert.diagnostic(documents, document, theirs) for theirs in given)


def _structured(command: Command, raw: Any, kind: type[T]) -> T:
    try:
        return command.server.protocol.structured(raw, kind)
    except (BaseValidationError, TypeError, KeyError, ValueError) as error:
        what = "range" if kind is lsp.Range else "diagnostics"
        raise InputError(
            f"The {what} in the arguments of the action cannot be read."
        ) from error


async def _run_or_ask(
    server: FimServer, call: ActionCall, progress: Progress
) -> Result:
    """Run the action; if today's budget is used up, ask the user whether to go on."""

    def report(step: Step) -> None:
        progress.report(str(step))

    try:
        return await run_action(server.session, call, report)
    except OverBudget as error:
        if not await _may_exceed(server, error.sentence):
            raise
    return await run_action(server.session, call, report, over_budget=True)


async def _may_exceed(server: FimServer, sentence: str) -> bool:
    """Ask the user whether the action may exceed the budget."""
    if not server.client.capabilities.asks_questions:
        return False
    params = lsp.ShowMessageRequestParams(
        lsp.MessageType.Warning,
        f"fim-lsp: {visible(sentence)}",
        [lsp.MessageActionItem(RUN_ANYWAY)],
    )
    try:
        answer = await server.client.ask(lsp.WINDOW_SHOW_MESSAGE_REQUEST, params)
    except NoAnswer:
        return False
    return isinstance(answer, Mapping) and answer.get("title") == RUN_ANYWAY
