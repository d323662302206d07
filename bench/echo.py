"""Echo, measured: `python -m bench.echo`, and `--calibrate` for its coefficients."""

from __future__ import annotations

import asyncio
import math
import statistics
import sys
import sysconfig
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
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
from fim_lsp.echo.confidence import Features
from fim_lsp.echo.corpus import Limits
from fim_lsp.echo.echo import Echo
from fim_lsp.echo.process import Process, spawn_child
from fim_lsp.text import Place, document

from .echo_lines import FEWEST, Case, Score, cases, score, score_baseline

_ROOT = Path(__file__).parents[1]
_NOT_SOURCE = frozenset({"test", "tests", "site-packages", "lib2to3", "idlelib"})
_SEEDS = (1, 2, 3)
_CALIBRATION_SEEDS = (11, 12, 13, 14)
_NAMES = tuple(Features.__slots__)


@dataclass(frozen=True, slots=True)
class Table:
    """One table of the report; `rows` have as many cells as `head`."""

    title: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def run() -> tuple[Table, ...]:
    """Everything that is measured here: about two minutes."""
    return _quality_table(), asyncio.run(_process_table(_standard_library()))


def _standard_library() -> Path:
    return Path(sysconfig.get_path("stdlib"))


def _corpora() -> dict[str, list[Path]]:
    """What is on every machine that can run this."""
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
        for case in cases(files, held=held, tokens=Limits().tokens, seed=seed)
    ]


def _quality_table() -> Table:
    rows = []
    for name, files in _corpora().items():
        found = _examine(files, _SEEDS)
        milliseconds = _percentiles([case.seconds for case in found])
        unseen = [case for case in found if case.unseen]
        rows.append((name, "nearest line", *_cells(score_baseline(unseen)), ""))
        every = _cells(score(found, manners.CAREFUL))
        rows.append((name, "echo, seen lines too", *every, milliseconds))
        for threshold in (manners.CAREFUL, manners.TRUSTED):
            cells = _cells(score(unseen, threshold))
            rows.append((name, f"echo at {threshold}", *cells, milliseconds))
    head = ("files", "who", "cursors", "shown", "right", "saved", "p50/95/99 ms")
    return Table("Unseen lines, cursors anywhere in them", head, tuple(rows))


def _cells(found: Score) -> tuple[str, ...]:
    return (
        str(found.cursors),
        f"{100 * found.shown / found.cursors:.1f} %",
        f"{100 * found.right / max(1, found.shown):.0f} % of {found.shown}",
        f"{100 * found.saved / found.remaining:.2f} %",
    )


def _percentiles(seconds: Sequence[float]) -> str:
    cuts = statistics.quantiles(seconds, n=100)
    return " / ".join(f"{1000 * cuts[at - 1]:.2f}" for at in (50, 95, 99))


async def _process_table(folder: Path) -> Table:
    """The child as it runs in the server, at its default limits and at none."""
    rows = [
        await _measured("default limits", folder, Limits()),
        await _measured("whole folder", folder, Limits(10**8, 10**10)),
    ]
    head = ("index", "lines", "seconds", "peak MB", "p50/95/99 ms", "key latency")
    return Table("The child process, standard library", head, tuple(rows))


async def _measured(name: str, folder: Path, limits: Limits) -> tuple[str, ...]:
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
        return (
            name,
            str(echo.lines),
            f"{seconds:.1f}",
            _peak(children[0].pid),
            _percentiles(times),
            f"{busy / idle:.2f} × idle",
        )
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
    """The process's greatest resident memory; only Linux tells it of another."""
    try:
        status = Path(f"/proc/{pid}/status").read_text("utf-8")
    except OSError:
        return "?"
    (line,) = (line for line in status.splitlines() if line.startswith("VmHWM"))
    return f"{int(line.split()[1]) / 1024:.0f}"


def calibrate() -> dict[str, float]:
    """Coefficients fitted on held-out lines of the standard library."""
    found = _examine(_corpora()["standard library"], _CALIBRATION_SEEDS)
    rows = [
        ((1.0, *(getattr(cut.features, name) for name in _NAMES)), float(cut.right))
        for case in found
        for cut in case.cuts
        if case.unseen and cut.characters >= FEWEST - 2
    ]
    return dict(zip(("bias", *_NAMES), _logistic(rows), strict=True))


def _logistic(rows: Sequence[tuple[tuple[float, ...], float]]) -> list[float]:
    """Newton's method with a little ridge; 20 steps are more than enough."""
    size = len(rows[0][0])
    weights = [0.0] * size
    for _ in range(20):
        gradient = [-weight for weight in weights]
        curve = [[float(i == j) for j in range(size)] for i in range(size)]
        for values, right in rows:
            logit = sum(w * v for w, v in zip(weights, values, strict=True))
            p = 1 / (1 + math.exp(-logit))
            for i, value in enumerate(values):
                gradient[i] += (right - p) * value
                for j in range(size):
                    curve[i][j] += p * (1 - p) * value * values[j]
        step = _solved(curve, gradient)
        weights = [weight + by for weight, by in zip(weights, step, strict=True)]
    return weights


def _solved(matrix: list[list[float]], right: list[float]) -> list[float]:
    """Gaussian elimination; the matrix is symmetric and positive definite."""
    rows = [[*row, value] for row, value in zip(matrix, right, strict=True)]
    for at, pivot in enumerate(rows):
        for row in rows[:at] + rows[at + 1 :]:
            factor = row[at] / pivot[at]
            row[:] = [a - factor * b for a, b in zip(row, pivot, strict=True)]
    return [row[-1] / row[at] for at, row in enumerate(rows)]


def main() -> None:
    if "--calibrate" in sys.argv:
        for name, value in calibrate().items():
            print(f"{name}={value:.3f},")
        return
    for table in run():
        print(f"\n{table.title}\n{' | '.join(table.head)}")
        for row in table.rows:
            print(" | ".join(row))


if __name__ == "__main__":
    main()
