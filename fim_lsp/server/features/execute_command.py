"""workspace/executeCommand, window/workDoneProgress/cancel: the table of commands.

All commands accept missing arguments, and answer with data or a sentence.
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

# The fields of an answer whose texts are written into documents unchanged.
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
    """Run a command; cancelling the request cancels the command."""
    handler = COMMANDS.get(params.command)
    if handler is None:
        raise JsonRpcInvalidParams(f"There is no command {params.command[:100]}.")
    arguments = [value for value in params.arguments or () if value is not None]
    try:
        return _shown(await handler(Command(ls, arguments, params.work_done_token)))
    except FimError as error:
        ls.notices.message(lsp.MessageType.Warning, error.sentence)
        return {"message": error.sentence}


def _shown(answer: Any) -> Any:
    """A command's answer without invisible characters, as a client may show it.

    Texts of edits stay as they are; they were checked when the edits were made.
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
