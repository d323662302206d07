"""No command passes on a character that steers a terminal or that nobody sees."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from rich.markdown import Markdown
from rich.text import Text

from fim_lsp.cli.console import VisibleConsole

from ..harness.socket_api import SocketApi
from ..harness.unseen import STUFFED, unseen_in
from .conftest import KEY, Run

SOURCE = "def total(values):\n    return \n\n\nprint(total([1, 2]))\n"
CALLS = {
    "models": ["models"],
    "models-json": ["models", "--json"],
    "balance": ["balance"],
    "balance-json": ["balance", "--json"],
    "doctor": ["doctor"],
    "doctor-json": ["doctor", "--json"],
    "usage": ["usage"],
    "usage-json": ["usage", "--json", "--by", "model"],
    "settings": ["settings"],
    "complete": ["complete", "cart.py:2:12", "--verbose"],
    "complete-json": ["complete", "cart.py:2:12", "--json"],
    "complete-case": ["complete", "cart.py:2:12", "--as-case"],
    "act-edit": ["act", "cart.py:1-2", "simplify"],
    "act-edit-json": ["act", "cart.py:1-2", "simplify", "--json"],
    "act-show": ["act", "cart.py:1-2", "explain"],
    "login": ["login"],
}


@pytest.fixture
def folder(tmp_path: Path, home: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    del home
    monkeypatch.chdir(tmp_path)
    return tmp_path


def stuffed_answer(api: SocketApi) -> None:
    api.answer = lambda seen: (
        f"Look:\n```python\ndef total(values):\n    return sum({STUFFED})\n```\n"
        if "messages" in seen.body
        else f"sum(values)  # {STUFFED}"
    )


def stuffed_models(api: SocketApi) -> None:
    api.models = [f"deepseek-{STUFFED}", STUFFED]
    stuffed_answer(api)


def stuffed_balance(api: SocketApi) -> None:
    api.balance = STUFFED


def stuffed_refusal(api: SocketApi) -> None:
    api.status, api.error = 400, f"Model {STUFFED} does not exist"


def stuffed_key_refusal(api: SocketApi) -> None:
    api.status, api.error = 401, STUFFED


def stuffed_stream(api: SocketApi) -> None:
    api.fault, api.error = "error_in_stream", STUFFED


@pytest.mark.parametrize("call", CALLS)
@pytest.mark.parametrize(
    "hostile",
    [
        *(stuffed_models, stuffed_answer, stuffed_balance),
        *(stuffed_refusal, stuffed_key_refusal, stuffed_stream),
    ],
)
@pytest.mark.usefixtures("folder", "key")
def test_no_command_passes_on_what_an_endpoint_hides(
    call: str, hostile: Callable[[SocketApi], None], api: SocketApi, fim_lsp: Run
) -> None:
    Path("cart.py").write_text(SOURCE)
    hostile(api)
    result = fim_lsp(*CALLS[call], stdin=f"{KEY}\n" if call == "login" else "")
    assert unseen_in(result.output) == set()
    if call.endswith("-json") and result.stdout:
        written = json.dumps(json.loads(result.stdout), ensure_ascii=False)
        assert unseen_in(written) == set()


@pytest.mark.usefixtures("folder", "api", "key")
def test_names_and_text_of_files_are_shown_without_what_they_hide(
    fim_lsp: Run,
) -> None:
    name = "cart\x1b]52;c;ZXZpbA==\x07\u202e.py"
    Path(name).write_text(SOURCE.replace("values", "values\x1b[31m\u200b"))
    for arguments in (["act", name, "explain"], ["complete", f"{name}:999:1"]):
        assert unseen_in(fim_lsp(*arguments).output) == set()


@pytest.mark.usefixtures("home")
def test_a_setting_is_shown_without_what_it_hides(
    fim_lsp: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FIM_LSP_CHAT_INSTRUCTIONS", STUFFED.replace("\0", ""))
    monkeypatch.setenv("FIM_LSP_COMPLETION_MODEL", "a\x1b]0;x\x07")
    assert unseen_in(fim_lsp("settings").output) == set()
    assert unseen_in(fim_lsp("settings", "--json").output) == set()


@pytest.mark.parametrize("hostile", [Text(STUFFED), STUFFED, Markdown(f"# {STUFFED}")])
def test_a_terminal_is_steered_by_its_own_colours_alone(
    hostile: Text | str | Markdown,
) -> None:
    out = io.StringIO()
    console = VisibleConsole(file=out, force_terminal=True, width=200)
    console.print(hostile, style="bold red", markup=False)
    assert unseen_in(out.getvalue()) <= {"\x1b"}
    assert "\x1b[2J" not in out.getvalue()
