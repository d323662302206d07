"""A home folder, a project and a fake endpoint: what an editor under test meets."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from fim_lsp.cli.setup import run
from fim_lsp.cli.setup.change import Target
from tests.harness.model_script import Seen
from tests.harness.socket_api import SocketApi

SERVER = (sys.executable, "-m", "fim_lsp", "--stdio")
SETTINGS = """\
[completion]
provider = "{provider}"
debounceMs = 20
[providers.deepseek]
baseUrl = "{url}"
[budget]
daily = 1000
"""
# What the model has in mind after a beginning, however much of it stands there already.
THOUGHTS: Mapping[str, str] = {
    "total = ": "sum(values) / len(values)",
    "def add(": "a, b):\n    return a + b",
    "print(": "quantity)",
    "größe = ": "'ü' + naïve(größe)",
    "mean = ": "total / count",
}
# What stands all over the project; in less than 500 lines echo repeats nothing.
HABIT = """\
def spread_{}(values):
    if not values:
        raise ValueError("there are no values")
    return max(values) - min(values)


"""
COMMENT = "# fim: return the sum of both\n"
DONE = "value = left + right\n"
MISTAKEN = """\
def mean_of(values):
    total = sum(valeus)
    return total / len(values)
"""
MENDED = MISTAKEN.replace("valeus", "values")
_HEAD = "def mean_of(values):\n"
_DOCSTRING = '    """The arithmetic mean."""\n'
DOCUMENTED = MENDED.replace(_HEAD, _HEAD + _DOCSTRING)
CACHED = f"@cached\n{MENDED}"
_SELECTED = re.compile(r"Selected code[^\n]*:\n(`{3,})\w*\n(.*?)\1", re.DOTALL)


@dataclass(frozen=True, slots=True)
class World:
    home: Path
    project: Path
    api: SocketApi
    env: Mapping[str, str] = field(default_factory=dict)

    def set_up(self, editor: str, command: tuple[str, ...] = SERVER) -> None:
        """What `fim-lsp setup EDITOR --write` does in this home."""
        run(editor, Target(command, self.home, environ=self.env), write=True)

    def file(self, name: str, text: str) -> Path:
        path = self.project / name
        path.write_text(text, encoding="utf-8")
        return path

    def asked(self) -> int:
        """How often the model was asked to fill in."""
        return sum(seen.path == "/beta/completions" for seen in self.api.calls)

    def accepted(self) -> int:
        """What `fim-lsp usage` counts as accepted."""
        said = subprocess.run(
            [sys.executable, "-m", "fim_lsp", "usage", "--json"],
            env=dict(self.env),
            stdout=subprocess.PIPE,
            check=True,
        ).stdout
        return int(json.loads(said)["total"]["accepted"])

    def servers(self) -> list[int]:
        """The ids of the server processes that run for this home."""
        wanted = f"HOME={self.home}".encode()
        found = []
        for process in Path("/proc").glob("[0-9]*"):
            try:
                words = (process / "cmdline").read_bytes().split(b"\0")
                home = (process / "environ").read_bytes().split(b"\0")
            except OSError:
                continue
            if b"fim_lsp" in words and b"--stdio" in words and wanted in home:
                found.append(int(process.name))
        return found


@contextmanager
def new_world(provider: str = "deepseek") -> Iterator[World]:
    """A world in a folder with a short name, for the sockets in it."""
    with (
        tempfile.TemporaryDirectory(
            prefix="fim-", ignore_cleanup_errors=True
        ) as folder,
        SocketApi(answer=thoughts).threaded() as api,
    ):
        world = _build(Path(folder), api, provider)
        try:
            yield world
        finally:
            for pid in world.servers():
                os.kill(pid, signal.SIGKILL)


def _build(folder: Path, api: SocketApi, provider: str) -> World:
    home, project = folder / "home", folder / "project"
    settings = home / ".config/fim-lsp/config.toml"
    settings.parent.mkdir(parents=True)
    settings.write_text(SETTINGS.format(url=api.url, provider=provider))
    (project / ".git").mkdir(parents=True)  # by which editors know a project
    (project / "other.py").write_text("".join(map(HABIT.format, range(150))))
    env = {
        "HOME": str(home),
        "XDG_CONFIG_HOME": str(home / ".config"),
        "XDG_CACHE_HOME": str(home / ".cache"),
        "XDG_STATE_HOME": str(home / ".local/state"),
        "XDG_DATA_HOME": str(home / ".local/share"),
        "PATH": os.environ["PATH"],
        "LC_ALL": "C.UTF-8",
        "DEEPSEEK_API_KEY": "sk-test",
        "PYTHON_KEYRING_BACKEND": "keyring.backends.null.Keyring",
    }
    return World(home, project, api, env)


def thoughts(seen: Seen) -> str:
    """The model: what comes after the longest beginning that stands at the cursor."""
    if "messages" in seen.body:
        return f"Here it is.\n```python\n{_rewritten(seen.body['messages'])}```\n"
    prompt = seen.body["prompt"]
    for beginning, thought in THOUGHTS.items():
        for length in range(len(thought) - 1, -1, -1):
            if prompt.endswith(beginning + thought[:length]):
                return thought[length:]
    return ""


def _rewritten(messages: Sequence[Mapping[str, str]]) -> str:
    """What a model makes of the selected code, or of the whole line of a fragment.

    Of a decorator alone it makes the whole function.
    """
    system, user = messages[0]["content"], messages[-1]["content"]
    selected = _SELECTED.search(user)
    code = selected[2] if selected else ""
    if code.strip() == "@cached":
        return CACHED.replace(_HEAD, _HEAD + _DOCSTRING)
    if "repairs" in system:
        return code.replace("valeus", "values") if "sum(valeus)" in code else MENDED
    if "ean_of" not in user:
        return DONE
    return code.replace(_HEAD, _HEAD + _DOCSTRING) if _HEAD in code else DOCUMENTED
