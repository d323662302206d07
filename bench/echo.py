"""Echo, measured: `python -m bench.echo`, and `--calibrate` for its coefficients."""

from __future__ import annotations

import asyncio
import math
import statistics
import sys
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
from fim_lsp.echo.confidence import Features
from fim_lsp.echo.corpus import ReadLimits
from fim_lsp.echo.echo import Echo
from fim_lsp.echo.process import Process, spawn_child
from fim_lsp.text import Place, document

from . import echo_history
from .echo_lines import FEWEST, Case, Score, cases, score, score_baseline
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
# Not those that the coefficients were fitted with.
_SEEDS = {"standard library": (1,), "eight packages": (1, 2), "this repository": (1, 2)}
_CALIBRATION_SEEDS = (11, 12, 13)
_NAMES = tuple(Features.__slots__)
# Goals: right of what is shown, in per cent; a question, in processor milliseconds;
# the latency of a key while the index is built, beside that when idle.
_RIGHT, _QUESTION, _KEY = 75, 10, 1.2


def run() -> Part:
    """Everything that is measured here: about a minute."""
    return joined([_quality(), asyncio.run(_process(_standard_library()))])


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
        for threshold in (manners.CAREFUL, manners.TRUSTED):
            echo, got = f"echo at {threshold}", score(unseen, threshold)
            rows.append((name, "all", echo, *_cells(score(found, threshold)), times))
            rows.append((name, "unseen", echo, *_cells(got), times))
            right = 100 * got.right / max(1, got.shown)
            goals.append(at_least(f"{name}, unseen, {threshold}", _RIGHT, right, " %"))
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
    """The child as it runs in the server, at its default limits and at none."""
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
    print(markdown(run()))


if __name__ == "__main__":
    main()
