"""A real VS Code window under the tests' control."""

from __future__ import annotations

import json
import os
import queue
import re
import shutil
import signal
import subprocess
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from tests.e2e.install_vscode import Workbench

HERE = Path(__file__).resolve().parent
PATIENCE = 60.0  # seconds for one command of the driver; its own limit is lower


class DriverError(AssertionError):
    """What was to be on the screen is not there."""


@dataclass(frozen=True, slots=True)
class Window:
    """The window, and the folder that it shows."""

    folder: Path
    _stdin: IO[str]
    _lines: queue.Queue[str]

    def do(self, command: str, **parameters: Any) -> Any:
        self._stdin.write(json.dumps({"command": command, **parameters}) + "\n")
        self._stdin.flush()
        try:
            answer = json.loads(self._lines.get(timeout=PATIENCE))
        except queue.Empty:
            raise DriverError(f"{command}: no answer in {PATIENCE} s") from None
        if "error" in answer:
            raise DriverError(f"{command} {parameters}: {answer['error']}")
        return answer["value"]

    def open(self, name: str, text: str) -> None:
        """Shows a file of the folder with this text; `$0` is where the cursor goes."""
        before, _, after = text.partition("$0")
        (self.folder / name).write_text(before + after, "utf-8", newline="")
        self.do("open", path=str(self.folder / name))
        *above, line = before.split("\n")
        column = len(line.encode("utf-16-le")) // 2  # as VS Code counts
        self.do("go", line=len(above) + 1, column=column + 1)

    def type(self, text: str, delay: int = 20) -> None:
        self.do("type", text=text, delay=delay)

    def press(self, *keys: str) -> None:
        self.do("press", keys=keys)

    def ghost(self, text: str | None = None, seconds: float = 10) -> str:
        """The grey text once it is `text` (None: once there is any), else what is."""
        seen = self.do("ghost", text=text, patience=seconds * 1000)
        return "\n".join(seen)

    def saved(self, name: str) -> str:
        """The buffer, by way of the disk: the text exactly as VS Code holds it."""
        self.press("Control+s")
        self.do("wait", milliseconds=300)
        return (self.folder / name).read_bytes().decode()

    def until_saved(self, name: str, text: str, seconds: int = 10) -> str:
        """The buffer once it is `text`, else what it is."""
        seen = self.saved(name)
        for _ in range(seconds * 2):
            if seen == text:
                break
            seen = self.saved(name)
        return seen

    def screen(self, text: str) -> str:
        """All that can be read in the window once `text` can."""
        seen: str = self.do("screen", text=text)
        return seen

    def run(self, title: str) -> None:
        self.do("palette", title=title)

    def notices(self, text: str, seconds: float = 10) -> list[str]:
        seen: list[str] = self.do("notices", text=text, patience=seconds * 1000)
        return seen

    def picture(self, path: Path, **clip: int) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self.do("screenshot", path=str(path), clip=clip or None)


@contextmanager
def window(
    workbench: Workbench,
    home: Path,
    extensions: Sequence[Path],
    *,
    settings: Mapping[str, Any],
    machine: Mapping[str, Any],
    variables: Mapping[str, str],
) -> Iterator[Window]:
    """VS Code with extensions installed from their packages, on an empty folder.

    `settings` are the user's, `machine` those that only this computer may set.
    """
    folder = home / "project"
    folder.mkdir(parents=True, exist_ok=True)
    environment = {**_own_home(home), **variables}
    for scope, values in (("User", settings), ("Machine", machine)):
        path = home / "data" / scope / "settings.json"
        path.parent.mkdir(parents=True)
        path.write_text(json.dumps(values))
    command = [
        str(workbench.node),
        str(workbench.code_server / "out/node/entry.js"),
        f"--user-data-dir={home / 'data'}",
        f"--extensions-dir={home / 'extensions'}",
    ]
    subprocess.run(
        [*command, *(w for vsix in extensions for w in ("--install-extension", vsix))],
        env=environment,
        check=True,
        timeout=PATIENCE,
        capture_output=True,
    )
    serve = [
        *command,
        "--auth=none",
        "--bind-addr=127.0.0.1:0",
        "--disable-telemetry",
        "--disable-update-check",
        "--disable-workspace-trust",
        "--disable-getting-started-override",
        str(folder),
    ]
    with _process(serve, environment) as server:
        url = _address(server)
        drive = [
            _node(),
            str(HERE / "driver.mjs"),
            f"{url}/?folder={folder}",
            str(workbench.chromium),
            str(workbench.modules),
        ]
        browser = {**environment, **workbench.chromium_environment}
        with _process(drive, browser) as driver:
            assert driver.stdin is not None
            shown = Window(folder, driver.stdin, _lines(driver))
            shown.do("load")
            yield shown


def _own_home(home: Path) -> dict[str, str]:
    """The environment without the user's settings, keys and data."""
    kept = {name: os.environ[name] for name in ("PATH", "LANG") if name in os.environ}
    return {
        **kept,
        "HOME": str(home),
        "XDG_CONFIG_HOME": str(home / "config"),
        "XDG_DATA_HOME": str(home / "share"),
        "XDG_STATE_HOME": str(home / "state"),
        "XDG_CACHE_HOME": str(home / "cache"),
    }


def _node() -> str:
    node = shutil.which("node")
    assert node is not None
    return node


@contextmanager
def _process(
    command: list[str], environment: Mapping[str, str]
) -> Iterator[subprocess.Popen[str]]:
    """A process in a group of its own, which ends with the block, children and all."""
    process = subprocess.Popen(
        command,
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    try:
        yield process
    finally:
        assert process.stdin is not None
        process.stdin.close()
        os.killpg(process.pid, signal.SIGTERM)
        try:
            process.wait(5)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait(5)


def _lines(process: subprocess.Popen[str]) -> queue.Queue[str]:
    """What the process prints; read without end, so that it never blocks on us."""
    lines: queue.Queue[str] = queue.Queue()

    def read() -> None:
        assert process.stdout is not None
        with process.stdout as output:
            for line in output:
                lines.put(line)

    threading.Thread(target=read, daemon=True).start()
    return lines


def _address(server: subprocess.Popen[str]) -> str:
    """Where code-server listens, from what it prints."""
    lines = _lines(server)
    printed = []
    while True:
        try:
            printed.append(lines.get(timeout=30))
        except queue.Empty:
            raise DriverError(f"code-server did not start: {printed}") from None
        if match := re.search(r"listening on (http://[\d.:]+)", printed[-1]):
            return match[1]
