from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

import fim_lsp as fim_lsp_package
from tests.harness.cases import offline, parse_case
from tests.harness.model_script import queue
from tests.harness.socket_api import SocketApi

from .conftest import Run

CODE = "def add(a, b):\n    return \n\nprint(add(1, 2))\n"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "sums.py"
    path.write_text(CODE)
    return path


@pytest.fixture
def inside_tmp_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


@pytest.mark.usefixtures("key")
def test_the_completion_is_printed(api: SocketApi, fim_lsp: Run, file: Path) -> None:
    result = fim_lsp("complete", f"{file}:2:12")
    assert (result.exit_code, result.stdout) == (0, "a + b\n")
    assert "127.0.0.1" not in result.stderr
    body = api.calls[-1].body
    assert body["prompt"].endswith("    return ")
    assert body["suffix"].startswith("\n\nprint")
    assert file.read_text() == CODE


@pytest.mark.usefixtures("api", "key")
def test_json_has_the_promised_shape(fim_lsp: Run, file: Path) -> None:
    data = json.loads(fim_lsp("complete", f"{file}:2:12", "--json").stdout)
    assert list(data) == [
        *("candidates", "outcome", "reason", "source", "provider", "model"),
        *("milliseconds", "tokens", "cost"),
    ]
    assert data["candidates"] == [
        {
            "text": "a + b",
            "startLine": 2,
            "startColumn": 12,
            "endLine": 2,
            "endColumn": 12,
        }
    ]
    assert (data["outcome"], data["provider"]) == ("network", "deepseek")
    assert set(data["milliseconds"]) == {"firstToken", "total"}
    assert set(data["tokens"]) == {"prompt", "cacheHit", "completion", "estimated"}


@pytest.mark.usefixtures("key")
def test_candidates_are_other_answers(api: SocketApi, fim_lsp: Run, file: Path) -> None:
    api.answer = queue("a + b", "b + a", "sum((a, b))")
    result = fim_lsp("complete", f"{file}:2:12", "--candidates", "3", "--json")
    texts = [each["text"] for each in json.loads(result.stdout)["candidates"]]
    assert texts[0] == "a + b"
    assert sorted(texts) == ["a + b", "b + a", "sum((a, b))"]


@pytest.mark.usefixtures("api", "key")
def test_verbose_says_how_it_came_about(fim_lsp: Run, file: Path) -> None:
    result = fim_lsp("complete", f"{file}:2:12", "--verbose")
    assert result.stdout == "a + b\n"
    for word in ("outcome: network", "source: deepseek", "first token", "tokens:"):
        assert word in result.stderr


@pytest.mark.usefixtures("key")
def test_silence_is_no_failure(api: SocketApi, fim_lsp: Run, tmp_path: Path) -> None:
    secret = tmp_path / ".env"
    secret.write_text("PASSWORD=\n")
    result = fim_lsp("complete", f"{secret}:1:10")
    assert (result.exit_code, result.stdout) == (0, "")
    assert "may hold secrets" in result.stderr
    data = json.loads(fim_lsp("complete", f"{secret}:1:10", "--json").stdout)
    assert (data["candidates"], data["reason"]) == ([], "secret")
    assert api.calls == []


@pytest.mark.usefixtures("key")
def test_a_failing_provider_is_a_failure_here(
    api: SocketApi, fim_lsp: Run, file: Path
) -> None:
    api.status = 402
    result = fim_lsp("complete", f"{file}:2:12")
    assert (result.exit_code, result.stdout) == (1, "")
    assert len(result.stderr.splitlines()) == 1
    assert "balance" in result.stderr


def test_a_missing_key_names_what_to_do(fim_lsp: Run, file: Path) -> None:
    result = fim_lsp("complete", f"{file}:2:12", "--provider", "codestral")
    assert (result.exit_code, result.stdout) == (1, "")
    assert "fim-lsp login codestral" in result.stderr
    assert "CODESTRAL_API_KEY" in result.stderr


def test_wrong_settings_are_said_and_the_rest_counts(
    api: SocketApi, key: str, fim_lsp: Run, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    del api, key
    monkeypatch.setenv("FIM_LSP_COMPLETION_MAX_TOKENS", "many")
    result = fim_lsp("complete", f"{file}:2:12")
    assert result.stdout == "a + b\n"
    assert "completion.maxTokens" in result.stderr


@pytest.mark.usefixtures("inside_tmp_path")
@pytest.mark.parametrize(
    ("name", "content", "place", "words"),
    [
        ("gone.py", None, "1:1", "There is no file"),
        (".", None, "1:1", "is a folder"),
        ("a" * 300, None, "1:1", "cannot be read"),
        ("image.png", b"\x89PNG\r\n\x1a\n\xff\xfe", "1:1", "not a text file in UTF-8"),
        ("data.bin", b"abc\0def\n", "1:1", "is a binary file"),
        ("short.py", b"a = 1\n", "3:1", "has 2 lines; there is no line 3"),
        ("short.py", b"a = 1\n", "1:7", "ends at column 6; there is no column 7"),
        ("short.py", b"a = 1\r\n", "1:99", "ends at column 6"),
    ],
)
def test_what_cannot_be_completed_is_one_sentence(
    name: str, content: bytes | None, place: str, words: str, fim_lsp: Run
) -> None:
    path = Path.cwd() / name
    if content is not None:
        path.write_bytes(content)
    result = fim_lsp("complete", f"{path}:{place}")
    assert (result.exit_code, result.stdout) == (1, "")
    assert words in result.stderr
    assert len(result.stderr.splitlines()) == 1


@pytest.mark.parametrize(
    "arguments",
    [
        ("complete", "data/Analysis.ipynb"),
        ("complete", "Analysis.ipynb:1:1"),
        ("act", "Analysis.ipynb", "explain"),
        ("act", "Analysis.ipynb:3-5", "explain"),
        ("try", "Analysis.ipynb"),
        ("complete", "Analysis.IPYNB:1"),
    ],
)
def test_the_command_line_reads_no_notebooks(
    arguments: tuple[str, ...], fim_lsp: Run
) -> None:
    result = fim_lsp(*arguments)
    assert (result.exit_code, result.stdout) == (2, "")
    assert "reads no notebooks" in result.stderr
    assert "analysis.ipynb in an editor" in result.stderr.lower()


@pytest.mark.usefixtures("key")
def test_a_file_of_5_mb_is_left_alone_with_the_reason(
    api: SocketApi, fim_lsp: Run, tmp_path: Path
) -> None:
    path = tmp_path / "large.py"
    path.write_text("value = 1\n" * 500_000)
    result = fim_lsp("complete", f"{path}:400000:1")
    assert (result.exit_code, result.stdout) == (0, "")
    assert "larger than" in result.stderr
    assert api.calls == []


def test_without_a_key_the_workspace_answers(fim_lsp: Run, tmp_path: Path) -> None:
    """It is waited for until it has been read; nobody types meanwhile."""
    folder = Path(fim_lsp_package.__file__).parent / "completion"
    shutil.copytree(folder, tmp_path / "copy")
    file = tmp_path / "new.py"
    file.write_text("from __future__ import ")
    result = fim_lsp("complete", f"{file}:1:24", "--json")
    data = json.loads(result.stdout)
    assert (data["outcome"], data["provider"]) == ("echo", "echo")
    assert data["candidates"][0]["text"] == "annotations"
    assert data["tokens"] is None


@pytest.mark.usefixtures("key")
def test_a_completion_is_written_as_a_case(
    api: SocketApi, fim_lsp: Run, tmp_path: Path
) -> None:
    secret = "ghp_0123456789abcdefghijklmnopqrstuvwxyz"
    file = tmp_path / f"{secret}.py"
    file.write_text(f'TOKEN = "{secret}"\n\n{CODE}')
    api.answer = f"a + b\n\nprint(add(1, 2))\n{secret}"
    result = fim_lsp("complete", f"{file}:4:12", "--as-case")
    assert result.exit_code == 0
    assert secret not in result.stdout
    assert str(tmp_path) not in result.stdout
    found = parse_case("pasted", result.stdout)
    assert found.case.about == "The model was deepseek-flash."
    assert found.case.options == {"trigger": "invoked", "redacted": "yes"}
    assert found.offered.text == "a + b"
    assert offline(found) == found.offered


@pytest.mark.usefixtures("api", "key")
def test_without_an_answer_there_is_no_case(fim_lsp: Run, tmp_path: Path) -> None:
    file = tmp_path / ".env"
    file.write_text("TOKEN=\n")
    result = fim_lsp("complete", f"{file}:1:7", "--as-case")
    assert (result.exit_code, result.stdout) == (1, "")
    assert "may hold secrets" in result.stderr
