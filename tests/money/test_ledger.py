"""The ledger: what several servers count together, and what no bad file can stop."""

from __future__ import annotations

import asyncio
import logging
import sqlite3
from collections.abc import AsyncIterator, Callable
from contextlib import closing
from decimal import Decimal
from pathlib import Path

import pytest

from fim_lsp.money.counts import (
    CountKey,
    Counts,
    day_of,
    name,
    summed,
)
from fim_lsp.money.ledger import Ledger

NOON = 1_795_000_000.0
DAY = 86_400.0
ONE = Counts(
    requests=1,
    prompt=100,
    cache_hit=60,
    completion=7,
    cost=Decimal("0.0000123"),
    charged=Decimal("0.0000123"),
    first={50: 1},
    total={60: 1},
)

Open = Callable[..., Ledger]


def key(now: float = NOON, model: str = "fast") -> CountKey:
    return CountKey(day_of(now), "deepseek", model, "python", "completion", "USD")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "state" / "ledger.sqlite3"


@pytest.fixture
async def open_ledger(file: Path) -> AsyncIterator[Open]:
    """Opens ledgers on one file; they are closed at the end."""
    opened: list[Ledger] = []

    def open_(now: float = NOON, path: Path = file) -> Ledger:
        opened.append(Ledger(path, now=lambda: now))
        return opened[-1]

    yield open_
    for ledger in opened:
        await ledger.aclose()


async def test_what_is_counted_is_there_at_once_and_after_a_restart(
    open_ledger: Open,
) -> None:
    first = open_ledger()
    first.add(key(), ONE)
    first.add(key(), ONE)
    assert first.today() == {key(): ONE + ONE}
    await first.aclose()
    second = open_ledger()
    await second.fresh()
    assert second.today() == {key(): ONE + ONE}


async def test_servers_see_what_the_others_count(open_ledger: Open) -> None:
    ledgers = [open_ledger() for _ in range(3)]
    for _ in range(200):
        for ledger in ledgers:
            ledger.add(key(), ONE)
        await ledgers[0].fresh()
    for ledger in ledgers:
        await ledger.fresh()
    for ledger in ledgers:
        await ledger.fresh()
        total = summed(ledger.today().values())
        assert total.requests == 600
        assert total.cost == 600 * ONE.cost
        assert total.first == {50: 600}


async def test_midnight_begins_a_new_day(file: Path) -> None:
    times = [NOON]
    ledger = Ledger(file, now=lambda: times[0])
    ledger.add(key(), ONE)
    await ledger.fresh()
    times[0] += DAY
    assert ledger.today() == {}
    ledger.add(key(times[0]), ONE)
    await ledger.fresh()
    assert summed(ledger.today().values()).requests == 1
    times[0] -= DAY  # the clock was set back
    await ledger.fresh()
    assert summed(ledger.today().values()).requests == 1
    assert summed((await ledger.since("2020-01-01")).values()).requests == 2
    await ledger.aclose()


async def test_going_on_over_the_budget_holds_for_all_servers_until_midnight(
    open_ledger: Open,
) -> None:
    one, other = open_ledger(), open_ledger()
    await one.allow()
    await other.fresh()
    assert one.is_allowed()
    assert other.is_allowed()
    tomorrow = open_ledger(NOON + DAY)
    await tomorrow.fresh()
    assert not tomorrow.is_allowed()


async def test_old_days_become_months_without_latencies(open_ledger: Open) -> None:
    ledger = open_ledger()
    for age in range(0, 400, 10):
        ledger.add(key(NOON - age * DAY), ONE)
    await ledger.aclose()
    later = open_ledger()
    await later.fresh()
    table = await later.since("2000")
    assert summed(table.values()).requests == 40
    months = [each for each in table if len(each.day) == 7]
    assert 8 <= len(months) <= 12
    assert all(not table[each].first for each in months)
    assert len(table) < 25


def damage_text(file: Path) -> None:
    file.write_text("this is no database " * 100)


def damage_inside(file: Path) -> None:
    content = file.read_bytes()
    file.write_bytes(content[:100] + b"\xff" * (len(content) - 100))


def damage_values(file: Path) -> None:
    with closing(sqlite3.connect(file)) as connection, connection:
        connection.execute("UPDATE counts SET requests = 'many', first = '[]'")


@pytest.mark.parametrize("damage", [damage_text, damage_inside, damage_values])
async def test_a_damaged_file_is_set_aside(
    open_ledger: Open,
    file: Path,
    damage: Callable[[Path], None],
    caplog: pytest.LogCaptureFixture,
) -> None:
    before = open_ledger()
    before.add(key(), ONE)
    await before.aclose()
    await settled(before)
    damage(file)
    ledger = open_ledger()
    ledger.add(key(), ONE)
    await ledger.fresh()
    assert ledger.today() == {key(): ONE}
    assert file.with_suffix(".damaged").exists()
    assert [each.levelno for each in caplog.records] == [logging.WARNING]
    await ledger.aclose()
    again = open_ledger()
    await again.fresh()
    assert again.today() == {key(): ONE}


async def settled(ledger: Ledger) -> None:
    """Wait until the ledger's thread has closed the file."""
    if ledger._thread:
        await asyncio.to_thread(ledger._thread.shutdown)


def newer(file: Path) -> None:
    file.parent.mkdir()
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("PRAGMA user_version = 99")


def a_folder(file: Path) -> None:
    file.mkdir(parents=True)


def no_folder(file: Path) -> None:
    file.parent.write_text("a file where the folder should be")


@pytest.mark.parametrize("hinder", [newer, a_folder, no_folder])
async def test_a_file_that_cannot_be_used_is_one_line_in_the_log(
    open_ledger: Open,
    file: Path,
    hinder: Callable[[Path], None],
    caplog: pytest.LogCaptureFixture,
) -> None:
    hinder(file)
    ledger = open_ledger()
    for count in range(1, 6):
        ledger.add(key(), ONE)
        await ledger.fresh()
        assert summed(ledger.today().values()).requests == count
    assert summed((await ledger.since("2020")).values()).requests == 5
    await ledger.allow()
    assert ledger.is_allowed()
    assert len(caplog.records) == 1
    assert "counting goes on" in caplog.text


async def test_a_full_disk_loses_nothing_once_there_is_room(
    open_ledger: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    import fim_lsp.money.ledger_file as module  # noqa: PLC0415 - loads SQLite

    def full(*_: object) -> None:
        raise sqlite3.OperationalError("database or disk is full")

    ledger = open_ledger()
    with monkeypatch.context() as patch:
        patch.setattr(module, "_put", full)
        ledger.add(key(), ONE)
        await ledger.fresh()
        assert ledger.today() == {key(): ONE}
    ledger.add(key(), ONE)
    await ledger.fresh()
    other = open_ledger()
    await other.fresh()
    assert other.today() == {key(): ONE + ONE}


async def test_a_locked_file_holds_nobody_up(open_ledger: Open, file: Path) -> None:
    ledger = open_ledger()
    ledger.add(key(), ONE)
    await ledger.fresh()
    with closing(sqlite3.connect(file, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        ledger.add(key(), ONE)
        waited = [ledger._prompt]
        for _ in range(20):
            await ledger.fresh()
            waited.append(ledger._prompt)
        # Once the file was too slow, it is not waited for again.
        assert waited == [True] + 20 * [False]
        assert summed(ledger.today().values()).requests == 2
        other.execute("ROLLBACK")
    await ledger.aclose()
    later = open_ledger()
    await later.fresh()
    assert summed(later.today().values()).requests == 2


async def test_a_file_that_was_deleted_is_made_again(
    open_ledger: Open, file: Path
) -> None:
    ledger = open_ledger()
    ledger.add(key(), ONE)
    await ledger.fresh()
    for each in file.parent.iterdir():
        each.unlink()
    ledger.add(key(), ONE)
    await ledger.fresh()
    other = open_ledger()
    await other.fresh()
    assert summed(other.today().values()).requests == 1


async def test_the_file_holds_no_text_and_no_path(
    open_ledger: Open, file: Path
) -> None:
    ledger = open_ledger()
    ledger.add(key(model=name("/home/me/models/qwen.gguf")), ONE)
    await ledger.aclose()
    await settled(ledger)
    content, mode = _content(file)
    assert b"/home/me" not in content
    assert b"qwen.gguf" in content
    assert mode & 0o077 == 0


def _content(file: Path) -> tuple[bytes, int]:
    return file.read_bytes(), file.stat().st_mode
