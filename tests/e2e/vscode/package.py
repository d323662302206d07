"""Builds the extension as `make vscode` does."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from tests.e2e.install_vscode import UnavailableError

EXTENSION = Path(__file__).resolve().parents[3] / "editors" / "vscode"
PATIENCE = 300  # seconds for the packages or the build


def build_extension() -> Path:
    """The installable file; `UnavailableError` where its tools cannot be had."""
    environment = {**os.environ, "PYTHON": sys.executable}
    lock, installed = EXTENSION / "package-lock.json", EXTENSION / "node_modules"
    stamp = installed / ".package-lock.json"
    if not stamp.exists() or stamp.stat().st_mtime < lock.stat().st_mtime:
        _npm(["ci", "--ignore-scripts"], environment)
    for old in EXTENSION.glob("*.vsix"):
        old.unlink()
    _npm(["run", "package"], environment)
    (built,) = EXTENSION.glob("*.vsix")
    return built


def _npm(words: list[str], environment: dict[str, str]) -> None:
    try:
        done = subprocess.run(
            ["npm", *words],
            cwd=EXTENSION,
            env=environment,
            timeout=PATIENCE,
            capture_output=True,
            text=True,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise UnavailableError(
            f"npm {words[0]} took longer than {PATIENCE} s"
        ) from None
    if words[0] == "ci" and done.returncode != 0:
        raise UnavailableError(f"npm ci failed: {done.stderr.strip()[-300:]}")
    assert done.returncode == 0, done.stdout + done.stderr
