"""Traces of small edits, from the history of git repositories and generated ones."""

from __future__ import annotations

import re
import subprocess
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from pathlib import Path
from random import Random

# Edits of more lines than this are pastes, and belong to no trace.
MOST_LINES = 3
# A file of a commit with more edits is a mechanical rewrite.
MOST_EDITS = 40
# A pattern is repeated where so many edits share it.
FEWEST = 3
# Characters of the longest file that is looked at.
LONGEST = 400_000
LANGUAGES = {
    ".py": "python",
    ".go": "go",
    ".js": "javascript",
    ".ts": "typescript",
    ".tsx": "typescriptreact",
    ".rs": "rust",
    ".java": "java",
    ".c": "c",
}
_TOKEN = re.compile(r"\w+|[^\w\s]")
# A part of a name, such as each of the two in `getName` and in `get_name`, or a sign.
_PART = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|\d+|[^\w\s]|[^\W\d]")


@dataclass(frozen=True, slots=True)
class LineEdit:
    """Lines `start` up to `start + len(old)` of the text before become `new`."""

    start: int
    old: tuple[str, ...]
    new: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Trace:
    """The edits that one commit made to one file, from top to bottom.

    `repeated` holds the indices of edits of one pattern, if there are three or more.
    """

    name: str
    language: str
    lines: tuple[str, ...]
    edits: tuple[LineEdit, ...]
    repeated: tuple[int, ...] = ()


def from_history(repository: Path, *, seed: int) -> Iterator[Trace]:
    """Traces of a repository in random order, repetitive or not."""
    commits = _git(
        repository, "rev-list", "--no-merges", "--all", "--max-count=20000"
    ).decode()
    order = commits.split()
    Random(seed).shuffle(order)
    for commit in order:
        yield from _of_commit(repository, commit)


def is_quiet(trace: Trace) -> bool:
    """Whether no two edits of a trace have anything in common.

    Two edits have something in common if they take away, or add, the same parts of
    names and the same signs, or if both only change upper and lower case, or if both
    only change the order.
    """
    seen = Counter(mark for edit in trace.edits for mark in _marks(edit))
    return all(count == 1 for count in seen.values())


def _marks(edit: LineEdit) -> Iterator[object]:
    """What another edit may have in common with this one."""
    old, new = (Counter(_PART.findall("".join(part))) for part in (edit.old, edit.new))
    removed, added = old - new, new - old
    if removed:
        yield "removed", tuple(sorted(removed.elements()))
    if added:
        yield "added", tuple(sorted(added.elements()))
    if not removed and not added:
        yield "order"
    elif Counter(map(str.lower, removed.elements())) == Counter(
        map(str.lower, added.elements())
    ):
        yield "case"


def signature(edit: LineEdit) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The words and signs that an edit takes away, and those that it adds."""
    old, new = _tokens(edit.old), _tokens(edit.new)
    removed, added = Counter(old) - Counter(new), Counter(new) - Counter(old)
    return tuple(sorted(removed.elements())), tuple(sorted(added.elements()))


def _tokens(lines: Sequence[str]) -> list[str]:
    return _TOKEN.findall("".join(lines))


def _of_commit(repository: Path, commit: str) -> Iterator[Trace]:
    names = _git(
        repository,
        "diff-tree",
        "-r",
        "--no-commit-id",
        "--diff-filter=M",
        "--name-only",
        commit,
    ).decode(errors="replace")
    paths = [p for p in names.split("\n") if Path(p).suffix in LANGUAGES]
    for path in paths[:5]:
        before = _text(repository, f"{commit}^:{path}")
        after = _text(repository, f"{commit}:{path}")
        if before is None or after is None or max(map(len, (before, after))) > LONGEST:
            continue
        edits = tuple(line_edits(_split(before), _split(after)))
        if not 1 <= len(edits) <= MOST_EDITS:
            continue
        if any(max(len(e.old), len(e.new)) > MOST_LINES for e in edits):
            continue
        yield Trace(
            f"{repository.parent.name} {commit[:8]} {path}",
            LANGUAGES[Path(path).suffix],
            _split(before),
            edits,
            repeated(edits),
        )


def repeated(edits: Sequence[LineEdit]) -> tuple[int, ...]:
    """The edits of the most frequent pattern, if three or more share it."""
    groups: dict[object, list[int]] = {}
    for index, edit in enumerate(edits):
        key = signature(edit)
        if any(key):
            groups.setdefault(key, []).append(index)
    largest = max(groups.values(), key=len, default=[])
    return tuple(largest) if len(largest) >= FEWEST else ()


def line_edits(before: Sequence[str], after: Sequence[str]) -> Iterator[LineEdit]:
    """The changed lines; a run of as many lines as before is one edit a line."""
    matcher = SequenceMatcher(None, before, after, autojunk=False)
    for tag, i, i_end, j, j_end in matcher.get_opcodes():
        if tag == "equal":
            continue
        old, new = tuple(before[i:i_end]), tuple(after[j:j_end])
        if len(old) == len(new):
            for index, (one, other) in enumerate(zip(old, new, strict=True)):
                yield LineEdit(i + index, (one,), (other,))
        else:
            yield LineEdit(i, old, new)


def _split(text: str) -> tuple[str, ...]:
    return tuple(text.splitlines(keepends=True))


def _text(repository: Path, name: str) -> str | None:
    try:
        return _git(repository, "show", name).decode()
    except (subprocess.CalledProcessError, UnicodeDecodeError):
        return None


def _git(repository: Path, *command: str) -> bytes:
    done = subprocess.run(
        ["git", "-C", str(repository), *command],  # noqa: S607 - the user's own git
        capture_output=True,
        check=True,
    )
    return done.stdout


def generated(seed: int) -> Iterator[Trace]:
    """Invented traces: a pattern in one file after the other, or none."""
    chance = Random(seed)
    for number in range(600):
        pattern = PATTERNS[number % len(PATTERNS)] if number % 2 else None
        yield _generated(chance, number, pattern)


# Every so many lines of an invented trace are edited.
SPACING = 7
# Old and new text of invented patterns; `{}` is what differs from place to place.
PATTERNS = (
    ("print {}", "print({})"),
    ("assertEqual({}, 1)", "assert {} == 1"),
    ("client.get({})", "client.fetch({})"),
    ("log.warn({})", "log.warning({})"),
    ("Optional[{}]", "{} | None"),
    ("foo({}, None)", "foo({})"),
    ("load({})", "await load({})"),
    ("isinstance({}, str)", "is_text({})"),
)
_NAMES = ("user", "order", "item.price", "rows[0]", "build(a, b)", "count", "'text'")
_WORDS = ("alpha", "beta", "gamma", "delta", "kappa", "sigma", "omega", "theta")


def _generated(chance: Random, number: int, pattern: tuple[str, str] | None) -> Trace:
    lines: list[str] = []
    edits: list[LineEdit] = []
    for row in range(40):
        words = chance.sample(_WORDS, 3)
        line = f"{words[0]}_{row} = {words[1]}({words[2]}, {row})\n"
        if row % SPACING == 0:
            # A number that does not follow from the line, so that there is no pattern.
            other = chance.choice(_NAMES) + str(row * 17 + 5)
            new = line.replace(")", f", {other})")
            if pattern is not None:
                name = chance.choice(_NAMES)
                line, new = (f"x{row} = {part.format(name)}\n" for part in pattern)
            edits.append(LineEdit(row, (line,), (new,)))
        lines.append(line)
    return Trace(
        f"generated {number}",
        "python",
        tuple(lines),
        tuple(edits),
        tuple(range(len(edits))) if pattern else (),
    )
