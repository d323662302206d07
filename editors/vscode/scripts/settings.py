"""Writes what the extension takes from the server's tables.

These are the settings, the providers that need a key, the chat actions, and the reasons
why there is no next edit.  `python editors/vscode/scripts/settings.py` rewrites
`package.json` and the JSON files of `src/pure`; `--check` only says whether they are up
to date.
"""  # noqa: INP001 - a script, not part of a package

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from fim_lsp.api.services import PRESETS
from fim_lsp.chat.actions import ACTIONS, Action
from fim_lsp.reasons import REASONS
from fim_lsp.settings import vscode_configuration

FOLDER = Path(__file__).resolve().parents[1]
# Words that VS Code writes small inside a command's title.
SMALL_WORDS = {"a", "and", "of", "the", "with"}
# Actions that ask for something before they run; their titles end with an ellipsis.
ASKING = {"edit"}
OWN_SETTINGS = {
    "fim-lsp.server.command": {
        "type": ["null", "array"],
        "items": {"type": "string"},
        "scope": "machine",
        "markdownDescription": (
            "The command that starts the server, word by word, such as "
            '`["/home/me/.local/bin/fim-lsp"]`. Unset: the server inside the '
            "extension with Python 3.11 or newer, else `uvx fim-lsp`."
        ),
    },
}


def generated() -> dict[Path, str]:
    """Every generated file with the text that it should have."""
    package = FOLDER / "package.json"
    presets = [
        {"name": name, "variable": preset.api_key_env}
        for name, preset in PRESETS.items()
        if preset.api_key_env
    ]
    actions = [{"id": action.id, "title": _title(action)} for action in ACTIONS]
    manifest = _manifest(json.loads(package.read_text("utf-8")), actions)
    return {
        package: _as_json(manifest),
        FOLDER / "src" / "pure" / "presets.json": _as_json(presets),
        FOLDER / "src" / "pure" / "chatActions.json": _as_json(actions),
        FOLDER / "src" / "pure" / "reasons.json": _as_json(_reasons()),
    }


def drift() -> list[str]:
    """Names of the generated files that are not as the tables say."""
    return [
        path.name
        for path, text in generated().items()
        if not path.exists() or json.loads(path.read_text("utf-8")) != json.loads(text)
    ]


def _reasons() -> dict[str, str]:
    """Why there is nothing to show, in words, by the names that the server answers."""
    return {reason.name: reason.because for reason in REASONS.values()}


def _title(action: Action) -> str:
    """The action's title in the form of a VS Code command: "Write Tests"."""
    first, *rest = action.title.split()
    words = [word if word in SMALL_WORDS else word.capitalize() for word in rest]
    return " ".join([first, *words]) + ("…" if action.id in ASKING else "")


def _manifest(
    manifest: dict[str, Any], actions: Sequence[Mapping[str, str]]
) -> dict[str, Any]:
    properties = {**OWN_SETTINGS, **vscode_configuration()}
    manifest["contributes"]["configuration"]["properties"] = properties
    commands = {
        f"fimLsp.{action['id']}": {
            "command": f"fimLsp.{action['id']}",
            "title": action["title"],
            "category": "fim-lsp",
        }
        for action in actions
    }
    others = [
        command
        for command in manifest["contributes"]["commands"]
        if command["command"] not in commands
    ]
    manifest["contributes"]["commands"] = [*commands.values(), *others]
    # Even harmless ones could re-admit files, lift the budget or choose another model.
    untrusted = manifest["capabilities"]["untrustedWorkspaces"]
    untrusted["restrictedConfigurations"] = list(properties)
    return manifest


def _as_json(value: object) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False) + "\n"


def main() -> int:
    if "--check" in sys.argv:
        return 1 if drift() else 0
    for path, text in generated().items():
        path.write_text(text, "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
