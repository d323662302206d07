"""Which files may be sent, as the session asks it."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from fim_lsp.privacy.by_project import PrivacyByProject
from fim_lsp.settings import PrivacySettings
from fim_lsp.settings.reading import read_regular


async def test_files_of_patterns_are_read_in_a_thread(
    tmp_path: Path, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    del home
    (tmp_path / ".git").mkdir()
    (tmp_path / ".gitignore").write_text("*.log\n")
    readers: list[threading.Thread] = []

    def noting(path: str) -> bytes:
        readers.append(threading.current_thread())
        return read_regular(path)

    monkeypatch.setattr("fim_lsp.privacy.gitignore.read_regular", noting)
    privacy = PrivacyByProject(lambda _: PrivacySettings())
    uri = (tmp_path / "a.log").as_uri()
    assert await privacy.check(uri, tmp_path) == "ignored-by-git"
    assert readers
    assert threading.main_thread() not in readers


async def test_what_is_known_is_answered_at_once(
    tmp_path: Path, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    del home
    (tmp_path / ".git").mkdir()
    (tmp_path / ".gitignore").write_text("*.log\n")
    monkeypatch.setattr("time.time_ns", lambda: 2**63)
    privacy = PrivacyByProject(lambda _: PrivacySettings())
    uri = (tmp_path / "a.log").as_uri()
    await privacy.check(uri, tmp_path)
    monkeypatch.setattr("asyncio.to_thread", None)
    assert await privacy.check(uri, tmp_path) == "ignored-by-git"
