"""How the session is shown: drawn in place in a terminal, else in plain lines."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Awaitable, Callable, Iterable
from typing import Self

from rich.console import Console, Group
from rich.live import Live
from rich.text import Text

from ..console import VisibleConsole
from .pane import View, draw

# Rows of code that are drawn, as the terminal has room for them.
MOST_ROWS, FEWEST_ROWS = 9, 3
# Rows of the terminal that are left for what was said.
BESIDES = 7


class Stage:
    """The pane is drawn again and again in its place; what is said scrolls above it."""

    def __init__(
        self,
        console: Console,
        *,
        in_terminal: bool,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self.in_terminal = in_terminal
        self._console = console
        self._sleep = sleep
        self._live: Live | None = None

    def __enter__(self) -> Self:
        if self.in_terminal:
            self._live = Live(console=self._console, auto_refresh=False, transient=True)
            self._live.start()
        return self

    def __exit__(self, *_: object) -> None:
        if self._live is not None:
            self._live.stop()
            self._live = None

    def say(self, text: str | Text, style: str = "") -> None:
        """A line that stays."""
        line = Text(text, style) if isinstance(text, str) else text
        self._console.print(line, soft_wrap=not self.in_terminal)

    def head(self, text: str) -> None:
        """What the next lines show."""
        self.say("")
        self.say(text, "bold")

    def say_all(self, lines: Iterable[Text]) -> None:
        for line in lines:
            self.say(line)

    def tell(
        self, verdict: str, style: str, where: str, what: str | Text, how: str
    ) -> None:
        """What became of something, on one line; cut where a terminal ends."""
        line = Text.assemble(
            (f"{verdict:<6}", style), (f"{where}  ", "bright_black"), what
        )
        line.append(f"  {how}", "cyan")
        if self.in_terminal:
            line.truncate(self._console.width, overflow="ellipsis")
        self.say(line)

    def wait_with(self, sentence: str) -> None:
        """A sentence in place of the pane; only in a terminal."""
        if self._live is not None:
            self._live.update(Text(sentence, "cyan"), refresh=True)

    def draw(self, view: View) -> None:
        """Draw what an editor would show now; only in a terminal."""
        if self._live is None:
            return
        width, height = self._console.size
        rows = max(FEWEST_ROWS, min(MOST_ROWS, height - BESIDES))
        lines = draw(view, width, rows)
        self._live.update(Group(Text(), *lines), refresh=True)

    async def pause(self, seconds: float) -> None:
        """Time for somebody to look; nobody looks at plain lines."""
        await self._sleep(seconds if self.in_terminal else 0)


def default_stage() -> Stage:
    in_terminal = sys.stdout.isatty()
    console = VisibleConsole(highlight=False, width=None if in_terminal else 100)
    return Stage(console, in_terminal=in_terminal and not console.is_dumb_terminal)
