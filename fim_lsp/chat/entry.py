"""An action as a user asks for it: by its id, on a file that may or may not be sent."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from ..reasons import reason_of
from ..settings import ChatSettings
from ..text import Document, path_of
from .actions import find_action, own_actions
from .answer import Result
from .definitions import name_of
from .run import run
from .selection import Diagnostic, Selection
from .tools import ToolBox
from .turns import Converse, OnStep, Sleep

# Why a document of a workspace folder may not be sent, or None.
RefusalOf = Callable[[str, Path | None], str | None]


@dataclass(frozen=True, slots=True)
class ActionCall:
    """One action to run.  `folder` is the workspace folder of the document.

    `open_documents` may hold any; `diagnostics` are those of other files, by URI.
    """

    action: str
    selection: Selection
    folder: Path | None = None
    instruction: str | None = None
    open_documents: tuple[Document, ...] = ()
    diagnostics: Mapping[str, Sequence[Diagnostic]] = field(default_factory=dict)


async def act(
    wish: ActionCall,
    *,
    settings: ChatSettings,
    refusal: RefusalOf,
    converse: Converse,
    report: OnStep,
    sleep: Sleep = asyncio.sleep,
) -> Result:
    """What the wish comes to.  Nothing that may not be sent gets as far as a request.

    Raises InputError for an action that does not exist, and the endpoint's errors.
    """
    own, _ = own_actions(settings.actions)
    action = find_action(wish.action, own)
    document = wish.selection.document
    if reason := refusal(document.uri, wish.folder):
        because = reason_of(reason).because
        why = f"{name_of(document.uri)} is not sent because {because}."
        return Result("nothing", document, why)
    others = tuple(
        other for other in wish.open_documents if _near(other, wish, refusal)
    )
    return await run(
        action,
        wish.selection,
        converse=converse,
        settings=settings,
        report=report,
        tools=_toolbox(wish, others, refusal) if settings.tools else None,
        instruction=wish.instruction,
        open_documents=others,
        sleep=sleep,
    )


def _near(other: Document, wish: ActionCall, refusal: RefusalOf) -> bool:
    """Whether another document is of the same folder and may be sent."""
    path = path_of(other.uri)
    if path is None or wish.folder is None or not path.is_relative_to(wish.folder):
        return False
    return refusal(other.uri, wish.folder) is None


def _toolbox(
    wish: ActionCall, others: tuple[Document, ...], refusal: RefusalOf
) -> ToolBox | None:
    """The tools for the wish's folder; without a folder there is nothing to see."""
    if (folder := wish.folder) is None:
        return None
    document = wish.selection.document
    reported = {**wish.diagnostics, document.uri: wish.selection.diagnostics}
    return ToolBox(
        folder,
        refusal=lambda path: refusal(path.as_uri(), folder),
        diagnostics={
            path.resolve(): tuple(found)
            for uri, found in reported.items()
            if (path := path_of(uri))
        },
        texts={
            path.resolve(): open_.text
            for open_ in (document, *others)
            if (path := path_of(open_.uri))
        },
    )
