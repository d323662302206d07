"""Helix in a terminal: keys go in, the screen, the file and the log are read."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from .install import Program
from .terminal import PATIENCE, Terminal, until
from .world import World

LOOKS_BEFORE_ASKING = 50
CHECKER = f"""
[language-server.checker]
command = "{sys.executable}"
args = ["{Path(__file__).with_name("checker.py")}"]
"""
CONFIG = """\
[editor]
insert-final-newline = false
idle-timeout = 50
completion-timeout = 50
completion-trigger-len = 1
auto-pairs = false
true-color = true
[editor.lsp]
display-progress-messages = true
"""


class Helix:
    """Helix after `fim-lsp setup helix`."""

    def __init__(self, program: Program, world: World) -> None:
        self.world = world
        self._files = 0
        self._looks = 0
        (world.home / ".config/helix/config.toml").write_text(CONFIG)
        _add_checker(world.home / ".config/helix/languages.toml")
        self._log = world.home / "helix.log"
        command = [program.path, "-v", "--log", str(self._log)]
        self.terminal = Terminal(command, world.home, world.env, work_in=world.project)
        until(lambda: "scratch" in self.terminal.text(), "Helix")

    def open(self, text: str, name: str = "") -> None:
        self._files += 1
        self._path = self.world.file(name or f"scene{self._files}.py", text)
        self.terminal.keys("Escape")
        self._command(f"open {self._path.name}")
        until(lambda: self._path.name in self.terminal.text(), "the file")
        try:
            until(self._is_known, "a server that knows the file", 3 * PATIENCE)
        except AssertionError as error:
            log = self._log.read_text(encoding="utf-8").splitlines()[-5:]
            raise AssertionError("\n".join([self.terminal.text(), *log])) from error
        self.terminal.type("geA")
        until(lambda: " INS " in self.terminal.text(), "insert mode")

    def _is_known(self) -> bool:
        log = self._log.read_text(encoding="utf-8", errors="replace").splitlines()
        sent = [line for line in log if "fim-lsp -> " in line and "didOpen" in line]
        return any(self._path.name in line for line in sent)

    def type(self, text: str) -> None:
        self.terminal.type(text)

    def left(self) -> None:
        self.terminal.keys("Left")

    def offers(self, text: str) -> bool:
        """The menu shows a first line, and whether there are more.

        Helix drops an answer that comes after the next key, and shows one that came
        before its last line as it is: Ctrl-x asks again.
        """
        first, _, rest = text.partition("\n")
        offered = f"{first}…" if rest else first
        if offered in self.terminal.text():
            return True
        self._looks += 1
        if self._looks % LOOKS_BEFORE_ASKING == 0:
            self.terminal.keys("C-x")
        return False

    def offers_nothing(self) -> bool:
        screen = self.terminal.text()
        return not any(tail in screen for tail in ("m(values)", "tal / count"))

    def accept(self) -> None:
        self.terminal.keys("C-n")
        self.terminal.keys("Enter")

    def undo(self) -> None:
        self.terminal.keys("Escape")
        self.terminal.type("u")

    def text(self) -> str:
        """The buffer, as Helix writes it."""
        self._path.unlink(missing_ok=True)
        self.terminal.keys("Escape")
        self._command("write!")
        until(self._path.exists, "the written file")
        return until(lambda: self._path.read_text(encoding="utf-8"), "the text")

    def toggle(self) -> None:
        self.terminal.keys("Escape")
        self._command("lsp-workspace-command fim-lsp.toggle")
        self.terminal.type("A")

    def actions(self) -> list[str]:
        self._open_menu()
        titles = [line.strip(" ~│") for line in self.terminal.text().splitlines()]
        self.terminal.keys("Escape")
        return titles

    def act(self, title: str) -> None:
        self._open_menu()
        lines = [line.strip(" ~│") for line in self.terminal.text().splitlines()]
        shown = [line for line in lines if line]
        assert title in shown, shown
        self.terminal.keys("Enter")

    def stop_acting(self) -> None:
        pytest.skip("Helix has no way to stop a command")

    def marked(self) -> bool:
        return "●" in self.terminal.text()

    def actions_at(self, word: str) -> list[str]:
        self._go_to(word)
        titles = self._menu()
        self.terminal.keys("Escape")
        return titles

    def act_at(self, word: str, title: str) -> None:
        self._go_to(word)
        titles = self._menu()
        wanted = next(number for number, t in enumerate(titles) if t.startswith(title))
        for _ in range(wanted):
            self.terminal.keys("C-n")
        self.terminal.keys("Enter")

    def _go_to(self, word: str) -> None:
        """Helix' selection is never empty: here it is the word's first character."""
        self.terminal.keys("Escape")
        self.terminal.type(f"gg/{word}")
        self.terminal.keys("Enter")
        self.terminal.type("b;")

    def _menu(self) -> list[str]:
        """The titles in the menu of actions, from the top."""
        self.terminal.keys("Space")
        self.terminal.type("a")
        rows = until(self._rows, "the actions")
        column = next(row.index("Document") for row in rows if "Document" in row)
        titles = [row[column:].strip() for row in rows]
        return [title for title in titles if title[:1].isupper()]

    def _rows(self) -> list[str]:
        """The rows of the screen, once the menu of actions is on them."""
        text = self.terminal.text()
        return text.splitlines() if "Document" in text else []

    def picture(self, name: str) -> None:
        self.terminal.picture(name)

    def complaints(self) -> list[str]:
        lines = self._log.read_text(encoding="utf-8").splitlines()
        said = [line for line in lines if "window/showMessage" in line]
        return [line for line in said if '"type": 3' not in line]

    def restart(self) -> None:
        self.terminal.keys("Escape")
        self._command("lsp-restart")

    def close(self) -> None:
        self.terminal.close()

    def _command(self, command: str) -> None:
        self.terminal.type(f":{command}")
        self.terminal.keys("Enter")

    def _open_menu(self) -> None:
        self.terminal.keys("Escape")
        self.terminal.type("ge")
        self.terminal.keys("Space")
        self.terminal.type("a")
        until(lambda: "what this comment" in self.terminal.text(), "the actions")


def _add_checker(languages: Path) -> None:
    """Python gets the checker beside the servers that are there."""
    text = languages.read_text()
    head, python, rest = text.partition('name = "python"\n')
    own = rest.replace('"fim-lsp"]', '"checker", "fim-lsp"]', 1)
    languages.write_text(f"{head}{python}{own}\n{CHECKER}")
