"""What was told once on a machine is not told again."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from fim_lsp.session.told import Told


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "state" / "told.json"


def test_a_sentence_is_told_once_on_a_machine(path: Path) -> None:
    first = Told(path)
    assert first.first_time("a host")
    assert not first.first_time("a host")
    assert not Told(path).first_time("a host")
    assert Told(path).first_time("another host")


def test_two_servers_do_not_forget_what_the_other_told(path: Path) -> None:
    one, other = Told(path), Told(path)
    assert one.first_time("a")
    assert other.first_time("b")
    assert one.first_time("c")
    assert not any(Told(path).first_time(name) for name in "abc")


@pytest.mark.parametrize("content", ["", "{", "3", '{"a": 1}', "\udcff", "[1, null]"])
def test_a_broken_file_is_written_anew(path: Path, content: str) -> None:
    path.parent.mkdir()
    path.write_bytes(content.encode("utf-8", "surrogateescape"))
    assert Told(path).first_time("a")
    assert not Told(path).first_time("a")


@pytest.mark.skipif(sys.platform == "win32", reason="files are not folders there too")
def test_where_nothing_can_be_kept_it_holds_for_the_run(tmp_path: Path) -> None:
    (tmp_path / "state").write_text("a file in the way")
    once = Told(tmp_path / "state" / "told.json")
    assert once.first_time("a")
    assert not once.first_time("a")
