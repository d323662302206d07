"""Emacs in a terminal: real keys go in, and a socket lets the tests look inside."""

from __future__ import annotations

import json
import socket
import sys
from pathlib import Path
from typing import Any

import pytest

from .install import Program
from .terminal import PATIENCE, Terminal, until
from .world import World

LISP = Path(__file__).with_name("emacs.el")
CHECKER = Path(__file__).with_name("checker.py")


def connected(path: Path) -> socket.socket:
    opened = socket.socket(socket.AF_UNIX)
    opened.settimeout(3 * PATIENCE)
    try:
        opened.connect(str(path))
    except OSError:
        opened.close()
        raise
    return opened


class Emacs:
    """Emacs after `fim-lsp setup emacs`, with `use` evaluated at its start."""

    def __init__(self, program: Program, world: World, use: str) -> None:
        self.world = world
        self._files = 0
        path = world.home / "emacs.sock"
        command = [program.path, "-nw", "-l", str(LISP), "--eval", use]
        checker = f"{sys.executable} {CHECKER}"
        env = {**world.env, "E2E_SOCKET": str(path), "E2E_CHECKER": checker}
        self.terminal = Terminal(command, world.home, env, columns=100)
        try:
            until(path.exists, "Emacs' socket", 3 * PATIENCE)
            self._socket = connected(path)
        except (AssertionError, OSError) as error:
            screen = self.terminal.text()
            self.terminal.close()
            raise AssertionError(screen) from error
        self._answers = self._socket.makefile("r", encoding="utf-8")

    def lisp(self, form: str) -> Any:
        """The value of a form, in the buffer on the screen."""
        self._socket.sendall(form.encode())
        value = json.loads(self._answers.readline())["value"]
        assert not str(value).startswith("error: "), value
        return value

    def open(self, text: str) -> None:
        self._files += 1
        path = self.world.file(f"scene{self._files}.py", text)
        self.lisp(f'(switch-to-buffer (find-file-noselect "{path}"))')
        self.terminal.keys("M->")
        try:
            until(self.is_connected, "a connection", 3 * PATIENCE)
        except AssertionError as error:
            raise AssertionError(self.terminal.text()) from error

    def is_connected(self) -> bool:
        raise AssertionError("each kind of editor has its own")

    def type(self, text: str) -> None:
        self.terminal.type(text)
        until(lambda: self.text_before().endswith(text), "the typed text")

    def text_before(self) -> str:
        before = self.lisp("(buffer-substring-no-properties (pos-bol) (point))")
        return str(before or "")

    def left(self) -> None:
        self.lisp("(backward-char)")

    def undo(self) -> None:
        self.lisp("(progn (undo-boundary) (undo-only))")

    def text(self) -> str:
        return str(self.lisp("(buffer-substring-no-properties 1 (point-max))") or "")

    def marked(self) -> bool:
        return bool(self.lisp("(e2e-marks)"))

    def actions_at(self, word: str) -> list[str]:
        self._go_to(word)
        return list(until(lambda: self.lisp("(e2e-titles)"), "the actions"))

    def act_at(self, word: str, title: str) -> None:
        """By the command of the package, on a region of one character."""
        self._go_to(word)
        self.lisp("(progn (push-mark (1+ (point)) t t) (setq mark-active t))")
        self.lisp(f'(progn (transient-mark-mode 1) (fim-lsp-act "{title.lower()}") t)')
        self.lisp("(deactivate-mark)")

    def picture(self, name: str) -> None:
        self.terminal.picture(name)

    def _go_to(self, word: str) -> None:
        back = "(goto-char (match-beginning 0))"
        self.lisp(f'(progn (goto-char 1) (search-forward "{word}") {back} t)')

    def complaints(self) -> list[str]:
        return list(self.lisp("(e2e-said)"))

    def close(self) -> None:
        self._answers.close()
        self._socket.close()
        self.terminal.close()


class Eglot(Emacs):
    def __init__(self, program: Program, world: World) -> None:
        super().__init__(program, world, "(e2e-use-eglot)")

    def is_connected(self) -> bool:
        return bool(self.lisp("(and (eglot-current-server) t)"))

    def offers(self, text: str) -> bool:
        found = self.lisp("(vconcat (e2e-candidates))")
        return any(text.split("\n", maxsplit=1)[0] in each for each in found)

    def offers_nothing(self) -> bool:
        return not self.lisp("(vconcat (e2e-candidates))")

    def accept(self) -> None:
        self.terminal.keys("C-M-i")

    def toggle(self) -> None:
        self.lisp('(fim-lsp-run "toggle")')

    def actions(self) -> list[str]:
        self.lisp("(progn (goto-char (point-max)) (forward-line -1))")
        form = "(vconcat (mapcar (lambda (a) (plist-get a :title)) {}))"
        return list(self.lisp(form.format("(eglot-code-actions (point) (point))")))

    def act(self, title: str) -> None:
        self.lisp("(progn (goto-char (point-max)) (forward-line -1))")
        self.lisp(f'(e2e-eglot-act "{title}")')
        self.terminal.keys("F5")

    def stop_acting(self) -> None:
        pytest.skip("eglot does not tell a server that a command was quit")

    def restart(self) -> None:
        until(lambda: not self.is_connected(), "the end of the connection")
        self.lisp("(call-interactively #'eglot)")


class LspMode(Emacs):
    def __init__(self, program: Program, world: World) -> None:
        super().__init__(program, world, "(e2e-use-lsp-mode)")

    def is_connected(self) -> bool:
        form = "(bound-and-true-p lsp-inline-completion-mode)"
        return bool(self.lisp(form))

    def offers(self, text: str) -> bool:
        return text.split("\n", maxsplit=1)[0] in (self.lisp("(e2e-ghost)") or "")

    def offers_nothing(self) -> bool:
        return not self.lisp("(e2e-ghost)")

    def accept(self) -> None:
        self.terminal.keys("Tab")

    def toggle(self) -> None:
        self.lisp('(fim-lsp-run "toggle")')

    def actions(self) -> list[str]:
        self.lisp("(progn (goto-char (point-max)) (forward-line -1))")
        form = "(vconcat (mapcar #'lsp:code-action-title {}))"
        return list(self.lisp(form.format("(lsp-code-actions-at-point)")))

    def act(self, title: str) -> None:
        self.lisp("(progn (goto-char (point-max)) (forward-line -1))")
        self.lisp(f'(e2e-lsp-act "{title}")')
        self.terminal.keys("F5")

    def stop_acting(self) -> None:
        self.terminal.keys("C-g")

    def restart(self) -> None:
        """lsp-mode does it by itself."""
