"""Work whose progress the client shows, and which it can cancel."""

from __future__ import annotations

import asyncio
import contextlib
import uuid
from collections.abc import AsyncIterator, Coroutine
from typing import Any, TypeVar

from lsprotocol import types as lsp

from ..text import one_line
from .client import Client, NoAnswer

T = TypeVar("T")
_Value = (
    lsp.WorkDoneProgressBegin | lsp.WorkDoneProgressReport | lsp.WorkDoneProgressEnd
)


class Progress:
    """One piece of work; `token` is None if the client does not show it."""

    def __init__(self, client: Client, token: lsp.ProgressToken | None) -> None:
        self._client = client
        self._token = token
        self._task: asyncio.Task[Any] | None = None

    def report(self, text: str) -> None:
        self.notify(
            lsp.WorkDoneProgressReport(message=one_line(text), cancellable=True)
        )

    def notify(self, value: _Value) -> None:
        if self._token is not None:
            params = lsp.ProgressParams(self._token, value)
            self._client.notify(lsp.PROGRESS, params)

    def cancel(self) -> None:
        if self._task is not None:
            self._task.cancel()

    async def run(self, work: Coroutine[Any, Any, T]) -> T | None:
        """The result of `work`; None if the user has cancelled it."""
        self._task = task = asyncio.get_running_loop().create_task(work)
        try:
            await asyncio.wait({task})
        except asyncio.CancelledError:
            task.cancel()
            await asyncio.wait({task})
            raise
        return None if task.cancelled() else task.result()


class Progresses:
    """The pieces of work that are shown now, by token."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self._shown: dict[lsp.ProgressToken, Progress] = {}

    def cancel(self, token: lsp.ProgressToken) -> None:
        if progress := self._shown.get(token):
            progress.cancel()

    @contextlib.asynccontextmanager
    async def show(
        self, title: str, token: lsp.ProgressToken | None = None
    ) -> AsyncIterator[Progress]:
        """A progress that is shown until the block ends.

        token: the client's token, if the request has one.
        """
        if token is None:
            token = await self._new_token()
        progress = Progress(self._client, token)
        if token is None:
            yield progress
            return
        self._shown[token] = progress
        progress.notify(
            lsp.WorkDoneProgressBegin(title=one_line(title), cancellable=True)
        )
        try:
            yield progress
        finally:
            self._shown.pop(token, None)
            progress.notify(lsp.WorkDoneProgressEnd())

    async def _new_token(self) -> lsp.ProgressToken | None:
        """A token that the client knows; None if the client shows no progress."""
        if not self._client.capabilities.shows_progress:
            return None
        token = str(uuid.uuid4())
        method = lsp.WINDOW_WORK_DONE_PROGRESS_CREATE
        params = lsp.WorkDoneProgressCreateParams(token)
        try:
            await self._client.ask(method, params, seconds=5)
        except NoAnswer:
            return None
        return token
