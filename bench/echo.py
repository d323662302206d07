"""Echo, measured: in Python files that are on every machine, and as a process.

Some files are hidden and typed anew, from top to bottom; the others are what echo
knows.  At random cursors in random lines echo is asked, and its guess goes through all
that an offer goes through.  *unseen* are the lines that stand nowhere in what echo
knows; *nearest line* is what Vim's whole-line completion offers.  `echo_corpora.py`
measures the same in projects of other languages.
"""

from __future__ import annotations

import asyncio
import statistics
import sysconfig
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import anyio
import click
import httpcore
import httpx
import keyring
import pathspec
import pygls
import rich

from fim_lsp.echo import manners
from fim_lsp.echo.corpus import ReadLimits
from fim_lsp.echo.echo import Echo
from fim_lsp.echo.process import Process, spawn_child
from fim_lsp.text import Place, document

from . import echo_history
from .echo_lines import Case, Score, cases, score, score_baseline
from .tables import (
    Part,
    Table,
    at_least,
    at_most,
    joined,
    markdown,
    milliseconds,
    percentile,
    shares,
)

_ROOT = Path(__file__).parents[1]
_NOT_SOURCE = frozenset({"test", "tests", "site-packages", "lib2to3", "idlelib"})
# Seeds of the chance by which files, lines and cursors are chosen.
_SEEDS = {"standard library": (1,), "eight packages": (1, 2), "this repository": (1, 2)}
# Wanted: right of what is shown, in per cent, at the threshold of the beginning and at
# that after many acceptances.
_RIGHT = {manners.CAREFUL: 80, manners.TRUSTED: 75}
# Wanted: the processor milliseconds of a question.
_QUESTION = 10
# Wanted: the latency of a key while the index is built, beside that when idle.
_KEY = 1.2


def run() -> Part:
    """Everything that is measured here: about a minute."""
    return joined([_quality(), asyncio.run(_process(_standard_library()))])


def _standard_library() -> Path:
    return Path(sysconfig.get_path("stdlib"))


def _corpora() -> dict[str, list[Path]]:
    """Python files that are on every machine that can run this, by a name."""
    packages = [
        Path(str(m.__file__)).parent
        for m in (anyio, click, httpcore, httpx, keyring, pathspec, pygls, rich)
    ]
    return {
        "standard library": list(_python_files(_standard_library())),
        "eight packages": [p for f in packages for p in _python_files(f)],
        "this repository": [
            path
            for name in ("fim_lsp", "tests", "bench")
            for path in (_ROOT / name).rglob("*.py")
        ],
    }


def _python_files(folder: Path) -> Iterator[Path]:
    for path in folder.rglob("*.py"):
        if _NOT_SOURCE.isdisjoint(path.relative_to(folder).parts):
            yield path


def _examine(files: Sequence[Path], seeds: Sequence[int]) -> list[Case]:
    held = max(3, min(40, len(files) // 8))
    return [
        case
        for seed in seeds
        for case in cases(files, held=held, tokens=ReadLimits().tokens, seed=seed)
    ]


def _quality() -> Part:
    rows: list[tuple[str, ...]] = []
    goals = []
    for name, found in _lines():
        unseen = [case for case in found if case.unseen]
        seconds = [case.seconds for case in found]
        times = milliseconds(seconds)
        rows.append((name, "all", "nearest line", *_cells(score_baseline(found)), ""))
        for threshold, wanted in _RIGHT.items():
            echo, got = f"echo at {threshold}", score(unseen, threshold)
            rows.append((name, "all", echo, *_cells(score(found, threshold)), times))
            rows.append((name, "unseen", echo, *_cells(got), times))
            right = 100 * got.right / max(1, got.shown)
            goals.append(at_least(f"{name}, unseen, {threshold}", wanted, right, " %"))
        slowest = 1000 * percentile(seconds, 0.99)
        goals.append(at_most(f"{name}, question, p99", _QUESTION, slowest, " ms"))
    title = "Lines to be typed, cursors anywhere in them"
    head = ("files", "lines", "who", "cursors", "shown", "right", "saved", "CPU ms")
    return Part((Table(title, head, tuple(rows)),), tuple(goals))


def _lines() -> Iterator[tuple[str, list[Case]]]:
    for name, files in _corpora().items():
        yield name, _examine(files, _SEEDS[name])
    if found := echo_history.cases(tokens=ReadLimits().tokens, seed=1):
        yield "later commits", found


def _cells(found: Score) -> tuple[str, ...]:
    return (
        f"{found.cursors:,}",
        shares(found.shown, found.cursors),
        f"{100 * found.right / max(1, found.shown):.0f} % of {found.shown}",
        f"{100 * found.saved / found.remaining:.2f} %",
    )


async def _process(folder: Path) -> Part:
    """The child process as the server runs it, at the default limits and without."""
    rows, busiest = [], 0.0
    for name, limits in (
        ("default limits", ReadLimits()),
        ("whole folder", ReadLimits(10**8, 10**10)),
    ):
        cells, busy = await _measured(name, folder, limits)
        rows.append(cells)
        busiest = max(busiest, busy)
    head = ("index", "lines", "seconds", "peak MB", "p50 / p95 / p99 ms", "key latency")
    return Part(
        (Table("The child process, standard library", head, tuple(rows)),),
        (at_most("key while indexing, of idle", _KEY, busiest),),
    )


async def _measured(
    name: str, folder: Path, limits: ReadLimits
) -> tuple[tuple[str, ...], float]:
    children: list[asyncio.subprocess.Process] = []

    async def spawn() -> Process:
        child = await spawn_child()
        assert isinstance(child, asyncio.subprocess.Process)
        children.append(child)
        return child

    idle = await _key_latency(time.monotonic() + 1.0)
    echo = Echo(folder, may_read=lambda _: True, limits=limits, spawn=spawn)
    try:
        start = time.monotonic()
        building = asyncio.create_task(echo.ready())
        busy = idle
        while not building.done():
            busy = await _key_latency(time.monotonic() + 1.0)
        seconds = time.monotonic() - start
        times = await _round_trips(echo, folder)
        peak = _peak(children[0].pid)
        cells = (name, f"{echo.lines:,}", f"{seconds:.1f}", peak, milliseconds(times))
        return (*cells, f"{busy / idle:.2f} × idle"), busy / idle
    finally:
        await echo.aclose()


async def _key_latency(until: float) -> float:
    """The median seconds that a key's work takes on the event loop."""
    times = []
    text = "value = compute(one, two)\n" * 2_000
    while time.monotonic() < until:
        start = time.perf_counter()
        document("file:///key.py", "python", 1, text)
        times.append(time.perf_counter() - start)
        await asyncio.sleep(0.005)
    return statistics.median(times)


async def _round_trips(echo: Echo, folder: Path) -> list[float]:
    times = []
    path = folder / "argparse.py"
    text = path.read_text("utf-8")
    lines = text.split("\n")
    for number in range(100, 1_100):
        line = lines[number]
        column = max(len(line) * 2 // 3, 1)
        cut = [*lines[:number], line[:column], *lines[number + 1 :]]
        made = document(path.as_uri(), "python", 1, "\n".join(cut))
        place = Place(number, len(line[:column]))
        start = time.perf_counter()
        await echo.guess(made, place, invoked=False)
        times.append(time.perf_counter() - start)
    return times


def _peak(pid: int) -> str:
    """The greatest resident memory of a process in MB; "?" where only the process
    itself can know it, as everywhere but on Linux.
    """
    try:
        status = Path(f"/proc/{pid}/status").read_text("utf-8")
    except OSError:
        return "?"
    (line,) = (line for line in status.splitlines() if line.startswith("VmHWM"))
    return f"{int(line.split()[1]) / 1024:.0f}"


def main() -> None:
    print(markdown(run()))


if __name__ == "__main__":
    main()
