"""Brackets: how often an offer breaks a file, and how often a right one is lost.

Method.  From source files that nobody wrote for this purpose, 2,000 holes a
language are cut: the rest of a line from a word boundary, one to six whole
lines after their indentation, or what stands between brackets of one line with
the closers left behind the cursor.  What was cut out is the *right* suggestion.
A *wrong* one is the same with one bracket or quote taken away or put in, or with
the text behind the cursor said again.  Both go through the tail rules with the
window that the product uses.

* `lost`: right suggestions after which the file is not the original (trailing
  white space aside); `by brackets`: those that the bracket rule cut or dropped.
* `broken`: wrong suggestions after which a file that was whole with the hole in
  it is not any more; `raw`: the same without any rule.

The judge sees the whole file, not the window: Python is tokenized, the others
are scanned from end to end.  Files that the judge finds broken as they are do
not take part.  `run()` gives one row a language.
"""

from __future__ import annotations

import random
import re
import shutil
import subprocess
import sysconfig
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from fim_lsp.completion.clean import Cleaned, tail
from fim_lsp.completion.code.brackets import scan
from fim_lsp.completion.code.python import tokenizes
from fim_lsp.completion.code.syntax import syntax_of
from fim_lsp.completion.window import Window, cut_window
from fim_lsp.text import Place, document

HOLES = 2000
FEWEST = 1000  # that say something
HOLES_PER_FILE = 8
FILE_CHARS = (1_500, 40_000)
LINE_CHARS = 200
LANGUAGES = (
    ("python", "*.py"),
    ("javascript", "*.js"),
    ("typescript", "*.ts"),
    ("go", "*.go"),
    ("c", "*.h"),
    ("cpp", "*.hpp"),
    ("java", "*.java"),
    ("rust", "*.rs"),
)
# Of the wrong suggestions, those without one of their marks; of the others, those
# that go on with the text behind the cursor.
TAKEN_AWAY = 0.4
SAID_AGAIN = 0.5
WRONG = "()[]{}\"'"


@dataclass(frozen=True, slots=True)
class Hole:
    """`text` was cut out at the window's cursor; the rest of the file around it."""

    before: str
    text: str
    after: str
    window: Window


@dataclass(frozen=True, slots=True)
class Row:
    """Shares of the holes in per cent, processor milliseconds a call (median, p99).

    `reason` says why a language was left out.
    """

    language: str
    holes: int = 0
    lost: float = 0.0
    lost_by_brackets: float = 0.0
    broken: float = 0.0
    broken_raw: float = 0.0
    median: float = 0.0
    p99: float = 0.0
    reason: str = ""


def run(holes: int = HOLES, seed: int = 1) -> list[Row]:
    """Measure every language of which this machine has sources."""
    return [_measure(name, glob, holes, seed) for name, glob in LANGUAGES]


def _measure(language: str, glob: str, count: int, seed: int) -> Row:
    rng = random.Random(f"{language} {seed}")
    lost = cut = broken = raw = done = 0
    times: list[float] = []
    for hole in _holes(language, glob, rng):
        if done == count:
            break
        done += 1
        start = time.process_time()
        right = tail(hole.text, hole.window, automatic=False)
        times.append(time.process_time() - start)
        if (
            _inserted(hole, right).split()
            != (hole.before + hole.text + hole.after).split()
        ):
            lost += 1
            cut += "brackets" in right.rules
        wrong = _spoiled(hole, rng)
        if _whole(hole.before + hole.after, language):
            offered = tail(wrong, hole.window, automatic=False)
            broken += not _whole(_inserted(hole, offered), language)
            raw += not _whole(_inserted(hole, Cleaned(wrong)), language)
    if done < min(count, FEWEST):
        return Row(language, done, reason="too few source files on this machine")
    times.sort()
    return Row(
        language,
        done,
        lost=100 * lost / done,
        lost_by_brackets=100 * cut / done,
        broken=100 * broken / done,
        broken_raw=100 * raw / done,
        median=1000 * times[done // 2],
        p99=1000 * times[done * 99 // 100],
    )


def _inserted(hole: Hole, offered: Cleaned) -> str:
    return hole.before + offered.text + hole.after[offered.replace :]


def _whole(text: str, language: str) -> bool:
    found = scan(syntax_of(language), text)
    if found.stack or found.extra or found.cut or found.inside == "string":
        return False
    return language != "python" or tokenizes(text)


def _holes(language: str, glob: str, rng: random.Random) -> Iterator[Hole]:
    found = {path for root in _roots(language) for path in root.rglob(glob)}
    files = sorted(path for path in found if "site-packages" not in path.parts)
    rng.shuffle(files)
    for path in files:
        text = _source(path, language)
        if not text:
            continue
        lines = text.split("\n")
        for _ in range(HOLES_PER_FILE):
            hole = _hole(lines, path, language, rng)
            if hole:
                yield hole


def _source(path: Path, language: str) -> str:
    """The file's text, or nothing where it is no fair example."""
    try:
        text = path.read_text(encoding="utf-8").replace("\r\n", "\n")
    except (OSError, UnicodeDecodeError):
        return ""
    low, high = FILE_CHARS
    fair = low < len(text) < high and "\r" not in text
    if not fair or max(map(len, text.split("\n"))) > LINE_CHARS:
        return ""
    return text if _whole(text, language) else ""


def _hole(
    lines: list[str], path: Path, language: str, rng: random.Random
) -> Hole | None:
    kind = rng.choice(("rest", "rest", "lines", "lines", "between"))
    at = rng.randrange(len(lines))
    line = lines[at]
    start = len(line) - len(line.lstrip())
    if kind == "lines":
        text = "\n".join(lines[at : at + rng.randint(1, 6)])[start:].rstrip()
    elif kind == "rest":
        starts = [match.start() for match in re.finditer(r"\b|(?<=[(\[{, ])", line)]
        start = rng.choice([place for place in starts if place >= start] or [start])
        text = line[start:].rstrip()
    else:
        inner = list(re.finditer(r"(?<=[(\[{])[^()\[\]{}]+(?=[)\]}])", line))
        if not inner:
            return None
        found = rng.choice(inner)
        start, text = found.start(), found.group()
    if not text.strip():
        return None
    offset = sum(len(above) + 1 for above in lines[:at]) + start
    source = "\n".join(lines)
    before, after = source[:offset], source[offset + len(text) :]
    hole = document(path.as_uri(), language, 1, before + after)
    window = cut_window(hole, Place(at, start), prefix_chars=8000, suffix_chars=512)
    return Hole(before, text, after, window)


def _spoiled(hole: Hole, rng: random.Random) -> str:
    """The right suggestion with one mistake in it."""
    text = hole.text
    marks = [at for at, char in enumerate(text) if char in WRONG]
    if marks and rng.random() < TAKEN_AWAY:
        at = rng.choice(marks)
        return text[:at] + text[at + 1 :]
    if rng.random() < SAID_AGAIN:
        return text + hole.after[: rng.randint(1, 20)].rstrip()
    at = rng.randint(0, len(text))
    return text[:at] + rng.choice(WRONG) + text[at:]


def _roots(language: str) -> list[Path]:
    """Where this machine keeps sources of a language."""
    if language == "python":
        return [Path(sysconfig.get_path("stdlib"))]
    if language in ("javascript", "typescript"):
        # What npm brought along, and what the tests with real editors installed.
        node = shutil.which("node")
        global_ = Path(node).resolve().parent.parent / "lib" if node else Path()
        return [global_ / "node_modules", Path(__file__).parent.parent / ".cache"]
    if language in ("c", "cpp"):
        return [Path("/usr/include")]
    if language == "go":
        return [Path(root) / "src" for root in _answer("go", "env", "GOROOT")]
    if language == "rust":
        sysroots = _answer("rustc", "--print", "sysroot")
        return [Path(root) / "lib" / "rustlib" / "src" for root in sysroots]
    return [Path(home) for home in _answer("sh", "-c", "echo $JAVA_SOURCES")]


def _answer(*command: str) -> list[str]:
    program = shutil.which(command[0])
    if not program:
        return []
    done = subprocess.run(
        [program, *command[1:]], capture_output=True, text=True, check=False
    )
    return done.stdout.split()


if __name__ == "__main__":
    for row in run():
        print(row)
