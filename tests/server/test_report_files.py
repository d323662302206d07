"""Reports are for the user's eyes, and for today."""

from __future__ import annotations

import logging
import os
import stat
from pathlib import Path

import pytest

from fim_lsp.server.report_files import ReportFiles


@pytest.mark.skipif(os.name != "posix", reason="Windows has no such permissions")
def test_only_the_user_can_read_a_report(tmp_path: Path) -> None:
    folder = tmp_path / "reports"
    folder.mkdir(mode=0o755)
    path = ReportFiles(folder).write("Why?", "# Why\n")
    assert path is not None
    assert path.read_text(encoding="utf-8") == "# Why\n"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_reports_are_deleted_at_the_end_and_others_stay(tmp_path: Path) -> None:
    ours, theirs = ReportFiles(tmp_path), tmp_path / "of-another-server.md"
    theirs.write_text("new")
    paths = [ours.write("a", "1"), ours.write("a", "2")]
    assert all(path is not None and path.exists() for path in paths)
    assert len(set(paths)) == 2
    ours.clear()
    assert list(tmp_path.iterdir()) == [theirs]


def test_what_a_killed_server_left_is_deleted_after_a_day(tmp_path: Path) -> None:
    old = tmp_path / "old.md"
    old.write_text("old")
    os.utime(old, (1, 1))
    ReportFiles(tmp_path).write("a", "1")
    assert not old.exists()


def test_a_folder_that_cannot_be_used_costs_only_the_report(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "file").write_text("")
    with caplog.at_level(logging.WARNING):
        assert ReportFiles(tmp_path / "file").write("a", "1") is None
    assert "No report" in caplog.text
