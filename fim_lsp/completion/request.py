"""One request on its way through the pipeline."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import Any, Protocol

from ..api.prices import Money
from ..api.token_counts import Tokens
from ..errors import FimError
from ..settings import CompletionSettings
from ..text import Document, Edit, Place, Span, apply
from .decision import Offer, Trigger
from .edits import Activity, end_of
from .window import Window


class AnswerBy(Enum):
    """How the editor shows the answer, and so how long the answer may take.

    INLINE: ghost text.  MENU_WAIT: a completion menu that merges late answers.
    MENU_NOW: a completion menu that waits for the slowest server.
    """

    INLINE = "inline"
    MENU_WAIT = "menu-wait"
    MENU_NOW = "menu-now"


@dataclass(frozen=True, slots=True)
class Selected:
    """The item selected in the editor's own menu: complete as if it were inserted."""

    span: Span
    text: str


@dataclass(frozen=True, slots=True)
class Ask:
    """What the editor, or the command line, wants completed."""

    document: Document
    place: Place
    trigger: Trigger
    folder: Path | None = None
    selected: Selected | None = None
    manner: AnswerBy = AnswerBy.INLINE


class Source(Protocol):
    """Who may answer a request."""

    async def answer(self, request: Request, window: Window) -> Offer | None:
        """An offer or a silence; None where the next source is to be asked.

        Notes on the request why there is no answer.  Raises Ended.
        """


@dataclass(frozen=True, slots=True)
class Setup:
    """What is in force for one request.

    `sources` are asked in turn; `snoozed` silences automatic requests.
    """

    settings: CompletionSettings
    sources: tuple[Source, ...]
    snoozed: bool = False


class Ended(Exception):
    """The request is over before its answer came; `reason` is the reason's name."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Missed(Ended):
    """The stream that the request joined has nothing for the request's place."""

    def __init__(self) -> None:
        super().__init__("contradicted")


class Request:
    """One live request.

    reason, error: the first refusal and the first error of a source.
    decision: the id of the request's decision, once it is recorded.
    tokens, cost: what the stream that the request started used.  The stream may end
        before or after the decision, so each is stored here for the other.
    window: the text around the place, once it is cut.
    paced: whether the request has waited for the user to rest.
    late: whether the menu was answered without this request's answer.
    """

    def __init__(
        self, ask: Ask, setup: Setup, activity: Activity, started: float
    ) -> None:
        self.ask = ask
        self.setup = setup
        self.activity = activity
        self.started = started
        self.reason: str | None = None
        self.error: FimError | None = None
        self.decision: str | None = None
        self.tokens: Tokens | None = None
        self.cost: Money | None = None
        self.window: Window | None = None
        self.paced = False
        self.late = False
        self._ended: asyncio.Future[str] = asyncio.get_running_loop().create_future()

    @property
    def uri(self) -> str:
        return self.ask.document.uri

    @property
    def invoked(self) -> bool:
        return self.ask.trigger is Trigger.INVOKED

    def refused(self, reason: str, error: FimError | None = None) -> None:
        self.reason = self.reason or reason
        self.error = self.error or error

    def end(self, reason: str) -> None:
        """Answer at once, with `reason` and nothing else."""
        if not self._ended.done():
            self._ended.set_result(reason)

    def check(self) -> None:
        """Raises Ended if the request has ended."""
        if self._ended.done():
            raise Ended(self._ended.result())

    async def until(self, *happenings: Awaitable[object]) -> None:
        """Wait for the first of `happenings`; raises Ended if the request ends."""
        tasks: list[asyncio.Future[Any]] = [
            asyncio.ensure_future(happening) for happening in happenings
        ]
        try:
            await asyncio.wait(
                {*tasks, self._ended}, return_when=asyncio.FIRST_COMPLETED
            )
        finally:
            for task in tasks:
                task.cancel()
        self.check()

    def view(self) -> tuple[Document, Place]:
        """The document and place to complete: as if the selected item stood there."""
        ask = self.ask
        if ask.selected is None:
            return ask.document, ask.place
        edit = Edit(ask.selected.span, ask.selected.text)
        document = apply(ask.document, [edit], ask.document.version)
        return document, end_of(edit.span.start, edit.new_text)
