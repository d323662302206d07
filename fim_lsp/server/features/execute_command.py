"""workspace/executeCommand, and window/workDoneProgress/cancel.

Every command accepts missing arguments and answers with data or a sentence.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from lsprotocol import types as lsp
from pygls.exceptions import JsonRpcInvalidParams

from ...errors import FimError
from ...text import visible
from ..commands import act, doctor, money, next_edit, switches, usage, why
from ..commands.call import Command
from ..server import FimServer

# What of an answer is written into a document, character by character.
_EDITS = frozenset({"edit", "edits"})

CommandHandler = Callable[[Command], Awaitable[Any]]

COMMANDS: Mapping[str, CommandHandler] = {
    "fim-lsp.accepted": switches.accepted,
    "fim-lsp.act": act.act,
    "fim-lsp.why": why.why,
    "fim-lsp.toggle": switches.toggle,
    "fim-lsp.snooze": switches.snooze,
    "fim-lsp.allowFile": switches.allow_file,
    "fim-lsp.usage": usage.usage,
    "fim-lsp.balance": money.balance,
    "fim-lsp.models": money.models,
    "fim-lsp.selectModel": money.select_model,
    "fim-lsp.doctor": doctor.doctor,
    "fim-lsp.continueToday": usage.continue_today,
    "fim-lsp.clearCache": switches.clear_cache,
    "fim-lsp.nextEdit": next_edit.next_edit,
    "fim-lsp.applyNextEdit": next_edit.apply_next_edit,
    "fim-lsp.dismissNextEdit": next_edit.dismiss_next_edit,
}


async def execute_command(ls: FimServer, params: lsp.ExecuteCommandParams) -> Any:
    """A task under the message's id, so that a cancel reaches the command itself."""
    handler = COMMANDS.get(params.command)
    if handler is None:
        raise JsonRpcInvalidParams(f"There is no command {params.command[:100]}.")
    arguments = [each for each in params.arguments or () if each is not None]
    try:
        return _shown(await handler(Command(ls, arguments, params.work_done_token)))
    except FimError as error:
        ls.notices.message(lsp.MessageType.Warning, error.sentence)
        return {"message": error.sentence}


def _shown(answer: Any) -> Any:
    """A command's answer as a view of the client may show it.

    Texts of edits, which begin with other names, have a door of their own.
    """
    if isinstance(answer, str):
        return visible(answer)
    if isinstance(answer, dict):
        return {
            name: value if name in _EDITS else _shown(value)
            for name, value in answer.items()
        }
    if isinstance(answer, list | tuple):
        return [_shown(item) for item in answer]
    return answer


def cancel_progress(ls: FimServer, params: lsp.WorkDoneProgressCancelParams) -> None:
    if isinstance(params.token, int | str):
        ls.progresses.cancel(params.token)
