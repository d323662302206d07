from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from fim_lsp.chat.actions import ACTIONS
from fim_lsp.chat.answer import Result as ActionResult
from fim_lsp.chat.entry import ActionCall
from fim_lsp.chat.turns import OnStep, Step
from fim_lsp.cli.act import _coloured
from fim_lsp.settings import user_file

from ...harness.socket_api import SocketApi
from ..conftest import Run
from .source import ANSWER, SOURCE, Command, source_text

DIFF = "--- a\n+++ b\n@@\n b\n-c\n+d\n"


def test_a_change_is_shown_and_not_written(command: Command) -> None:
    ran = command("cart.py:3-4", "edit", "--instruction", "Double it.")
    assert ran.exit_code == 0
    assert "-    return x\r\n+    return x * 2\r\n" in ran.stdout_bytes.decode()
    assert "Add --write" in ran.stderr
    assert "tokens" in ran.stderr
    assert source_text() == SOURCE


def test_a_change_is_written_when_that_is_wanted(command: Command) -> None:
    ran = command("cart.py:3-4", "types", "--write")
    assert ran.exit_code == 0
    assert source_text() == SOURCE.replace("return x", "return x * 2")


def test_the_diff_is_one_that_git_applies(command: Command) -> None:
    ran = command("cart.py:3-4", "types", "--json")
    patch = json.loads(ran.stdout)["diff"].encode()
    subprocess.run(["git", "apply", "-"], input=patch, check=True)
    assert source_text() == SOURCE.replace("return x", "return x * 2")


def test_the_diff_of_an_open_last_line_is_one_too(command: Command) -> None:
    Path("cart.py").write_text("def total(x):\n    return x")
    ran = command("cart.py", "types", "--json")
    patch = json.loads(ran.stdout)["diff"].encode()
    subprocess.run(["git", "apply", "-"], input=patch, check=True)
    assert source_text() == "def total(x):\n    return x * 2"


def test_the_diff_names_a_file_from_where_one_is(command: Command) -> None:
    here = command(str(Path("cart.py").absolute()), "types")
    assert here.stdout.startswith("--- a/cart.py\n+++ b/cart.py\n")


def test_json_says_what_a_program_needs(command: Command) -> None:
    ran = command("cart.py:3-4", "types", "--json")
    data = json.loads(ran.stdout)
    assert set(data) == {
        *("action", "outcome", "reason", "edits", "markdown", "diff"),
        *("tokens", "cost"),
    }
    assert (data["action"], data["outcome"]) == ("types", "edited")
    assert data["edits"] == [
        {
            "path": "cart.py",
            "newText": "    return x * 2",
            "startLine": 4,
            "startColumn": 1,
            "endLine": 4,
            "endColumn": 13,
        }
    ]
    assert set(data["tokens"]) == {"prompt", "cacheHit", "completion", "estimated"}
    assert data["cost"]["currency"] == "USD"


def test_the_cost_is_a_decimal_text(command: Command) -> None:
    prices = "[providers.deepseek.prices.fake]\ninput = 1000\noutput = 2000\n"
    user_file().parent.mkdir(parents=True)
    user_file().write_text(prices)
    ran = command("cart.py:3-4", "types", "--json")
    data = json.loads(ran.stdout)
    tokens = data["tokens"]
    expected = (tokens["prompt"] + 2 * tokens["completion"]) / 1000
    assert data["cost"]["currency"] == "USD"
    assert float(data["cost"]["amount"]) == pytest.approx(expected)


def test_an_answer_that_is_not_used_says_why(command: Command, api: SocketApi) -> None:
    api.answer = "I would rather not."
    ran = command("cart.py:3-4", "types", "--write")
    assert ran.exit_code == 0
    assert "without a code block: “I would rather not.”" in ran.stderr
    assert ran.stdout == ""
    assert source_text() == SOURCE


@pytest.mark.parametrize("action", [one.id for one in ACTIONS])
def test_every_action_runs(command: Command, api: SocketApi, action: str) -> None:
    Path("cart.py").write_text("# fim: double it\ndef total(x): ...\n")
    ran = command("cart.py:1-2", action, "--instruction", "Double it.", "--json")
    outcome = "shown" if action == "explain" else "edited"
    assert json.loads(ran.stdout)["outcome"] == outcome
    assert len(api.calls) == 1


def test_a_terminal_gets_colours() -> None:
    styles = {
        str(span.style): _coloured(DIFF).plain[span.start : span.end]
        for span in _coloured(DIFF).spans
    }
    assert styles == {"bold": "+++ b\n", "red": "-c\n", "green": "+d\n", "cyan": "@@\n"}


def test_an_explanation_is_printed(command: Command, api: SocketApi) -> None:
    api.answer = "It *adds*."
    ran = command("cart.py:3", "explain")
    assert ran.stdout.strip() == "It *adds*."


def test_tests_become_a_new_file(command: Command) -> None:
    ran = command("cart.py", "tests")
    assert "--- /dev/null\n+++ b/test_cart.py\n" in ran.stdout
    assert not Path("test_cart.py").exists()
    command("cart.py", "tests", "--write")
    assert "return x * 2" in Path("test_cart.py").read_text()
    assert "test_cart_2.py" in command("cart.py", "tests").stdout


def test_the_first_comment_of_a_file_is_found(command: Command, api: SocketApi) -> None:
    Path("cart.py").write_text("import os\n\n# fim: double it\ndef total(x): ...\n")
    ran = command("cart.py", "comment", "--write")
    assert ran.exit_code == 0
    assert source_text() == "import os\n\ndef total(x):\n    return x * 2\n"
    assert "Instruction: double it" in str(api.calls[0].body)


def test_a_file_that_changes_meanwhile_is_merged_or_left(
    command: Command, api: SocketApi
) -> None:
    def answer(_: object) -> str:
        Path("cart.py").write_bytes(b"# new\r\n" + SOURCE.encode())
        return ANSWER

    api.answer = answer
    assert command("cart.py:3-4", "types", "--write").exit_code == 0
    assert source_text() == "# new\r\n" + SOURCE.replace("return x", "return x * 2")

    def other(_: object) -> str:
        Path("cart.py").write_text("nothing of the kind\n")
        return ANSWER.replace("2", "3")

    api.answer = other
    ran = command("cart.py:4-5", "types", "--write")
    assert (ran.exit_code, source_text()) == (1, "nothing of the kind\n")
    assert "was changed meanwhile" in ran.stderr


def test_a_file_that_is_gone_is_not_made_again(
    command: Command, api: SocketApi
) -> None:
    def answer(_: object) -> str:
        Path("cart.py").unlink()
        return ANSWER

    api.answer = answer
    ran = command("cart.py:3-4", "types", "--write")
    assert ran.exit_code == 1
    assert "There is no file cart.py." in ran.stderr
    assert not Path("cart.py").exists()


def test_a_fix_of_one_character_is_of_the_block_around_it(command: Command) -> None:
    ran = command("cart.py:4", "fix", "--instruction", "Double it.", "--write")
    assert ran.exit_code == 0
    assert source_text() == SOURCE.replace("return x", "return x * 2")


def test_json_says_whether_the_endpoint_counted(
    command: Command, api: SocketApi
) -> None:
    data = json.loads(command("cart.py:3-4", "types", "--json").stdout)
    assert data["tokens"]["estimated"] is False
    api.answer = "```python\n" + "x = x\ny_value = 1\n" * 50
    data = json.loads(command("cart.py:3-4", "types", "--json").stdout)
    assert data["outcome"] == "nothing"
    assert data["reason"].startswith("The model repeated itself")
    assert data["tokens"]["estimated"] is True


def test_a_small_cost_has_no_exponent(command: Command) -> None:
    prices = "[providers.deepseek.prices.fake]\ninput = 0.0001\noutput = 0.0001\n"
    user_file().parent.mkdir(parents=True)
    user_file().write_text(prices)
    ran = command("cart.py:3-4", "types", "--json")
    assert json.loads(ran.stdout)["cost"]["amount"].startswith("0.00000")
    assert "E-" not in ran.stdout + command("cart.py:3-4", "types").stderr


def test_the_cost_is_the_one_that_the_books_have(
    command: Command, fim_lsp: Run
) -> None:
    prices = "[providers.deepseek.prices.fake]\ninput = 3\noutput = 5\n"
    user_file().parent.mkdir(parents=True)
    user_file().write_text(prices)
    data = json.loads(command("cart.py:3-4", "types", "--json").stdout)
    total = json.loads(fim_lsp("usage", "--json").stdout)["total"]
    assert data["cost"] == {"amount": total["cost"], "currency": "USD"}


def test_an_own_action_that_cannot_be_used_is_told_about(
    command: Command, api: SocketApi
) -> None:
    user_file().parent.mkdir(parents=True)
    user_file().write_text(
        '[chat.actions.tidy]\ntitle = "Tidy"\nprompt = "Tidy."\nkind = "source"\n'
    )
    ran = command("cart.py:3-4", "types")
    assert ran.exit_code == 0
    assert "chat.actions.tidy.kind is “source”" in ran.stderr
    ran = command("cart.py:3-4", "tidy")
    assert ran.exit_code == 1
    assert "chat.actions.tidy.kind is “source”" in ran.stderr
    assert len(api.calls) == 1


def test_a_further_attempt_is_told_where_no_progress_is_drawn(
    command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def busy_once(
        _: object, call: ActionCall, report: OnStep, *, over_budget: bool
    ) -> ActionResult:
        assert not over_budget
        report(Step("writing", 9))
        report(Step("The endpoint is busy. Trying again in 2 s.", is_news=True))
        return ActionResult("nothing", call.selection.document, "Done.")

    monkeypatch.setattr("fim_lsp.cli.act.run_action", busy_once)
    ran = command("cart.py:3-4", "types")
    assert ran.stderr.splitlines() == [
        "The endpoint is busy. Trying again in 2 s.",
        "Done.",
    ]
