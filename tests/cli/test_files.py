from __future__ import annotations

from pathlib import Path

import pytest

from fim_lsp.cli.files import parse_place, workspace_folder
from fim_lsp.languages import language_of_file


@pytest.mark.parametrize(
    ("where", "expected"),
    [
        ("a.py:3:4", (Path("a.py"), 3, 4)),
        ("C:\\src\\a.py:3:4", (Path("C:\\src\\a.py"), 3, 4)),
        ("odd:1:2:3:4", (Path("odd:1:2"), 3, 4)),
        ("a.py:3", None),
        ("a.py", None),
        ("a.py:0:1", None),
        ("a.py:1:0", None),
        ("a.py:-1:2", None),
        (":1:2", None),
    ],
)
def test_a_place_is_a_file_a_line_and_a_column(
    where: str, expected: tuple[Path, int, int] | None
) -> None:
    assert parse_place(where) == expected


@pytest.mark.parametrize(
    ("name", "content", "language"),
    [
        ("a.py", "", "python"),
        ("A.PY", "", "python"),
        ("a.tsx", "", "typescriptreact"),
        ("Makefile", "", "makefile"),
        ("Dockerfile", "", "dockerfile"),
        ("COMMIT_EDITMSG", "", "git-commit"),
        ("notes.md", "", "markdown"),
        ("run", "#!/usr/bin/env python3\n", "python"),
        ("run", "#!/bin/bash\n", "shellscript"),
        ("run", "", "plaintext"),
        ("a.unknown", "", "plaintext"),
        ("py", "", "plaintext"),
    ],
)
def test_languages_are_told_by_name_or_first_line(
    name: str, content: str, language: str
) -> None:
    assert language_of_file(Path(name), content).id == language


def test_the_workspace_folder_is_the_repository(tmp_path: Path) -> None:
    inner = tmp_path / "src" / "deep"
    inner.mkdir(parents=True)
    assert workspace_folder(inner / "a.py") == inner
    (tmp_path / ".git").mkdir()
    assert workspace_folder(inner / "a.py") == tmp_path
