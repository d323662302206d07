"""A terminal with a program in it: keys go in, the screen comes out."""

from __future__ import annotations

import contextlib
import io
import itertools
import os
import shlex
import signal
import subprocess
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TypeVar

from rich.console import Console
from rich.terminal_theme import DIMMED_MONOKAI
from rich.text import Text

from .install import tmux

NUMBERS = itertools.count()
PICTURES = Path(__file__).parents[2] / "docs/editors/images"
T = TypeVar("T")
PATIENCE = 10.0  # seconds until something that must happen counts as missing
ALONE = 0.1  # seconds after which Escape stands for itself
STEP = 0.02  # seconds between two looks


def until(look: Callable[[], T], what: str, seconds: float = PATIENCE) -> T:
    """The first true answer of `look`; fails with `what` when none comes in time."""
    end = time.monotonic() + seconds
    while not (seen := look()):
        assert time.monotonic() < end, f"{what}: not within {seconds:g} s"
        time.sleep(STEP)
    return seen


def steady(look: Callable[[], T], what: str, seconds: float) -> None:
    """Fails with `what` as soon as `look` is false within `seconds`."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        assert look(), what
        time.sleep(STEP)


class Terminal:
    """One tmux server with one window; `close` ends it and the program in it."""

    def __init__(
        self,
        command: list[str],
        folder: Path,
        env: Mapping[str, str],
        *,
        work_in: Path | None = None,
        columns: int = 80,
        rows: int = 16,
    ) -> None:
        # The server of an earlier terminal may still be on its way out.
        self._socket = folder / f"tmux{next(NUMBERS)}"
        self._columns = columns
        variables = [f"{name}={value}" for name, value in env.items()]
        shown = shlex.join(["env", *variables, *command])
        size = ["-x", str(columns), "-y", str(rows), "-c", str(work_in or folder)]
        self._tmux("new-session", "-d", *size, shown)
        self._tmux("set", "-g", "escape-time", "0")
        self._tmux("set", "-g", "status", "off")
        self.pid = int(self._tmux("display", "-p", "#{pane_pid}"))

    def keys(self, *names: str) -> None:
        """Presses keys by tmux' names, such as Escape, Tab, C-n or M-Right."""
        self._tmux("send-keys", *names)
        if names[-1] == "Escape":
            # With the next key right behind it, it would be read as Alt and that key.
            time.sleep(ALONE)

    def type(self, text: str) -> None:
        # At the end of a word a semicolon would end tmux' own command.
        escaped = text[:-1] + "\\;" if text.endswith(";") else text
        self._tmux("send-keys", "-l", escaped)

    def text(self) -> str:
        return self._tmux("capture-pane", "-p")

    def picture(self, name: str) -> None:
        """The screen with its colours as an SVG; kept for the pages with UPDATE=1."""
        screen = self._tmux("capture-pane", "-p", "-e", "-N").rstrip("\n")
        console = Console(record=True, width=self._columns, file=io.StringIO())
        console.print(Text.from_ansi(screen), no_wrap=True, crop=True)
        title = name.capitalize()
        svg = console.export_svg(title=title, theme=DIMMED_MONOKAI, unique_id=name)
        if os.environ.get("UPDATE"):
            PICTURES.mkdir(parents=True, exist_ok=True)
            (PICTURES / f"{name}.svg").write_text(svg, encoding="utf-8")

    def close(self) -> None:
        with contextlib.suppress(subprocess.CalledProcessError):
            self._tmux("kill-server")
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGKILL)

    def _tmux(self, *words: str) -> str:
        return subprocess.run(
            [tmux().path, "-f", os.devnull, "-u", "-S", str(self._socket), *words],
            env={**os.environ, "LC_ALL": "C.UTF-8", "TERM": "xterm-256color"},
            capture_output=True,
            text=True,
            check=True,
            timeout=PATIENCE,
        ).stdout
