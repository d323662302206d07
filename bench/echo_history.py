"""Lines that later commits of this repository added, asked of an echo that knows only
what stood there before.
"""

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
# The number of stretches that the history is cut into.  Echo knows the files at the
# beginning of a stretch; the lines that stand only at its end are to be typed.
_STRETCHES = 6
# The files of a stretch in which lines are typed.
_FILES = 30


def cases(*, tokens: int, seed: int) -> list[Case]:
    """Cursors in lines that commits added; none where the clone has no history.

    tokens: how much echo knows of each beginning.
    seed: of the chance by which files, lines and cursors are chosen.
    """
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
    """The lines that `new` has and `old` does not, as they are typed from the top."""
    changes = SequenceMatcher(None, old, new, autojunk=False).get_opcodes()
    for kind, _, end, first, last in changes:
        if kind in ("insert", "replace"):
            for at in range(first, last):
                yield Spot(new[at], new[:at], old[end:])


def _tree(commit: str) -> Mapping[str, list[str]]:
    """The lines of each Python file at a commit, by the absolute path."""
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
