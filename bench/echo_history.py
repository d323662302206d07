"""Time-honest lines: what echo knew at a commit, and what was written after it."""

from __future__ import annotations

import io
import subprocess
import tarfile
from collections.abc import Iterator, Mapping
from difflib import SequenceMatcher
from itertools import pairwise
from pathlib import Path
from random import Random

from .echo_lines import Case, Index, Spot

_ROOT = Path(__file__).parents[1]
# The history is cut into so many stretches: the tree at the beginning of each is
# known, and the lines that stand at its end only are to be typed.
_STRETCHES = 6
_FILES = 30  # of each stretch


def cases(*, tokens: int, seed: int) -> list[Case]:
    """Lines that later commits of this repository added; none in a shallow clone."""
    chance = Random(seed)
    commits = _git("rev-list", "--reverse", "--first-parent", "HEAD").decode().split()
    last = len(commits) - 1
    marks = [commits[at * last // _STRETCHES] for at in range(1, _STRETCHES + 1)]
    found: list[Case] = []
    for before, after in pairwise(dict.fromkeys(marks)):
        old, new = _tree(before), _tree(after)
        index = Index(old, tokens)
        changed = [path for path, lines in new.items() if lines != old.get(path)]
        for path in chance.sample(changed, min(_FILES, len(changed))):
            spots = list(_added(old.get(path, []), new[path]))
            found += index.cases(path, spots, chance)
    return found


def _added(old: list[str], new: list[str]) -> Iterator[Spot]:
    """The added lines as they are typed, from top to bottom."""
    changes = SequenceMatcher(None, old, new, autojunk=False).get_opcodes()
    for kind, _, end, first, last in changes:
        if kind in ("insert", "replace"):
            for at in range(first, last):
                yield Spot(new[at], new[:at], old[end:])


def _tree(commit: str) -> Mapping[str, list[str]]:
    """The Python files at a commit, by absolute path."""
    archive = io.BytesIO(_git("archive", "--format=tar", commit))
    with tarfile.open(fileobj=archive) as tar:
        members = [m for m in tar if m.isfile() and m.name.endswith(".py")]
        files = {m.name: tar.extractfile(m) for m in members}
        return {
            str(_ROOT / name): file.read().decode().split("\n")
            for name, file in files.items()
            if file
        }


def _git(*command: str) -> bytes:
    done = subprocess.run(
        ["git", "-C", str(_ROOT), *command],  # noqa: S607 — the user's own git
        capture_output=True,
        check=True,
    )
    return done.stdout
