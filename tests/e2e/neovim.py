"""Neovim, driven by its own interface and by real keys."""

from __future__ import annotations

import itertools
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import msgpack

from .checker import MESSAGE, MISSPELT
from .install import Program
from .terminal import PATIENCE, Terminal, until
from .world import World

REPORT = """
    local word, message = ...
    local found = {}
    for row, line in ipairs(vim.api.nvim_buf_get_lines(0, 0, -1, true)) do
      local at = line:find(word, 1, true)
      found[#found + 1] = at and {
        lnum = row - 1, col = at - 1, end_col = at, message = message, severity = 1,
      } or nil
    end
    vim.diagnostic.set(vim.api.nvim_create_namespace("checker"), 0, found)
"""
NAMESPACES = ("nvim.lsp.inline_completion", "fim_lsp")


class Rpc:
    """Neovim's API over its socket; every call is bounded in time."""

    def __init__(self, path: Path) -> None:
        self._socket = socket.socket(socket.AF_UNIX)
        self._socket.settimeout(PATIENCE)
        until(lambda: self._socket.connect_ex(str(path)) == 0, "Neovim's socket")
        self._ids = itertools.count()
        self._unpacker = msgpack.Unpacker(ext_hook=lambda _, data: msgpack.loads(data))

    def call(self, method: str, *arguments: Any) -> Any:
        wanted = next(self._ids)
        self._socket.sendall(msgpack.packb([0, wanted, f"nvim_{method}", arguments]))
        while True:
            for kind, *message in self._unpacker:
                if kind == 1 and message[0] == wanted:
                    _, error, result = message
                    assert error is None, error
                    return result
            data = self._socket.recv(65_536)
            assert data, "Neovim has closed its socket"
            self._unpacker.feed(data)

    def close(self) -> None:
        self._socket.close()


class Neovim:
    """A Neovim without a screen of its own; `screen` attaches a terminal to it."""

    def __init__(self, program: Program, world: World, name: str = "nvim") -> None:
        self.world = world
        self._program = program
        self._files = 0
        self._screen: Terminal | None = None
        self._socket = world.home / f"{name}.sock"
        self._process = subprocess.Popen(
            [program.path, "--headless", "-n", "--listen", str(self._socket)],
            cwd=world.project,
            env=dict(world.env),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        until(self._socket.exists, "Neovim's socket")
        self._rpc = Rpc(self._socket)
        self.command("set noswapfile hidden shortmess+=F termguicolors")

    def open(self, text: str, name: str = "") -> None:
        self.edit(text, name)
        self.command("setlocal nofixendofline")
        until(lambda: self.lua("#vim.lsp.get_clients({ bufnr = 0 })"), "a client")
        self.keys("GA")
        until(lambda: self._rpc.call("get_mode")["mode"] == "i", "insert mode")

    def edit(self, text: str, name: str = "") -> None:
        """A new file, whether or not a server comes for it."""
        self._files += 1
        self.keys("<Esc>")
        path = self.world.file(name or f"scene{self._files}.py", text)
        self.command(f"edit {path.name}")

    def type(self, text: str) -> None:
        self.keys(text.replace("<", "<lt>"))

    def left(self) -> None:
        self.keys("<Left>")

    def ghost(self) -> str:
        """The ghost text on the screen."""
        for name in NAMESPACES:
            for *_, details in self.marks(name):
                rows = [details["virt_text"], *details.get("virt_lines", [])]
                return "\n".join("".join(part[0] for part in row) for row in rows)
        return ""

    def offers(self, text: str) -> bool:
        return self.ghost().startswith(text)

    def offers_nothing(self) -> bool:
        return not self.ghost()

    def accept(self) -> None:
        self.keys("<Tab>")

    def undo(self) -> None:
        self.keys("<Esc>u")

    def text(self) -> str:
        lines = self.lua("vim.api.nvim_buf_get_lines(0, 0, -1, true)")
        ends = self.lua("vim.bo.endofline")
        return "\n".join(lines) + ("\n" if ends else "")

    def toggle(self) -> None:
        self.command("FimLsp toggle")

    def actions(self) -> list[str]:
        self.keys("<Esc>G")
        until(lambda: self._rpc.call("get_mode")["mode"] == "n", "normal mode")
        titles = self.run_lua(
            """
            local client = require("fim_lsp").client(0)
            local params = vim.lsp.util.make_range_params(0, client.offset_encoding)
            params.context = { diagnostics = {}, triggerKind = 1 }
            local method = "textDocument/codeAction"
            local answers = vim.lsp.buf_request_sync(0, method, params, 5000)
            return vim.tbl_map(function(action)
              return action.title
            end, answers[client.id].result)
            """
        )
        return list(titles)

    def act(self, title: str) -> None:
        self.keys("<Esc>G")
        self.run_lua(
            """
            local title = ...
            vim.lsp.buf.code_action({
              apply = true,
              filter = function(action) return action.title == title end,
            })
            """,
            title,
        )

    def stop_acting(self) -> None:
        self.run_lua(
            """
            local client = require("fim_lsp").client(0)
            for token in pairs(client.progress.pending) do
              local notify = vim.fn.has("nvim-0.11") == 1
                and function(...) return client:notify(...) end or client.notify
              notify("window/workDoneProgress/cancel", { token = token })
            end
            """
        )

    def marked(self) -> bool:
        """Reported as a linter's plugin does it, on one character."""
        self.run_lua(REPORT, MISSPELT, MESSAGE)
        return bool(self.lua("#vim.diagnostic.get(0)"))

    def actions_at(self, word: str) -> list[str]:
        """What Neovim's own key for code actions offers there."""
        self._go_to(word)
        self.run_lua(
            """
            offered = nil
            vim.ui.select = function(actions, options)
              offered = vim.tbl_map(options.format_item, actions)
            end
            """
        )
        if self.lua("vim.fn.has('nvim-0.11')"):
            self.keys("gra")
        else:
            self.run_lua("vim.lsp.buf.code_action()")
        return list(until(lambda: self.lua("offered"), "the actions"))

    def act_at(self, word: str, title: str) -> None:
        self._go_to(word)
        self.keys("v")
        until(lambda: self._rpc.call("get_mode")["mode"] == "v", "visual mode")
        self.run_lua(
            """
            local title = ...
            vim.lsp.buf.code_action({
              apply = true,
              filter = function(action) return vim.startswith(action.title, title) end,
            })
            """,
            title,
        )
        self.keys("<Esc>")

    def _go_to(self, word: str) -> None:
        self.keys("<Esc>")
        until(lambda: self._rpc.call("get_mode")["mode"] == "n", "normal mode")
        self.run_lua("vim.fn.cursor(1, 1); vim.fn.search(...)", word)

    def complaints(self) -> list[str]:
        said = self.lua("require('fim_lsp.messages').all()")
        lines = self.lua("vim.fn.execute('messages')").splitlines()
        return [*said, *(line for line in lines if "fim_lsp" in line)]

    def restart(self) -> None:
        """The plugin does it by itself."""

    @contextmanager
    def on_screen(self) -> Iterator[Terminal]:
        """A terminal with this Neovim in it: its keys are typed, its screen is read."""
        command = [self._program.path, "--server", str(self._socket), "--remote-ui"]
        terminal = Terminal(command, self.world.home, self.world.env)
        try:
            until(lambda: "\n~" in terminal.text(), "a screen")
            yield terminal
        finally:
            terminal.close()

    def picture(self, name: str) -> None:
        """A picture of what a terminal shows."""
        with self.on_screen() as terminal:
            until(lambda: self.ghost().split("\n")[0] in terminal.text(), "a screen")
            terminal.picture(name)

    def keys(self, keys: str) -> None:
        """Presses keys in Neovim's own notation."""
        self._rpc.call("input", keys)

    def command(self, command: str) -> None:
        self._rpc.call("command", command)

    def lua(self, expression: str) -> Any:
        return self.run_lua(f"return {expression}")

    def run_lua(self, code: str, *arguments: Any) -> Any:
        return self._rpc.call("exec_lua", code, list(arguments))

    def marks(self, namespace: str) -> list[Any]:
        space = self._rpc.call("create_namespace", namespace)
        marks = self._rpc.call("buf_get_extmarks", 0, space, 0, -1, {"details": True})
        return list(marks)

    def close(self) -> None:
        self._rpc.close()
        self._process.kill()
        self._process.wait()
