"""One action from beginning to end: ask, let the model look around, read the answer."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import replace
from functools import partial
from pathlib import Path

from ..api.health import MOST_SPREAD
from ..errors import InputError
from ..settings import ChatSettings
from ..text import Document
from . import answer
from .actions import Action, Apply
from .answer import Result
from .loops import LoopWatch
from .messages import Task, build, selected_code
from .newfile import new_path
from .regions import region
from .rounds import converse_with_tools
from .selection import Selection
from .soundness import Unmatched
from .tools import ToolBox
from .turns import Conversation, Converse, OnStep, Sleep, Step

# Ends its block with TimeoutError after so many seconds.
Deadline = Callable[[float], AbstractAsyncContextManager[object]]


async def spread_sleep(seconds: float) -> None:
    """Wait, up to a quarter longer, so that users of one gateway come back apart."""
    await asyncio.sleep(seconds * (1 + random.random() * MOST_SPREAD))  # noqa: S311 - no secret


async def run(
    action: Action,
    selection: Selection,
    *,
    converse: Converse,
    settings: ChatSettings,
    report: OnStep,
    unmatched: Unmatched,
    tools: ToolBox | None = None,
    instruction: str | None = None,
    open_documents: Sequence[Document] = (),
    sleep: Sleep = spread_sleep,
    deadline: Deadline = asyncio.timeout,
    exists: Callable[[Path], bool] = Path.exists,
) -> Result:
    """The result of `action`.  Nothing is written here; a cancel closes the stream.

    unmatched: counts brackets without a partner, in text of a language id.
    open_documents, tools: hold and see only what may be sent.

    Input that cannot be worked on, and an answer that takes too long, make a result
    with the reason; the endpoint's errors are raised.
    """
    document = selection.document
    try:
        task = Task(
            action,
            selection,
            region(action, selection),
            instruction=instruction or "",
            new_file=_new_file(action, document, exists),
            others=tuple(open_documents),
        )
        request = build(task, settings)
    except InputError as error:
        return Result("nothing", document, error.sentence)
    report(Step(_opening(settings), is_news=bool(settings.instructions.strip())))
    watch = partial(LoopWatch, selected_code(task), prose=action.apply is Apply.SHOW)
    conversation = Conversation(converse, report, sleep, watch)
    calls: tuple[str, ...] = ()
    try:
        async with deadline(settings.timeout):
            if tools is None:
                last = await conversation.turn(request)
            else:
                last, calls = await converse_with_tools(request, tools, conversation)
    except TimeoutError:
        return Result("nothing", document, _too_slow(settings.timeout))
    # In a thread, because comparing and parsing long texts would delay the user's keys.
    result = await asyncio.to_thread(
        answer.read, task, last.text, last.finish_reason, unmatched
    )
    if result.new_file and exists(result.new_file):
        why = f"{result.new_file.name} was created meanwhile; it is not overwritten."
        result = Result("nothing", document, why)
    return replace(result, model=last.model, tools=calls)


def _new_file(
    action: Action, document: Document, exists: Callable[[Path], bool]
) -> Path | None:
    if action.apply is not Apply.NEW_FILE:
        return None
    return new_path(action, document, exists)


def _opening(settings: ChatSettings) -> str:
    """The words that show what is waited for; they name a project's instructions."""
    waiting = f"waiting for the model, {settings.timeout:g} s at most"
    instructions = " ".join(settings.instructions.split())
    return f"{waiting}; instructions: {instructions}" if instructions else waiting


def _too_slow(seconds: float) -> str:
    return (
        f"The model did not finish within {seconds:g} s; "
        "the setting chat.timeout can give it more time."
    )
