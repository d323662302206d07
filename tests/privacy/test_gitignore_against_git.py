"""Ignore rules, compared with those of git itself."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fim_lsp.privacy.gitignore import GitIgnore

from .repositories import repository, write

_PARTS = st.sampled_from(
    [
        *("a", "b", "foo", "a.py", "b.txt", "x y", "[a]", "!n", "#h"),
        *("A", "Foo", "B.TXT", "fooac", "é", "日本", "-", "]"),
    ]
)
_GLOBS = st.sampled_from(
    [
        *(
            "a",
            "b",
            "foo",
            "*",
            "?",
            "*.py",
            "**",
            "[ab]",
            "[!a]",
            "f*o",
            "a.*",
            "\\!n",
        ),
        *(
            "\\#h",
            "x y",
            "x\\ y",
            "[a-c]*",
            "[[:alpha:]]",
            "\\[a]",
            "a**b",
            "a ",
            "*a*b*",
        ),
        *(
            "***",
            "f**",
            "****",
            "foo***",
            "***o",
            "[a/]",
            "foo[a/b]c",
            "[/]",
            "[]a]",
            "[!]a]",
        ),
        *("[a-", "[[:foo:]]", "[[:alpha]", "[a\\-c]", "[z-a]", "[]-a]", "[!-a]", "??"),
        *("[^[:alpha:]]", "é", "[é]", "日*", "\\", "a\\", "[--0]", "[a-c-e]"),
        *(
            "[[:upper:]]*",
            "?[!b]",
        ),
    ]
)
_PATTERNS = st.builds(
    lambda parts, first, last, bang: bang + first + "/".join(parts) + last,
    st.lists(_GLOBS, min_size=1, max_size=3),
    st.sampled_from(["", "", "/"]),
    st.sampled_from(["", "", "/"]),
    st.sampled_from(["", "", "!"]),
)
_FILES = st.lists(_PATTERNS, min_size=1, max_size=4).map("\n".join)


@pytest.mark.skipif(shutil.which("git") is None, reason="compares with git itself")
@settings(
    max_examples=int(os.environ.get("GIT_EXAMPLES", "25")),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    paths=st.lists(
        st.lists(_PARTS, min_size=1, max_size=4).map("/".join),
        min_size=4,
        max_size=10,
        unique_by=str.casefold,
    ),
    rules=st.lists(_FILES, min_size=1, max_size=3),
    ignore_case=st.booleans(),
)
def test_git_itself_agrees(
    paths: list[str],
    rules: list[str],
    *,
    ignore_case: bool,
    home: Path,
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    """The environment's `GIT_EXAMPLES=2000` compares more than 10,000 paths."""
    root = repository(tmp_path_factory.mktemp("repository"))
    write(root / ".git/objects/.keep", "")
    write(root / ".git/refs/.keep", "")
    write(root / ".git/config", f"[core]\n\tignoreCase = {str(ignore_case).lower()}\n")
    folders = ["", *(os.path.dirname(path) for path in paths)]  # noqa: PTH120 - text
    for text, folder in zip(rules, folders, strict=False):
        write(root / folder / ".gitignore", text)
    paths = [path for path in paths if not (root / path).is_dir()]
    output = subprocess.run(
        ["git", "-C", root, "check-ignore", "--no-index", "-z", "--stdin"],
        input="\0".join(paths).encode(),
        capture_output=True,
        check=False,
        env={**os.environ, "GIT_CONFIG_NOSYSTEM": "1", "HOME": str(home)},
    )
    assert output.returncode in {0, 1}, output.stderr
    expected = {name for name in output.stdout.decode().split("\0") if name}
    git = GitIgnore(home)
    ignored = {path for path in paths if git.ignores(root / path)}
    assert ignored == expected, rules
