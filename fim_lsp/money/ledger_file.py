"""The ledger's file: SQLite, shared by every server of a user.

Every function here blocks: none is for the event loop.
"""

from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from dataclasses import astuple, fields, replace
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from .counts import AMOUNTS, HISTOGRAMS, NUMBERS, CountKey, Counts, Table, added

VERSION = 1
BUSY = 1.0  # seconds to wait for another server's write

_KEYS = tuple(field.name for field in fields(CountKey))
_VALUES = (*NUMBERS, *HISTOGRAMS)
_COLUMNS = ", ".join((*_KEYS, *_VALUES))
_SELECT = f"SELECT {_COLUMNS} FROM counts WHERE "  # noqa: S608 - our own columns
_KEY = ", ".join(_KEYS)
_THIS = " AND ".join(f"{column} = ?" for column in _KEYS)
_PUT = (
    f"INSERT OR REPLACE INTO counts ({_COLUMNS}) "  # noqa: S608 - as above
    f"VALUES ({', '.join('?' for _ in (*_KEYS, *_VALUES))})"
)
_OLD = "day < ? AND length(day) > 7"
_FORGET = f"DELETE FROM counts WHERE {_OLD}"  # noqa: S608 - as above
_SCHEMA = (
    f"CREATE TABLE IF NOT EXISTS counts ({_COLUMNS}, PRIMARY KEY ({_KEY}))",
    "CREATE TABLE IF NOT EXISTS allowed (day PRIMARY KEY)",
    f"PRAGMA user_version = {VERSION}",
)


# What says nothing of the file's own state: locks, a full disk, no permission.
_ELSEWHERE = (
    sqlite3.OperationalError,
    sqlite3.ProgrammingError,
    sqlite3.InterfaceError,
    OverflowError,
)


class Unusable(Exception):
    """The file cannot be used now; the words are for the log."""


class Damaged(Unusable):
    """The file was damaged and is set aside: the next call starts a new one."""


class LedgerFile:
    """One connection, opened at the first call."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._connection: sqlite3.Connection | None = None
        self._opened: os.stat_result | None = None

    def add(self, table: Table, day: str) -> tuple[Table, bool]:
        """Add counts; then those of `day`, by every server, and whether the budget
        was lifted for it.  Raises Unusable, and then nothing was added.
        """
        with self._used() as connection:
            if table:
                with _transaction(connection):
                    for key, counts in table.items():
                        _put(connection, key, _get(connection, key) + counts)
            return _read(connection, "day = ?", day), _is_allowed(connection, day)

    def allow(self, day: str) -> None:
        """Lift the budget for `day`, in every server."""
        with self._used() as connection, _transaction(connection):
            connection.execute("DELETE FROM allowed")
            connection.execute("INSERT INTO allowed VALUES (?)", (day,))

    def since(self, day: str) -> Table:
        """All counts from `day` on."""
        with self._used() as connection:
            return _read(connection, "day >= ?", day)

    def roll_up(self, before: str) -> None:
        """Days before `before` become months, and lose their latencies."""
        with self._used() as connection, _transaction(connection):
            old = _read(connection, _OLD, before)
            months = [
                {_month(key): _without_latency(counts)} for key, counts in old.items()
            ]
            connection.execute(_FORGET, (before,))
            for key, counts in added(*months).items():
                _put(connection, key, _get(connection, key) + counts)

    def close(self) -> None:
        if self._connection is not None:
            with suppress(sqlite3.Error):
                self._connection.close()
        self._connection = None

    @contextmanager
    def _used(self) -> Iterator[sqlite3.Connection]:
        """The connection, to the file that stands at our path now."""
        try:
            if self._connection is None or not self._is_ours():
                self.close()
                self._connection = self._open()
            yield self._connection
        except (*_ELSEWHERE, OSError) as error:
            self.close()
            raise Unusable(str(error)) from error
        except (sqlite3.Error, ValueError, TypeError, InvalidOperation) as error:
            self.close()
            self._set_aside()
            raise Damaged(f"it was damaged ({error}) and is set aside") from error

    def _open(self) -> sqlite3.Connection:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        number = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600)
        self._opened = os.fstat(number)
        os.close(number)
        # Whoever calls, only one thread does at a time.
        connection = sqlite3.connect(
            self._path, timeout=BUSY, isolation_level=None, check_same_thread=False
        )
        try:
            _prepare(connection)
        except (sqlite3.Error, OSError):
            connection.close()
            raise
        return connection

    def _is_ours(self) -> bool:
        """Whether what we have opened was not set aside or deleted by another."""
        if self._opened is None:
            return False
        with suppress(OSError):
            return os.path.samestat(self._opened, self._path.stat())
        return False

    def _set_aside(self) -> None:
        if not self._is_ours():
            return
        with suppress(OSError):
            self._path.replace(self._path.with_suffix(".damaged"))
        for ending in ("-wal", "-shm"):
            with suppress(OSError):
                self._path.with_name(self._path.name + ending).unlink()


def _prepare(connection: sqlite3.Connection) -> None:
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    if version > VERSION:
        raise sqlite3.OperationalError("it is that of a newer fim-lsp")
    connection.execute("PRAGMA synchronous = NORMAL")
    if version == VERSION:
        return
    connection.execute("PRAGMA journal_mode = WAL")
    with _transaction(connection):
        for statement in _SCHEMA:
            connection.execute(statement)


@contextmanager
def _transaction(connection: sqlite3.Connection) -> Iterator[None]:
    """Other servers write before or after, never between."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
    except (sqlite3.Error, ValueError, TypeError):
        with suppress(sqlite3.Error):
            connection.execute("ROLLBACK")
        raise
    connection.execute("COMMIT")


def _read(connection: sqlite3.Connection, where: str, *values: str) -> Table:
    with closing(connection.execute(_SELECT + where, values)) as rows:
        return dict(map(_pair, rows))


def _get(connection: sqlite3.Connection, key: CountKey) -> Counts:
    row = connection.execute(_SELECT + _THIS, astuple(key)).fetchone()
    return _pair(row)[1] if row else Counts()


def _put(connection: sqlite3.Connection, key: CountKey, counts: Counts) -> None:
    values = [_plain(getattr(counts, column)) for column in _VALUES]
    connection.execute(_PUT, (*astuple(key), *values))


def _plain(value: object) -> int | str:
    if isinstance(value, int):
        return value
    return json.dumps(dict(value)) if isinstance(value, Mapping) else str(value)


def _pair(row: tuple[Any, ...]) -> tuple[CountKey, Counts]:
    """A row as values.  Raises ValueError or TypeError for a row that is not ours."""
    names = [str(cell) for cell in row[: len(_KEYS) - 1]]
    key = CountKey(*names, local=bool(row[len(_KEYS) - 1]))  # type: ignore[misc,arg-type]  # `local` is the last field, and not among the names
    values = dict(zip(_VALUES, row[len(_KEYS) :], strict=True))
    for column in NUMBERS:
        is_amount = column in AMOUNTS
        values[column] = Decimal(values[column]) if is_amount else int(values[column])
    for column in HISTOGRAMS:
        values[column] = {int(k): int(v) for k, v in json.loads(values[column]).items()}
    return key, Counts(**values)


def _is_allowed(connection: sqlite3.Connection, day: str) -> bool:
    query = "SELECT 1 FROM allowed WHERE day = ?"
    return connection.execute(query, (day,)).fetchone() is not None


def _month(key: CountKey) -> CountKey:
    return replace(key, day=key.day[:7])


def _without_latency(counts: Counts) -> Counts:
    return replace(counts, first={}, total={})
