"""The ledger: counts in memory at once, in a file shared by all servers a little later.

Nothing here blocks and nothing here fails: if the file cannot be used, the log says so
once, and counting goes on in memory.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from platformdirs import user_state_path

from .counts import KEPT_DAYS, SECONDS_OF_A_DAY, CountKey, Counts, Table, added, day_of

if TYPE_CHECKING:
    from .ledger_file import LedgerFile

log = logging.getLogger(__name__)

T = TypeVar("T")

# Seconds that a request waits to learn what other servers have spent.
PATIENCE = 0.25
# Seconds for which counts that cost nothing are gathered before they are written.
A_WHILE = 1.0
# Seconds that closing waits for the last counts to be written.
CLOSING = 1.5


def ledger_file() -> Path:
    return user_state_path("fim-lsp", appauthor=False) / "ledger.sqlite3"


class Ledger:
    """One server's view of the counts of all of them.  `now` is in epoch seconds."""

    def __init__(
        self, path: Path | None = None, *, now: Callable[[], float] = time.time
    ) -> None:
        self._path = path or ledger_file()
        self._now = now
        self._thread: ThreadPoolExecutor | None = None
        self._file: LedgerFile | None = None
        self._waiting: dict[CountKey, Counts] = {}
        self._writing: Table = {}
        self._stored: tuple[str, Table] = ("", {})
        self._allowed: set[str] = set()
        self._sync: asyncio.Task[None] | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._problem: str | None = None
        self._prompt = True
        self._closed = False
        self._rolled_up = ""

    @property
    def day(self) -> str:
        return day_of(self._now())

    def add(self, key: CountKey, counts: Counts, *, in_a_while: bool = False) -> None:
        """Count `counts`, and write them at once or together with the next second's.

        Counts that cost nothing are gathered: other servers need not see them at once,
        and writing competes with typing for the interpreter.
        """
        self._waiting[key] = (
            self._waiting[key] + counts if key in self._waiting else counts
        )
        if self._closed:
            return
        if not in_a_while:
            self._start()
        elif self._timer is None:
            loop = asyncio.get_running_loop()
            self._timer = loop.call_later(A_WHILE, self._start)

    def today(self) -> Table:
        """Today's counts: ours up to now, other servers' as they were last read."""
        day = self.day
        stored = self._stored[1] if self._stored[0] == day else {}
        mine = (
            {key: counts for key, counts in table.items() if key.day == day}
            for table in (self._writing, self._waiting)
        )
        return added(stored, *mine)

    def is_allowed(self) -> bool:
        """Whether the user lifted today's budget."""
        return self.day in self._allowed

    def look(self) -> None:
        """Start reading what other servers have counted, without waiting for it."""
        if not self._closed:
            self._start()

    async def fresh(self) -> None:
        """Read what other servers have counted, without waiting long for it."""
        if self._closed:
            return
        task = self._start()
        if self._prompt:
            _, late = await asyncio.wait({task}, timeout=PATIENCE)
            self._prompt = not late

    async def since(self, day: str) -> Table:
        """All counts from `day` on, including those that are not written yet."""
        await asyncio.wait({self._start()})
        stored = await self._try(lambda file: file.since(day))
        if stored is None:
            stored = self._stored[1] if self._stored[0] >= day else {}
        mine = (
            {key: counts for key, counts in table.items() if key.day >= day}
            for table in (self._writing, self._waiting)
        )
        return added(stored, *mine)

    async def allow(self) -> None:
        """Lift the budget until midnight, in every server."""
        day = self.day
        self._allowed.add(day)
        await self._try(lambda file: file.allow(day))

    async def aclose(self) -> None:
        """Write what is left, but wait no longer than `CLOSING` for it."""
        if self._closed:
            return
        if self._waiting or self._sync:
            with suppress(TimeoutError):
                async with asyncio.timeout(CLOSING):
                    while self._sync and not self._sync.done():
                        await asyncio.wait({self._sync})
                    if self._waiting:
                        await asyncio.wait({self._start()})
        self._closed = True
        if self._thread:
            self._thread.submit(self._close_file)
            self._thread.shutdown(wait=False)

    def _start(self) -> asyncio.Task[None]:
        """The task that writes and reads: the one that is running, or a new one."""
        if self._timer:
            self._timer.cancel()
            self._timer = None
        if self._sync is None or self._sync.done():
            self._sync = asyncio.create_task(self._synchronise())
        return self._sync

    async def _synchronise(self) -> None:
        """Write the waiting counts and read today's, until none are waiting."""
        while True:
            day = self.day
            self._writing, self._waiting = self._waiting, {}
            batch = self._writing
            answer = await self._try(lambda file: file.add(batch, day))  # noqa: B023 - called before the next turn
            if answer is None:
                self._waiting = added(batch, self._waiting)
                self._writing = {}
                return
            self._writing = {}
            table, allowed = answer
            self._stored = (day, table)
            self._prompt = True
            if allowed:
                self._allowed.add(day)
            await self._roll_up(day)
            if not self._waiting:
                return

    async def _roll_up(self, day: str) -> None:
        """Merge old days into months once a day, under the file's lock."""
        if self._rolled_up != day:
            self._rolled_up = day
            before = day_of(self._now() - KEPT_DAYS * SECONDS_OF_A_DAY)
            await self._try(lambda file: file.roll_up(before))

    async def _try(self, work: Callable[[LedgerFile], T]) -> T | None:
        """Run `work` in the ledger's own thread; None where the file cannot be used."""
        if self._thread is None:
            self._thread = ThreadPoolExecutor(1, "fim-lsp-ledger")
        loop = asyncio.get_running_loop()
        result, problem = await loop.run_in_executor(self._thread, self._attempt, work)
        if problem != self._problem and problem is not None:
            log.warning("The ledger cannot be used: %s; counting goes on.", problem)
        self._problem = problem
        return result

    def _attempt(self, work: Callable[[LedgerFile], T]) -> tuple[T | None, str | None]:
        """The result of `work`, or the problem that keeps the file from being used."""
        try:
            from .ledger_file import Damaged, LedgerFile, Unusable  # noqa: PLC0415 - loads SQLite
        except ImportError as error:
            return None, str(error)
        if self._file is None:
            self._file = LedgerFile(self._path)
        try:
            try:
                return work(self._file), None
            except Damaged as error:
                log.warning("The ledger starts anew: %s.", error)
                return work(self._file), None
        except Unusable as error:
            return None, str(error)

    def _close_file(self) -> None:
        if self._file:
            self._file.close()
