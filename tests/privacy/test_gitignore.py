from __future__ import annotations

import os
from pathlib import Path

import pytest

from fim_lsp.privacy.gitignore import GitIgnore

from .repositories import repository, write


def test_a_file_outside_a_repository_is_not_ignored(home: Path, tmp_path: Path) -> None:
    write(tmp_path / ".gitignore", "*")
    write(home / ".config/git/ignore", "*")
    assert not GitIgnore(home).ignores(tmp_path / "a.py")


@pytest.mark.parametrize(
    ("files", "path", "ignored"),
    [
        ({".gitignore": "*.log"}, "a/b.log", True),
        ({".gitignore": "*.log\n!keep.log"}, "a/keep.log", False),
        ({".gitignore": "build/"}, "build/x/y.py", True),
        ({".gitignore": "build/"}, "build", False),
        ({".gitignore": "build/\n!build/keep.py"}, "build/keep.py", True),
        ({".gitignore": "build/*\n!build/keep.py"}, "build/keep.py", False),
        ({".gitignore": "build/**\n!build/keep.py"}, "build/keep.py", False),
        ({".gitignore": "*\n!*/\n!*.py"}, "a/b.py", False),
        ({".gitignore": "*\n!*/\n!*.py"}, "a/b.txt", True),
        ({".gitignore": "/a.py"}, "b/a.py", False),
        ({".gitignore": "doc/*.txt"}, "doc/a/b.txt", False),
        ({".gitignore": "**/x/*.txt"}, "a/x/b.txt", True),
        ({".gitignore": "# *.py\n\\#a"}, "#a", True),
        ({".gitignore": "a\\ \nb "}, "a ", True),
        ({".gitignore": "a\\ \nb "}, "b", True),
        ({".gitignore": "*.py\r\n"}, "a.py", True),
        ({".gitignore": "*.py\r\r\n"}, "a.py", False),
        ({".gitignore": "\ufeff*.py"}, "a.py", True),
        ({".gitignore": "src/foo**/x.py"}, "src/foox.py", True),
        ({".gitignore": "src/foo**/x.py"}, "src/food/e/x.py", True),
        ({".gitignore": "src/foo**/x.py"}, "src/foo/y.py", False),
        ({".gitignore": "src/foo**/x.py"}, "src/fo/x.py", False),
        ({".gitignore": "b**/**"}, "b.py", True),
        ({".gitignore": "f*o**/x.py"}, "foox.py", False),
        ({".gitignore": "src/**\n!src/a**\n!src/**/"}, "src/ab/c.py", False),
        ({".gitignore": "[!a].py"}, "b.py", True),
        ({".gitignore": "[[:digit:]].py"}, "7.py", True),
        ({".gitignore": "[a\n\\"}, "a.py", False),
        ({".gitignore": "*.py", "sub/.gitignore": "!a.py"}, "sub/a.py", False),
        ({".gitignore": "sub/", "sub/.gitignore": "!a.py"}, "sub/a.py", True),
        ({"sub/.gitignore": "/a.py"}, "sub/a.py", True),
        ({"sub/.gitignore": "/a.py"}, "a.py", False),
        ({".git/info/exclude": "*.py"}, "a.py", True),
        ({".git/info/exclude": "*.py", ".gitignore": "!a.py"}, "a.py", False),
    ],
)
def test_patterns_count_as_git_counts_them(
    files: dict[str, str], path: str, *, ignored: bool, home: Path, tmp_path: Path
) -> None:
    root = repository(tmp_path, **files)
    assert GitIgnore(home).ignores(root / path) is ignored


@pytest.mark.parametrize(
    ("configuration", "excludes"),
    [
        ({}, ".config/git/ignore"),
        ({".gitconfig": "[core]\n\texcludesFile = ~/mine\n"}, "mine"),
        ({".gitconfig": '[user]\nname=x\n[CORE]\nexcludesfile="~/mine" ; x\n'}, "mine"),
        ({".config/git/config": "[core]\nexcludesFile = ~/mine # x\n"}, "mine"),
        (
            {
                ".config/git/config": "[core]\nexcludesFile = ~/other\n",
                ".gitconfig": "[core]\nexcludesFile = ~/mine\n",
            },
            "mine",
        ),
    ],
)
def test_the_users_own_file_counts(
    configuration: dict[str, str], excludes: str, home: Path, tmp_path: Path
) -> None:
    root = repository(tmp_path)
    for name, text in configuration.items():
        write(home / name, text)
    write(home / excludes, "*.py\n")
    assert GitIgnore(home).ignores(root / "a.py")
    assert not GitIgnore(home).ignores(root / "a.rs")


def test_a_worktree_uses_the_exclude_file_of_its_repository(
    home: Path, tmp_path: Path
) -> None:
    main = repository(tmp_path / "main", **{".git/info/exclude": "*.py"})
    write(main / ".git/worktrees/w/commondir", "../..\n")
    tree = tmp_path / "w"
    write(tree / ".git", f"gitdir: {main}/.git/worktrees/w\n")
    assert GitIgnore(home).ignores(tree / "a.py")


def test_a_repository_inside_another_has_rules_of_its_own(
    home: Path, tmp_path: Path
) -> None:
    root = repository(tmp_path, **{".gitignore": "*.py"})
    inner = repository(root / "inner")
    assert not GitIgnore(home).ignores(inner / "a.py")


def test_what_changes_on_the_disk_counts_at_once(home: Path, tmp_path: Path) -> None:
    git = GitIgnore(home)
    path = tmp_path / "src" / "a.py"
    write(path, "")
    assert not git.ignores(path)
    write(tmp_path / ".git" / "HEAD", "")
    write(tmp_path / ".gitignore", "a.py")
    assert git.ignores(path)
    write(tmp_path / ".gitignore", "b.py")
    assert not git.ignores(path)
    write(tmp_path / "src" / ".gitignore", "*.py")
    assert git.ignores(path)
    (tmp_path / "src" / ".gitignore").unlink()
    write(home / ".config/git/ignore", "src/")
    assert git.ignores(path)


def test_nothing_is_read_again_while_nothing_changes(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = repository(tmp_path / "old", **{".gitignore": "*.log", "src/a.py": ""})
    git = GitIgnore(home)
    monkeypatch.setattr("time.time_ns", lambda: 2**63)
    assert not git.ignores(root / "src/a.py")
    monkeypatch.setattr(Path, "open", None)
    assert not git.ignores(root / "src/a.py")
    assert git.ignores(root / "src/a.log")


def test_an_unreadable_file_of_patterns_is_an_empty_one(
    home: Path, tmp_path: Path
) -> None:
    root = repository(tmp_path, **{"sub/.gitignore": "*.py"})
    (root / ".gitignore").mkdir()
    assert GitIgnore(home).ignores(root / "sub/a.py")


@pytest.mark.parametrize(
    "pattern",
    [
        "*a" * 40 + "b",
        "*a" * 450_000,
        "*[ab]" * 180_000 + "c",
        "**/" * 8 + "b",
        "**/a/" * 100 + "b",
        "*?" * 200 + "b",
        "[" + "a-z" * 300_000,
        "\n".join(["*a*a*a*b"] * 15_000),
        "a" * 900_000,
    ],
    ids=lambda pattern: f"{pattern[:12]}-{len(pattern)}",
)
def test_no_pattern_takes_more_than_linear_time(
    pattern: str, home: Path, tmp_path: Path
) -> None:
    root = repository(tmp_path, **{".gitignore": pattern})
    assert not GitIgnore(home).ignores(root / ("a/" * 40 + "a" * 200))
    assert not GitIgnore(home).ignores(root / ("a" * 240))


def test_a_line_of_stars_alone_counts_however_long(home: Path, tmp_path: Path) -> None:
    root = repository(tmp_path, **{".gitignore": "*" * 5_000})
    assert GitIgnore(home).ignores(root / "a")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs links and pipes")
@pytest.mark.parametrize("name", [".gitignore", ".git/config", ".git/info/exclude"])
@pytest.mark.parametrize(
    "kind", ["device", "random", "pipe", "loop", "sparse", "folder"]
)
def test_a_hostile_file_of_patterns_holds_nothing_up(
    name: str, kind: str, home: Path, tmp_path: Path
) -> None:
    root = repository(tmp_path, **{"src/.gitignore": "*.log"})
    path = root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    match kind:
        case "device":
            path.symlink_to("/dev/zero")
        case "random":
            path.symlink_to("/dev/random")
        case "pipe":
            os.mkfifo(path)
        case "loop":
            path.symlink_to(path.name)
        case "sparse":
            path.touch()
            os.truncate(path, 1 << 36)
        case "folder":
            path.mkdir()
    git = GitIgnore(home)
    assert git.ignores(root / "src/a.log")
    assert not git.ignores(root / "src/a.py")


def test_where_not_all_is_read_everything_counts_as_ignored(
    home: Path, tmp_path: Path
) -> None:
    """Git would read the rest, so that to read a part of it would send too much."""
    root = repository(tmp_path, **{".gitignore": "#" * 80 + "\n" * 1_100_000})
    assert GitIgnore(home).ignores(root / "a.py")


def test_patterns_of_a_link_ignore_but_admit_nothing(
    home: Path, tmp_path: Path
) -> None:
    root = repository(tmp_path, **{"patterns": "*.log\n!a.py\n", ".gitignore": "*.py"})
    (root / "sub").mkdir()
    (root / "sub/.gitignore").symlink_to(root / "patterns")
    assert GitIgnore(home).ignores(root / "sub/a.log")
    assert GitIgnore(home).ignores(root / "sub/a.py")


def test_a_rule_for_folders_ignores_the_folder_itself(
    home: Path, tmp_path: Path
) -> None:
    repository(tmp_path, **{".gitignore": "build/"})
    (tmp_path / "build").mkdir()
    assert GitIgnore(home).ignores(tmp_path / "build")


def test_many_large_files_of_patterns_ignore_what_is_below(tmp_path: Path) -> None:
    """Each file is small enough, but all of them would take half a minute to read."""
    (tmp_path / ".git").mkdir()
    folder = tmp_path
    for depth in range(3):
        folder = folder / f"folder{depth}"
        folder.mkdir()
        (folder / ".gitignore").write_text(f"{'x' * 60}\n" * 15_000)
    git = GitIgnore(tmp_path)
    assert not git.ignores(tmp_path / "folder0" / "main.py")
    assert git.ignores(folder / "main.py")
