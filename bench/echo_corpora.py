"""Echo in other people's projects: `python -m bench echo-corpora --corpora PATH`.

Method.  `PATH` has a folder for each language id (`python`, `rust`, …), and that has a
folder for each project.  Some files of a project are hidden and typed anew, from top to
bottom; the others are what echo knows, as far as it reads by default.  At random
cursors in random lines echo is asked, and its guess goes through all that an offer goes
through.  *Unseen* are lines that stand nowhere in what echo knows; *right* is what the
line goes on with; *saved* are characters that were shown rightly, of all that stood to
be typed.

`python -m bench.echo_fit PATH` fits echo's confidence to projects in the same layout.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from fim_lsp import languages
from fim_lsp.echo import manners
from fim_lsp.echo.corpus import ReadLimits

from .echo_lines import Case, Score, cases, score
from .tables import NoAnswersError, Part, Table, at_least, shares

# Seeds of the chance by which files, lines and cursors are chosen.
SEEDS = (1, 2, 3, 4, 5)
# Hidden files of a project, for each seed, and cursors in one.
_HIDDEN, _PER_FILE = 40, 40
# At least so many files are known for one that is hidden.
_KNOWN = 3
# Declarations that compilers write.
_GENERATED = ".d.ts"
# Wanted: right of what is shown in unseen lines, in per cent.
_RIGHT = 80


def run(corpora: Path) -> Part:
    """A row for each language, at the threshold that echo begins with."""
    rows, goals = [], []
    for language, found in cases_in(corpora, SEEDS):
        unseen = score([case for case in found if case.unseen], manners.CAREFUL)
        rows.append((language, *_cells(score(found, manners.CAREFUL)), *_cells(unseen)))
        right = 100 * unseen.right / max(1, unseen.shown)
        goals.append(at_least(f"{language}, unseen, right", _RIGHT, right, " %"))
    if not rows:
        raise NoAnswersError
    head = ("language", *("cursors", "shown", "right", "saved") * 2)
    title = f"Echo at {manners.CAREFUL}: all lines, then those that stand nowhere else"
    return Part((Table(title, head, tuple(rows)),), tuple(goals))


def cases_in(corpora: Path, seeds: tuple[int, ...]) -> Iterator[tuple[str, list[Case]]]:
    """Each language id with the cases of all its projects."""
    for folder in sorted(path for path in corpora.iterdir() if path.is_dir()):
        projects = sorted(path for path in folder.iterdir() if path.is_dir())
        found = [
            case
            for project in projects
            for seed in seeds
            for case in _cases_of(project, folder.name, seed)
        ]
        if found:
            yield folder.name, found


def _cases_of(project: Path, language: str, seed: int) -> list[Case]:
    files = list(_files(project, language))
    hidden = max(3, min(_HIDDEN, len(files) // (_KNOWN + 1)))
    return cases(
        files,
        held=hidden,
        tokens=ReadLimits().tokens,
        seed=seed,
        language=language,
        per_file=_PER_FILE,
    )


def _files(project: Path, language: str) -> Iterator[Path]:
    """The project's files in one language; headers are both C and C++."""
    endings = tuple(languages.language(language).files.split())
    endings += (".h",) if language == "cpp" else ()
    for path in project.rglob("*"):
        name = path.name.lower()
        if name.endswith(endings) and not name.endswith(_GENERATED) and path.is_file():
            yield path


def _cells(found: Score) -> tuple[str, ...]:
    return (
        f"{found.cursors:,}",
        shares(found.shown, found.cursors),
        f"{100 * found.right / max(1, found.shown):.0f} % of {found.shown:,}",
        f"{100 * found.saved / found.remaining:.2f} %",
    )
