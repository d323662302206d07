"""Writes what the extension takes from the server's tables: settings and key variables.

`python editors/vscode/scripts/settings.py` rewrites `package.json` and
`src/presets.json`; `--check` only says whether they are up to date.
"""  # noqa: INP001 - a script, not part of a package

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from fim_lsp.api.presets import PRESETS
from fim_lsp.settings import vscode_configuration

FOLDER = Path(__file__).resolve().parents[1]
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
    manifest = _manifest(json.loads(package.read_text("utf-8")))
    return {
        package: _as_json(manifest),
        FOLDER / "src" / "presets.json": _as_json(presets),
    }


def drift() -> list[str]:
    """Names of the generated files that are not as the tables say."""
    return [
        path.name
        for path, text in generated().items()
        if json.loads(path.read_text("utf-8")) != json.loads(text)
    ]


def _manifest(manifest: dict[str, Any]) -> dict[str, Any]:
    properties = {**OWN_SETTINGS, **vscode_configuration()}
    manifest["contributes"]["configuration"]["properties"] = properties
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
