"""The path of a new file: beside its source, as is usual in the language."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from ..errors import InputError
from ..languages import language, language_of_file
from ..text import Document, path_of
from .actions import Action

# The most names that are tried; the first one has no number.
_ATTEMPTS = 9
# The name of a test file where the table of languages has none.
_TESTS = "{stem}{under}_test{ending}"


def new_path(
    action: Action, document: Document, exists: Callable[[Path], bool] = Path.exists
) -> Path:
    """The path for the action's new file: the first that is not taken.

    Raises InputError for a document that is not a file, and where every path is taken.
    """
    source = path_of(document.file_uri)
    if source is not None and document.cell is not None:
        source = source.with_suffix(language(document.language).ending)
    if source is None:
        raise InputError(
            "Save the document first, so that a file can be put beside it."
        )
    for number in range(1, _ATTEMPTS + 1):
        under, plain = (f"_{number}", str(number)) if number > 1 else ("", "")
        if action.id == "tests":
            path = _test_path(source, under, plain, exists)
        else:
            path = source.with_stem(f"{source.stem}_{action.id}{under}")
        if not exists(path):
            return path
    raise InputError(f"There are already {_ATTEMPTS} such files for {source.name}.")


def _test_path(
    source: Path, under: str, plain: str, exists: Callable[[Path], bool]
) -> Path:
    pattern = language_of_file(source).tests or _TESTS
    word = _script_word(source.parent) if "{word}" in pattern else ""
    name = pattern.format(
        stem=source.stem, ending=source.suffix, under=under, plain=plain, word=word
    )
    return _test_folder(source, exists) / name


def _script_word(folder: Path) -> str:
    """“spec” where a file in the folder has it in its name, else “test”."""
    called_spec = folder.is_dir() and any(folder.glob("*.spec.*"))
    return "spec" if called_spec else "test"


def _test_folder(source: Path, exists: Callable[[Path], bool]) -> Path:
    """The folder where the language or the project keeps tests; else the source's."""
    folder = source.parent
    if source.suffix == ".py":
        return _python_tests(folder, exists)
    if "{word}" in language_of_file(source).tests and exists(folder / "__tests__"):
        return folder / "__tests__"
    parts = folder.parts
    for at in range(len(parts) - 1, 0, -1):
        if parts[at - 1 : at + 1] == ("src", "main"):
            return Path(*parts[:at], "test", *parts[at + 1 :])
    return folder


def _python_tests(folder: Path, exists: Callable[[Path], bool]) -> Path:
    """The nearest `tests` folder inside the project; else the source's folder."""
    for parent in (folder, *folder.parents):
        if exists(parent / "tests"):
            return parent / "tests"
        if exists(parent / "pyproject.toml") or exists(parent / ".git"):
            break
    return folder
