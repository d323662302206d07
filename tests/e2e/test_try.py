"""`fim-lsp try` in a terminal, as somebody watches it."""

from __future__ import annotations

import os
import re
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from . import install, terminal
from .conftest import note
from .terminal import Terminal, until

ALL = 32.0  # seconds; half a minute is promised, and tmux has to start
LOOKED_AT = 0.5  # seconds without a change mean that there is something to look at
LINES_ABOVE = 1
IMAGES = Path(__file__).parents[2] / "docs" / "images"
PLAY = f"{sys.executable} -m fim_lsp try --seed 8"


@pytest.fixture(autouse=True)
def _noted(ran: dict[str, str]) -> None:
    note(ran, install.tmux())


@contextmanager
def playing(
    *, columns: int = 100, rows: int = 30, color: str = ""
) -> Iterator[Terminal]:
    """A session of which the exit code is told at its end."""
    with tempfile.TemporaryDirectory(prefix="fim-") as folder:
        command = ["sh", "-c", f'trap : INT; {PLAY}; echo "code $?"; read answer']
        env = {"NO_COLOR": color} if color else {}
        opened = Terminal(command, Path(folder), env, columns=columns, rows=rows)
        try:
            yield opened
        finally:
            opened.close()


def children(pid: int) -> list[str]:
    """The command lines of all processes below `pid`."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            parent = int(stat.read_text().rpartition(")")[2].split()[1])
            words = (stat.parent / "cmdline").read_bytes().split(b"\0")
        except OSError:
            continue
        if parent == pid:
            child = int(stat.parent.name)
            found += [b" ".join(words).decode(), *children(child)]
    return found


def shows_ghost(screen: str) -> bool:
    """Whether the pane is drawn with something from another line in it."""
    lines = [line for line in screen.splitlines() if line.strip()]
    return bool(lines) and bool(re.match(r" {6}echo · ", lines[-1]))


def rests_on_ghost(screen: Terminal) -> bool:
    """Whether new ghost text is looked at, below some that was told of."""
    text = screen.text()
    if not shows_ghost(text) or text.count("⟧  ") < LINES_ABOVE:
        return False
    time.sleep(LOOKED_AT)
    return screen.text() == text


def test_a_session_shows_everything_in_half_a_minute(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(terminal, "PICTURES", IMAGES)
    if os.environ.get("UPDATE"):  # whether such a moment comes is luck
        with playing() as screen:
            until(lambda: rests_on_ghost(screen), "new ghost text", ALL)
            screen.picture("try")
    start = time.monotonic()
    with playing(rows=70) as screen:
        until(lambda: shows_ghost(screen.text()), "ghost text", ALL)
        assert screen.text().startswith("No model is set up.")
        until(lambda: "code 0" in screen.text(), "the end", ALL)
        assert time.monotonic() - start < ALL
        text = screen.text()
        for act in ("1 · What echo", "2 · Repeat", "3 · Typed through", "4 · Why"):
            assert act in text
        assert re.search(r"offered \d+ of \d+ places, right \d+", text)
        assert re.search(r"keys \d+ · requests 0 · offered \d+ · right \d+", text)
        assert re.search(r"Next: \S+( -m fim_lsp)? login", text)
        assert children(screen.pid) == []


@pytest.mark.parametrize("seconds", [0.0, 0.3, 1.0, 6.0])
def test_it_can_be_interrupted_at_any_moment(seconds: float) -> None:
    with playing() as screen:
        until(lambda: "No model" in screen.text(), "the first sentence")
        time.sleep(seconds)
        screen.keys("C-c")
        until(lambda: "code " in screen.text(), "the end", ALL)
        assert "Traceback" not in screen.text()
        assert "code 0" not in screen.text()
        until(lambda: not children(screen.pid), "no process left")


def test_a_tiny_terminal_without_colours_keeps_its_pane() -> None:
    with playing(columns=40, rows=10, color="1") as screen:
        title = re.compile(r"^[^\s:]+:\d+$", re.MULTILINE)
        until(lambda: title.search(screen.text()), "the pane", ALL)
        seen: set[int] = set()

        def heights() -> bool:
            text = screen.text()
            seen.update(
                len(text.rstrip("\n").splitlines()) - number
                for number, line in enumerate(text.splitlines())
                if title.match(line)
            )
            return "code 0" in text

        until(heights, "the end", ALL)
        assert len(seen) == 1
