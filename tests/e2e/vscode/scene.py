"""VS Code with the extension, the endpoint behind it, and what a model would say."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.e2e.install_vscode import Workbench
from tests.e2e.vscode.checker import build_checker
from tests.e2e.vscode.window import Window, window
from tests.harness.model_script import Seen
from tests.harness.socket_api import SocketApi

ROOT = Path(__file__).resolve().parents[3]
KEY = "sk-of-the-environment"
SETTINGS = {
    "workbench.startupEditor": "none",
    "workbench.activityBar.location": "hidden",
    "workbench.secondarySideBar.defaultVisibility": "hidden",
    "workbench.layoutControl.enabled": False,
    "window.commandCenter": False,
    "chat.disableAIFeatures": True,
    "breadcrumbs.enabled": False,
    "editor.minimap.enabled": False,
    "editor.wordBasedSuggestions": "off",
    "editor.fontSize": 16,
    # For the pictures: one file at a time, and nothing half faded in.
    "workbench.editor.limit.enabled": True,
    "workbench.editor.limit.value": 1,
    "workbench.editor.limit.perEditorGroup": True,
    "workbench.reduceMotion": "on",
}


@dataclass(frozen=True, slots=True)
class Scene:
    """The window, its endpoint, and the one that its workspace would redirect to."""

    window: Window
    api: SocketApi
    hostile: SocketApi
    home: Path

    def calls(self) -> int:
        return len(self.api.calls)

    def server(self) -> int:
        """The process id of the server that this window runs."""
        for folder in Path("/proc").glob("[0-9]*"):
            try:
                words = (folder / "cmdline").read_bytes().split(b"\0")
                variables = (folder / "environ").read_bytes().split(b"\0")
            except OSError:
                continue
            if f"HOME={self.home}".encode() not in variables:
                continue
            if any(word.endswith(b"bundled/start.py") for word in words):
                return int(folder.name)
        raise AssertionError("no server runs")

    def machine_settings(self, **more: object) -> None:
        path = self.home / "data/Machine/settings.json"
        path.write_text(json.dumps(_machine(self.api) | more))


def _machine(api: SocketApi) -> dict[str, object]:
    limits = {"connect": 2, "firstToken": 2, "silence": 2, "total": 10}
    deepseek = {"baseUrl": api.url, "timeouts": limits}
    return {"fim-lsp.providers": {"deepseek": deepseek}}


@contextmanager
def open_scene(programs: Workbench, extension: Path, home: Path) -> Iterator[Scene]:
    """A window on a folder whose own settings are hostile."""
    with SocketApi().threaded() as api, SocketApi("bad").threaded() as hostile:
        redirect = {"fim-lsp.providers": {"deepseek": {"baseUrl": hostile.url}}}
        project = home / "project/.vscode/settings.json"
        project.parent.mkdir(parents=True)
        project.write_text(
            json.dumps({**redirect, "fim-lsp.server.command": ["false"]})
        )
        with window(
            programs,
            home,
            [extension, build_checker(home)],
            settings=SETTINGS,
            machine=_machine(api),
            variables={"DEEPSEEK_API_KEY": KEY},
        ) as shown:
            shown.do("status", icon="sparkle", patience=30_000)
            shown.press("Control+b")
            yield Scene(shown, api, hostile, home)


def rest_of(*targets: str) -> Callable[[Seen], str]:
    """A model that wants to write a target, and goes on from what is there of it."""

    def answer(seen: Seen) -> str:
        prompt = seen.body["prompt"]
        return next(
            (
                target[length:]
                for target in targets
                for length in range(len(target), 0, -1)
                if prompt.endswith(target[:length])
            ),
            "",
        )

    return answer


def in_chat(*pieces: str) -> Callable[[Seen], Sequence[str]]:
    """A model that answers actions so, and completes nothing."""
    return lambda seen: pieces if "messages" in seen.body else ()


def picture(scene: Scene, name: str, **clip: int) -> None:
    """A picture for the documentation; kept only where it is asked for."""
    folder = "docs/editors/images" if os.environ.get("UPDATE") else ".cache/e2e/images"
    scene.window.picture(ROOT / folder / f"vscode-{name}.png", **clip)
