"""`fim-lsp try` with a real server process, without a terminal."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.harness.model_script import Seen
from tests.harness.socket_api import SocketApi

from .conftest import KEY, Run

CODE = "".join(
    f"""\
def area_of_room_{number}(width: float, height: float) -> float:
    floor = width * height
    return floor + corrections(width, height)


"""
    for number in range(110)
)
RECEIPT = re.compile(
    r"keys (\d+) · requests (\d+) · offered (\d+) · right (\d+)"
    r" · median [\d.]+ ms · \$(\S+)"
)
SETTINGS = """\
[completion]
debounceMs = 0
[providers.deepseek]
baseUrl = "{url}"
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "rooms.py"
    path.write_text(CODE)
    return path


def knows_the_file(seen: Seen) -> str:
    """A model that goes on as the file does, and documents as it is told."""
    if "messages" in seen.body:
        return '```python\n"""Rooms."""\n```\n'
    before = seen.body["prompt"][-12:]
    start = CODE.find(before)
    return CODE[start + len(before) :].split("\n")[0] if start >= 0 else ""


def test_without_a_key_it_repeats_and_says_so(
    fim_lsp: Run, file: Path, home: Path
) -> None:
    before = file.stat()
    result = fim_lsp("try", str(file), "--seed", "8")
    assert result.exit_code == 0, result.output
    lines = result.output.splitlines()
    assert lines[0].startswith("No model is set up. What you see is repetition")
    assert "1 · What echo offers in rooms.py (--seed 8)" in lines
    offered = (
        r"right rooms\.py:\d+  .*⟧  echo · repeats rooms\.py:\d+ · [\d.]+ ms · \$0"
    )
    assert re.search(offered, result.output)
    rate = re.search(
        r"^offered (\d+) of 40 places, right (\d+)$", result.output, re.MULTILINE
    )
    assert rate is not None
    assert re.search(r"typed through \d+ keys at 0 further requests", result.output)
    assert "is quiet because the cursor is inside a word (mid-word)." in result.output
    assert "Repeat my edit" not in result.output
    receipt = RECEIPT.search(lines[-2])
    assert receipt is not None
    _, requests, *counts = receipt.groups()[:4]
    assert (requests, receipt[5]) == ("0", "0")
    assert counts == [*rate.groups()]
    assert int(receipt[4]) >= 2
    assert lines[-1].startswith("Next: ")
    assert lines[-1].endswith(" login")
    after = file.stat()
    assert file.read_text() == CODE
    assert (after.st_mtime_ns, after.st_ino) == (before.st_mtime_ns, before.st_ino)
    assert list(file.parent.iterdir()) == [file]
    # A play teaches nothing, and is counted nowhere.
    assert not (home / ".local/state").exists()


def test_with_a_key_the_model_answers_and_one_action_is_shown(
    fim_lsp: Run, file: Path, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = home / ".config/fim-lsp/config.toml"
    settings.parent.mkdir(parents=True)
    monkeypatch.setenv("DEEPSEEK_API_KEY", KEY)
    with SocketApi(answer=knows_the_file, key=KEY).threaded() as api:
        settings.write_text(SETTINGS.format(url=api.url))
        result = fim_lsp("try", str(file), "--seed", "8")
    assert result.exit_code == 0, result.output
    first = result.output.splitlines()[0]
    assert first == (
        "Code around the cursor goes to 127.0.0.1 (key from DEEPSEEK_API_KEY)."
    )
    assert "not AI" not in result.output
    assert re.search(r"⟧  deepseek · [\d.]+ ms · \$0\.0", result.output)
    receipt = RECEIPT.search(result.output)
    assert receipt is not None
    asked = [seen for seen in api.calls if seen.path == "/beta/completions"]
    assert int(receipt[2]) == len(asked) > 0
    assert float(receipt[5]) > 0
    assert "Code action “Document” on rooms.py:" in result.output
    assert '+"""Rooms."""' in result.output
    assert result.output.endswith(" setup EDITOR --write\n")
    assert file.read_text() == CODE


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("empty.py", b"x = 1\n", "empty.py has no line of code"),
        ("photo.py", b"\0\1\2", "is a binary file"),
        ("latin.py", b"caf\xe9\n", "is not a text file in UTF-8"),
        ("secrets.env", None, "There is no file"),
        (".env.local", b"DATABASE_PASSWORD=correct-horse\n", "may hold secrets"),
        ("notes.md", b"A longer line of prose it is.\n", "its language is markdown"),
        (".", None, "is a folder"),
    ],
)
def test_a_file_that_cannot_be_played_is_one_sentence(
    fim_lsp: Run, tmp_path: Path, name: str, content: bytes | None, sentence: str
) -> None:
    path = tmp_path / name
    if content is not None:
        path.write_bytes(content)
    result = fim_lsp("try", str(path))
    assert (result.exit_code, result.stdout) == (1, "")
    assert sentence in result.stderr
    assert len(result.stderr.splitlines()) == 1
