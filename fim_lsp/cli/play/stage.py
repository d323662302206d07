"""How the session is shown: drawn in place in a terminal, else in plain lines."""

from __future__ import annotations

import asyncio
import sys
from typing import Self

from rich.console import Group, RenderableType
from rich.live import Live
from rich.text import Text

from ..console import VisibleConsole
from .pane import View, draw

# Rows of code that are drawn, as the terminal has room for them.
MOST_ROWS, FEWEST_ROWS = 9, 3
BESIDES = 7  # rows of the terminal that are left for what was said
PLAIN_WIDTH = 100  # columns where there is no terminal


class Stage:
    """The pane is drawn again and again in its place; what is said scrolls above it."""

    def __init__(self) -> None:
        in_terminal = sys.stdout.isatty()
        width = None if in_terminal else PLAIN_WIDTH
        self._console = VisibleConsole(highlight=False, width=width)
        self._live = Live(console=self._console, auto_refresh=False, transient=True)
        self._draws = in_terminal and not self._console.is_dumb_terminal

    def __enter__(self) -> Self:
        if self._draws:
            self._live.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._live.stop()

    def say(self, line: RenderableType = "", style: str = "") -> None:
        """A line that stays."""
        self._console.print(line, style=style, soft_wrap=not self._draws, markup=False)

    def head(self, line: str) -> None:
        """What the next lines show."""
        self.say()
        self.say(line, "bold")

    def tell(self, line: Text) -> None:
        """A line that is cut where a terminal ends."""
        if self._draws:
            line.truncate(self._console.width, overflow="ellipsis")
        self.say(line)

    def wait_with(self, sentence: str) -> None:
        """A sentence in place of the pane; only in a terminal."""
        self._show(Text(sentence, "cyan"))

    def draw(self, view: View) -> None:
        """Draw what an editor would show now; only in a terminal."""
        width, height = self._console.size
        rows = max(FEWEST_ROWS, min(MOST_ROWS, height - BESIDES))
        self._show(Group(Text(), *draw(view, width, rows)))

    async def pause(self, seconds: float) -> None:
        """Time for somebody to look; nobody looks at plain lines."""
        await asyncio.sleep(seconds if self._draws else 0)

    def _show(self, renderable: RenderableType) -> None:
        if self._draws:
            self._live.update(renderable, refresh=True)
