"""How the session is drawn: in a terminal as an editor would, else in plain lines."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from rich.console import Console, Group
from rich.live import Live
from rich.text import Text

from ...text import Document, Place
from .editor import Ghost

CONTEXT = 2  # lines above and below


class Stage:
    """Draws a document around the cursor, with a sentence under it."""

    def __init__(self, console: Console | None = None) -> None:
        self.console = console or Console(highlight=False, soft_wrap=True)
        self.in_terminal = self.console.is_terminal
        self._live: Live | None = None

    def say(self, text: str, style: str = "") -> None:
        self.console.print(Text(text, style=style))

    def open(self, title: str) -> None:
        """A new scene."""
        self.close()
        self.console.print()
        self.console.print(Text(title, style="bold"))
        if self.in_terminal:
            self._live = Live(console=self.console, auto_refresh=False)
            self._live.start()

    def draw(
        self, document: Document, place: Place, ghost: Ghost | None, under: str = ""
    ) -> None:
        """The lines around the cursor; only in a terminal."""
        if self._live is None:
            return
        lines = [*_lines(document, place, ghost), Text(f"      {under}", style="cyan")]
        self._live.update(Group(*lines), refresh=True)

    def tell(self, what: str) -> None:
        """One thing that happened; in a terminal it has been drawn."""
        if not self.in_terminal:
            self.console.print(Text(f"  {what}"))

    def close(self) -> None:
        if self._live is not None:
            self._live.stop()
            self._live = None

    def diff(self, lines: Sequence[str]) -> None:
        styles = {"+": "green", "-": "red", "@": "cyan"}
        for line in lines:
            self.say(line, styles.get(line[:1], ""))


def default_stage() -> Stage:
    width = None if sys.stdout.isatty() else 100
    return Stage(Console(highlight=False, soft_wrap=True, width=width))


def _lines(document: Document, place: Place, ghost: Ghost | None) -> list[Text]:
    first = max(0, place.line - CONTEXT)
    drawn = []
    for number in range(first, min(len(document.lines), place.line + CONTEXT + 1)):
        line = document.lines[number].rstrip("\r\n").expandtabs(4)
        text = Text(f"{number + 1:>5} ", style="bright_black", no_wrap=True)
        if number != place.line:
            text.append(line, style="default")
            drawn.append(text)
            continue
        text.append(line[: place.column], style="default")
        shown = ghost.text.split("\n") if ghost else [""]
        text.append("▏", style="bold yellow")
        text.append(shown[0], style="bright_black italic")
        text.append(line[place.column :], style="default")
        ghosts = [Text(f"      {more}", "bright_black italic") for more in shown[1:]]
        drawn += [text, *ghosts]
    return drawn
