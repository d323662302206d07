"""FimServer: the state that the features share in one conversation with a client."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Coroutine, Mapping
from pathlib import Path
from typing import Any

from pygls.lsp.server import LanguageServer
from pygls.protocol import default_converter

from .. import __version__
from ..session.session import Session
from ..settings import NextEditSettings
from ..text import Encoding
from .capabilities import capabilities_of
from .client import Client
from .diagnostics import Diagnostics
from .documents import Documents
from .next_edit_view import NextEditView
from .notebooks import SYNC
from .notices import Notices
from .progress import Progresses
from .protocol import FimProtocol, Phase, Writer
from .report_files import ReportFiles

log = logging.getLogger(__name__)

# The most seconds of closing the session, as an editor that quits waits for the server.
_CLOSING_SECONDS = 2.0


class FimServer(LanguageServer):
    """The server of pygls, with the state of one conversation.

    Values of single requests are not kept here.

    make_session: makes the session when the conversation begins.
    reports_folder: the folder of reports; by default in the user's cache.
    fixed_log_level: whether the command line has set the log level, so that the
        settings do not.
    """

    protocol: FimProtocol
    session: Session

    def __init__(
        self,
        make_session: Callable[[], Session],
        *,
        reports_folder: Path | None = None,
        fixed_log_level: bool = False,
    ) -> None:
        super().__init__(
            "fim-lsp",
            __version__,
            protocol_cls=FimProtocol,
            converter_factory=default_converter,
            notebook_document_sync=SYNC,
        )
        # pygls would write whole messages and exceptions to its log.
        logging.getLogger("pygls").setLevel(logging.CRITICAL + 1)
        self._make_session = make_session
        self._tasks: set[asyncio.Task[None]] = set()
        self.fixed_log_level = fixed_log_level
        self.client = Client(self.protocol)
        self.initial_settings: Mapping[str, Any] = {}
        self.documents = Documents()
        self.notices = Notices(self.client)
        self.progresses = Progresses(self.client)
        self.reported = Diagnostics()
        self.next_edit_view = NextEditView(
            self.client, lambda: self.documents, self._next_edit_settings
        )
        self.applying = asyncio.Lock()
        self.reports = ReportFiles(reports_folder)
        self.ended = asyncio.Event()
        self.exit_code = 0

    def configure(self, values: Mapping[str, Any]) -> None:
        """Apply the editor's settings."""
        self.session.settings.set_editor(values)
        self._set_log_level()

    def reread_settings(self) -> None:
        """Read all settings files again, because one of them was saved."""
        self.session.settings.reread()
        self._set_log_level()

    def _set_log_level(self) -> None:
        if not self.fixed_log_level:
            level = self.session.settings.current.log.level
            logging.getLogger("fim_lsp").setLevel(level.upper())

    def begin(self, writer: Writer) -> None:
        """Start a conversation whose answers go to `writer`."""
        self.protocol.answers = writer
        self.session = self._make_session()
        self.session.on_status = self.notices.status
        self.session.announcements.on_notice = self.notices.sentence
        self.session.problems.on_new = self.notices.problems
        self.session.next_edits.pending.on_change = self.next_edit_view.show

    def _next_edit_settings(self, uri: str) -> NextEditSettings:
        return self.session.settings.known_for(self.documents.folder(uri)).next_edit

    def meet(self, params: Mapping[str, Any]) -> Encoding:
        """Note what the client can do, and return the encoding of its columns.

        params: the raw params of `initialize`.
        """
        self.client.capabilities = capabilities_of(params)
        return self.client.capabilities.encoding

    def end(self) -> None:
        """End the conversation; the exit code is 1 if no `shutdown` came before."""
        in_order = self.protocol.phase is not Phase.RUNNING
        self.exit_code = 0 if in_order else 1
        self.ended.set()

    async def close(self) -> None:
        """End all tasks and streams, and delete the reports."""
        if not self.ended.is_set():
            self.end()
        self.protocol.cancel_all()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        try:
            await asyncio.wait_for(self.session.aclose(), _CLOSING_SECONDS)
        except TimeoutError:
            log.warning("The session was not closed within %g s.", _CLOSING_SECONDS)
        self.reports.clear()
        self.protocol.answers = None

    def spawn(self, work: Coroutine[Any, Any, None]) -> None:
        """Run `work` in a task of its own; an error in it is reported."""
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._done)

    def _done(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            self.report(error)

    def report_server_error(self, error: Exception, source: object) -> None:
        """Report an error; pygls calls this, and would itself show a message."""
        del source
        self.report(error)

    def report(self, error: BaseException) -> None:
        """Write an internal error to the log.

        Only its type and place are logged, as its text may quote a document.
        """
        trace = error.__traceback__
        while trace is not None and trace.tb_next is not None:
            trace = trace.tb_next
        place = "?"
        if trace is not None:
            code = trace.tb_frame.f_code
            place = f"{Path(code.co_filename).name}:{trace.tb_lineno}"
        log.error("Internal error: %s at %s.", type(error).__name__, place)
        log.debug("", exc_info=error)
