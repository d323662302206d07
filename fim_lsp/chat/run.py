"""One action from beginning to end: ask, let the model look around, read the answer."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from ..api.requests import ChatRequest
from ..errors import InputError
from ..settings import ChatSettings
from ..text import Document
from . import answer
from .actions import Action, Apply
from .answer import Result
from .messages import Task, build
from .newfile import new_path
from .regions import region
from .rounds import converse_with_tools
from .selection import Selection
from .tools import ToolBox
from .turns import Converse, OnStep, Sleep, Step, Turn, take_turn


async def run(
    action: Action,
    selection: Selection,
    *,
    converse: Converse,
    settings: ChatSettings,
    report: OnStep,
    tools: ToolBox | None = None,
    instruction: str | None = None,
    open_documents: Sequence[Document] = (),
    sleep: Sleep = asyncio.sleep,
    exists: Callable[[Path], bool] = Path.exists,
) -> Result:
    """What `action` comes to.  Nothing is written here, and a cancel closes the stream.

    `open_documents`, and what `tools` can see, must be allowed to be sent.  Input that
    cannot be worked on makes a result with its reason; the endpoint's errors are
    raised.
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
    report(Step(_opening(action, settings)))

    async def turn(request: ChatRequest) -> Turn:
        return await take_turn(request, converse=converse, report=report, sleep=sleep)

    calls: tuple[str, ...] = ()
    if tools is None:
        last = await turn(request)
    else:
        last, calls = await converse_with_tools(
            request, tools, take_turn=turn, report=report
        )
    # Comparing and parsing long texts would keep the keys waiting.
    result = await asyncio.to_thread(answer.read, task, last.text, last.finish_reason)
    if result.new_file and exists(result.new_file):
        why = f"{result.new_file.name} was created meanwhile; it is not written over."
        result = Result("nothing", document, why)
    return replace(result, usage=last.usage, model=last.model, tools=calls)


def _new_file(
    action: Action, document: Document, exists: Callable[[Path], bool]
) -> Path | None:
    if action.apply is not Apply.NEW_FILE:
        return None
    return new_path(action, document, exists)


def _opening(action: Action, settings: ChatSettings) -> str:
    """What is being done; a project's instructions are never sent unseen."""
    instructions = " ".join(settings.instructions.split())
    return f"{action.title}, with: {instructions}" if instructions else action.title
