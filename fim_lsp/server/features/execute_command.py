"""workspace/executeCommand, window/workDoneProgress/cancel: the table of commands.

All commands accept missing arguments, and answer with data or a sentence.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from importlib import import_module
from typing import Any

from lsprotocol import types as lsp
from pygls.exceptions import JsonRpcInvalidParams

from ...errors import FimError
from ...text import visible
from ..commands.call import Command
from ..server import FimServer

# The fields of an answer whose texts are written into documents unchanged.
_EDITS = frozenset({"edit", "edits"})

CommandHandler = Callable[[Command], Awaitable[Any]]


def _later(file: str, function: str) -> CommandHandler:
    """A command whose file is loaded when the command is run for the first time: most
    are never run, and each file would delay the start.
    """

    async def run(command: Command) -> Any:
        loaded = import_module(f"..commands.{file}", __package__)
        return await getattr(loaded, function)(command)

    return run


COMMANDS: Mapping[str, CommandHandler] = {
    "fim-lsp.accepted": _later("switches", "accepted"),
    "fim-lsp.act": _later("act", "act"),
    "fim-lsp.why": _later("why", "why"),
    "fim-lsp.toggle": _later("switches", "toggle"),
    "fim-lsp.snooze": _later("switches", "snooze"),
    "fim-lsp.allowFile": _later("switches", "allow_file"),
    "fim-lsp.usage": _later("usage", "usage"),
    "fim-lsp.balance": _later("money", "balance"),
    "fim-lsp.models": _later("money", "models"),
    "fim-lsp.selectModel": _later("money", "select_model"),
    "fim-lsp.doctor": _later("doctor", "doctor"),
    "fim-lsp.continueToday": _later("usage", "continue_today"),
    "fim-lsp.clearCache": _later("switches", "clear_cache"),
    "fim-lsp.nextEdit": _later("next_edit", "next_edit"),
    "fim-lsp.applyNextEdit": _later("next_edit", "apply_next_edit"),
    "fim-lsp.dismissNextEdit": _later("next_edit", "dismiss_next_edit"),
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
