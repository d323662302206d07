"""coc.nvim as its makers release it, fetched by npm into `.cache/e2e/coc.nvim`."""

from __future__ import annotations

import json
import shutil
import subprocess
from functools import cache

import pytest

from .install import CACHE, Program

# npm's own shorthand for a branch of a repository; this branch holds the built program.
RELEASE = "github:neoclide/coc.nvim#release"
SECONDS = 120  # that fetching it may take


@cache
def coc() -> Program:
    """The folder to put on Vim's `runtimepath`; skips where it cannot be had.

    A folder that is there already is taken as it is, so that one that was built from
    source by hand serves as well.
    """
    if not shutil.which("node"):
        pytest.skip("coc.nvim: it needs Node, which is not installed")
    folder = CACHE / "coc.nvim"
    if not (folder / "build/index.js").exists():
        fetch()
    version = json.loads((folder / "package.json").read_text())["version"]
    return Program("coc.nvim", str(folder), version)


def fetch() -> None:
    home = CACHE / "coc-npm"
    home.mkdir(parents=True, exist_ok=True)
    command = ["npm", "install", "--prefix", str(home), "--ignore-scripts", RELEASE]
    try:
        done = subprocess.run(
            command, capture_output=True, text=True, check=False, timeout=SECONDS
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        pytest.skip(f"coc.nvim cannot be fetched: {error}")
    built = home / "node_modules/coc.nvim"
    if done.returncode or not (built / "build/index.js").exists():
        lines = done.stderr.strip().splitlines() or ["it holds no build/index.js"]
        pytest.skip(f"coc.nvim cannot be fetched: {lines[0]}")
    shutil.copytree(built, CACHE / "coc.nvim", dirs_exist_ok=True)
