"""Kate: what `fim-lsp setup kate` writes, and its completion menu.

Kate draws into a screen that is served by VNC, without a window system.  Its packages
are large, and Qt's VNC server listens to the whole network without a password, so Kate
is driven only where FIM_LSP_E2E_KATE is set.
"""

from __future__ import annotations

import os
import platform
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from . import install
from .conftest import note
from .scenes import PREAMBLE
from .terminal import PICTURES, until
from .vnc import Vnc, write_png
from .world import World, new_world

# Pixels of the screen.  Kate's window takes two thirds of it either way.
SCREEN_WIDTH, SCREEN_HEIGHT = 1080, 480
WINDOW_WIDTH, WINDOW_HEIGHT = 720, 330
# Seconds until the server may start, which Kate asks the user for with a dialog.
DIALOG, STARTING = 2.0, 20.0
# Seconds that a menu takes to open.
OPENING = 2.0


@pytest.fixture(scope="module")
def program(ran: dict[str, str]) -> install.Program:
    if not os.environ.get("FIM_LSP_E2E_KATE"):
        pytest.skip("Kate: set FIM_LSP_E2E_KATE=1; it fetches 660 MB of packages")
    _, own = install.own_archive()
    root = install.unpacked("Kate", own, "kate", "fonts-dejavu-core")
    libraries = root / "usr/lib" / install.TRIPLETS[platform.machine()]
    env = {
        "QT_PLUGIN_PATH": str(libraries / "qt5/plugins"),
        "XDG_DATA_DIRS": str(root / "usr/share"),
        "QT_QPA_FONTDIR": str(root / "usr/share/fonts/truetype/dejavu"),
    }
    started = install.launcher("Kate", root, "usr/bin/kate", env)
    said = subprocess.run(
        [started.path, "--version"],
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
        capture_output=True,
        text=True,
        check=False,
    ).stdout
    assert said.startswith("kate ")
    return note(ran, install.Program("Kate", started.path, said.split()[1]))


class Kate:
    """A Kate with one file in it."""

    def __init__(self, program: install.Program, world: World, text: str) -> None:
        self._path = world.file("example.py", text)
        port = free_port()
        runtime = world.home / "run"
        runtime.mkdir(mode=0o700)
        screen = f"vnc:size={SCREEN_WIDTH}x{SCREEN_HEIGHT}:port={port}"
        env = {"QT_QPA_PLATFORM": screen, "XDG_RUNTIME_DIR": str(runtime)}
        self._process = subprocess.Popen(
            [program.path, "-n", str(self._path)],
            cwd=world.project,
            env={**world.env, **env},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            self.vnc = Vnc(port)
            self._start_server(world)
        except BaseException:
            self._process.kill()
            raise

    def _start_server(self, world: World) -> None:
        time.sleep(DIALOG)
        self.vnc.press("Return")  # yes, the server may be started
        until(world.servers, "the server", STARTING)
        self.vnc.press("Control", "End")

    def saved(self) -> str:
        self.vnc.press("Control", "s")
        return self._path.read_text(encoding="utf-8")

    def picture(self, name: str) -> None:
        """The window, kept for the pages with UPDATE=1."""
        rows = self.vnc.screen()[:WINDOW_HEIGHT]
        if os.environ.get("UPDATE"):
            write_png(rows, WINDOW_WIDTH, PICTURES / f"{name}.png")

    def close(self) -> None:
        self.vnc.close()
        self._process.kill()
        self._process.wait()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def started(program: install.Program, text: str) -> Iterator[tuple[Kate, World]]:
    with new_world() as world:
        world.set_up("kate")
        kate = Kate(program, world, text)
        try:
            yield kate, world
        finally:
            kate.close()


def test_the_menu_opens_while_typing_and_return_takes(program: install.Program) -> None:
    with started(program, PREAMBLE) as (kate, world):
        kate.vnc.type("total = su")

        def is_asked_by_another_key() -> bool:
            """Kate asks only once the server has introduced itself."""
            kate.vnc.type("m")
            time.sleep(OPENING)
            if not world.asked():
                kate.vnc.press("BackSpace")
            return world.asked() > 0

        until(is_asked_by_another_key, "a request", STARTING)
        time.sleep(OPENING)
        kate.picture("kate")
        kate.vnc.press("Return")
        until(lambda: "total = sum(values) / len(values)" in kate.saved(), "the text")
