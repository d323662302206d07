"""An action as a user asks for it, on a file that may or may not be sent."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from ..reasons import reason_of
from ..settings import ChatSettings
from ..text import Document, path_of
from .actions import Action
from .answer import Result
from .definitions import name_of
from .run import run
from .selection import Diagnostic, Selection
from .soundness import Unmatched
from .tools import ToolBox
from .turns import Converse, OnStep

# Why a document of a workspace folder may not be sent, by the reason's name, or None.
RefusalOf = Callable[[str, Path | None], str | None]


@dataclass(frozen=True, slots=True)
class ActionCall:
    """One action to run.

    folder: the workspace folder of the document.
    instruction: what the user wrote.
    open_documents: all of them, whether they may be sent or not.
    diagnostics: those of other files, by URI.
    """

    action: Action
    selection: Selection
    folder: Path | None = None
    instruction: str | None = None
    open_documents: tuple[Document, ...] = ()
    diagnostics: Mapping[str, Sequence[Diagnostic]] = field(default_factory=dict)


async def act(
    call: ActionCall,
    *,
    settings: ChatSettings,
    refusal: RefusalOf,
    converse: Converse,
    report: OnStep,
    unmatched: Unmatched,
) -> Result:
    """What came of the call.  What may not be sent gets into no request.

    `refusal` is called in threads.

    Raises the endpoint's errors.
    """
    document = call.selection.document
    too_large = "too-large" if document.is_too_large else None
    reason = await asyncio.to_thread(refusal, document.uri, call.folder)
    if reason := reason or too_large:
        because = reason_of(reason).because
        why = f"{name_of(document.uri)} is not sent because {because}."
        return Result("nothing", document, why)
    others = await asyncio.to_thread(_others, call, refusal)
    return await run(
        call.action,
        call.selection,
        converse=converse,
        settings=settings,
        report=report,
        unmatched=unmatched,
        tools=_toolbox(call, others, refusal) if settings.tools else None,
        instruction=call.instruction,
        open_documents=others,
    )


def _others(call: ActionCall, refusal: RefusalOf) -> tuple[Document, ...]:
    """The open documents that may be shown to the model."""
    return tuple(
        other for other in call.open_documents if _is_near(other, call, refusal)
    )


def _is_near(other: Document, call: ActionCall, refusal: RefusalOf) -> bool:
    """Whether another document is in the same folder and may be sent."""
    path = path_of(other.uri)
    if path is None or call.folder is None or not path.is_relative_to(call.folder):
        return False
    return _resolved(path) is not None and refusal(other.uri, call.folder) is None


def _toolbox(
    call: ActionCall, others: tuple[Document, ...], refusal: RefusalOf
) -> ToolBox | None:
    """The tools for the call's folder; without a folder there is nothing to see."""
    if (folder := call.folder) is None:
        return None
    document = call.selection.document
    reported = {**call.diagnostics, document.uri: call.selection.diagnostics}
    return ToolBox(
        folder,
        refusal=lambda path: refusal(path.as_uri(), folder),
        diagnostics={
            path: tuple(diagnostics)
            for uri, diagnostics in reported.items()
            if (path := _resolved(path_of(uri)))
        },
        texts={
            path: opened.text
            for opened in (document, *others)
            if (path := _resolved(path_of(opened.uri)))
        },
    )


def _resolved(path: Path | None) -> Path | None:
    """`path` without links; None where links lead round in a circle."""
    try:
        return path.resolve() if path else None
    except (OSError, RuntimeError, ValueError):
        # Python before 3.13 raises RuntimeError for a link that leads to itself.
        return None
