"""Every command answers with data or a sentence, whatever its arguments."""

from __future__ import annotations

import asyncio
from decimal import Decimal
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from fim_lsp.money.counts import CountKey, Counts
from fim_lsp.server.features.execute_command import COMMANDS

from ..harness.pair import Pair, ResponseError
from .fake_session import FakeSession, answering
from .test_completions import at

OWN_VIEW = {"experimental": {"fimLspStatus": True}}


async def run(client: Pair, command: str, *arguments: Any) -> Any:
    return await client.request(
        "workspace/executeCommand",
        {"command": f"fim-lsp.{command}", "arguments": list(arguments)},
    )


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize(
    "arguments", [{}, {"arguments": []}, {"arguments": [None]}, {"arguments": [[3]]}]
)
async def test_missing_and_odd_arguments_are_accepted(
    raw_client: Pair, command: str, arguments: dict[str, Any]
) -> None:
    await raw_client.initialize(OWN_VIEW)
    result = await raw_client.request(
        "workspace/executeCommand", {"command": command, **arguments}
    )
    if command == "fim-lsp.act":
        assert "which action" in result["message"]
        await raw_client.expect("window/showMessage")
    assert result is None or isinstance(result, dict)


async def test_an_acceptance_is_passed_on(client: Pair, session: FakeSession) -> None:
    assert await run(client, "accepted", "s3") is None
    assert session.happened[-1] == ("accepted", "s3")


@pytest.mark.parametrize("wish", [True, False, None])
async def test_completion_is_toggled(
    client: Pair, session: FakeSession, *, wish: bool | None
) -> None:
    result = await run(client, "toggle", wish)
    assert session.settings.current.completion.enabled is bool(wish)
    assert result["enabled"] is bool(wish)
    message = await client.expect("window/showMessage")
    assert message["message"] == f"fim-lsp: {result['message']}"


@pytest.mark.parametrize("as_option", [False, True])
async def test_a_file_is_allowed(
    client: Pair, session: FakeSession, tmp_path: Path, *, as_option: bool
) -> None:
    folder = tmp_path / "project"
    folder.mkdir()
    (folder / ".git").mkdir()
    (folder / ".gitignore").write_text("a.py\n")
    uri = (folder / "a.py").as_uri()
    assert session.privacy.refusal(uri, folder) == "ignored-by-git"
    await run(client, "allowFile", {"uri": uri} if as_option else uri)
    assert session.privacy.refusal(uri, folder) is None
    await client.expect("window/showMessage")


async def test_why_says_it_as_data_and_in_words(
    client: Pair, session: FakeSession
) -> None:
    await client.request("textDocument/inlineCompletion", at(client, "a\nb$0"))
    session.engine.answer = answering("x")
    await client.request("textDocument/inlineCompletion", at(client, "a\nb$0"))
    result = await run(client, "why", {"limit": 5, "uri": "file:///workspace/main.py"})
    newest, oldest = result["decisions"]
    assert (newest["outcome"], oldest["outcome"]) == ("network", "silent")
    assert (oldest["line"], oldest["character"]) == (1, 1)
    assert oldest["reason"] == "nothing-follows"
    words = "Nothing was offered at `main.py:2:2` because the model had nothing to add"
    assert words in result["markdown"]
    message = await client.expect("window/showMessage")
    assert message["message"].endswith(result["markdown"])
    assert len((await run(client, "why", {"limit": 1}))["decisions"]) == 1
    await client.expect("window/showMessage")


async def test_usage_is_told_as_data_and_in_words(
    client: Pair, session: FakeSession
) -> None:
    day = session.money.ledger.day
    key = CountKey(day, "fake", "fast", "python", "completion", "USD")
    counts = Counts(requests=2, shown=4, accepted=1, cost=Decimal("0.0004"))
    session.money.ledger.add(key, counts)
    result = await run(client, "usage", {"days": 7})
    assert result["days"][0]["date"] == day
    assert result["days"][0]["cost"] == "0.0004"
    assert result["total"]["accepted"] == 1
    message = await client.expect("window/showMessage")
    assert "| cost per accepted completion | 0.0004 USD |" in message["message"]


async def test_the_budget_can_be_lifted(client: Pair, session: FakeSession) -> None:
    result = await run(client, "continueToday")
    assert "until midnight" in result["message"]
    assert session.money.ledger.is_allowed()
    await client.expect("window/showMessage")


async def test_the_balance_is_in_decimal_texts(client: Pair) -> None:
    result = await run(client, "balance")
    assert result["balance_infos"][0]["total_balance"] == "10.00"
    assert "10.00 USD" in (await client.expect("window/showMessage"))["message"]


async def test_an_endpoint_that_fails_is_a_sentence(
    client: Pair, session: FakeSession
) -> None:
    session.api.status = 402
    result = await run(client, "balance")
    assert "balance" in result["message"]
    message = await client.expect("window/showMessage")
    assert message == {"type": 2, "message": f"fim-lsp: {result['message']}"}


async def test_a_selected_model_stays_while_settings_change(
    raw_client: Pair, session: FakeSession
) -> None:
    await raw_client.initialize(OWN_VIEW)
    assert await run(raw_client, "models") == {
        "models": ["deepseek-flash", "deepseek-v4-pro"],
        "completion": "deepseek-flash",
        "chat": "deepseek-flash",
    }
    await run(raw_client, "selectModel", "deepseek-v4-pro")
    assert session.settings.current.completion.model == "deepseek-v4-pro"
    raw_client.notify(
        "workspace/didChangeConfiguration",
        {"settings": {"completion": {"maxLines": 5}}},
    )
    await raw_client.settle()
    assert session.settings.current.completion.model == "deepseek-v4-pro"
    assert session.settings.current.completion.max_lines == 5


async def test_a_report_opens_as_a_document_and_goes_at_the_end(
    raw_client: Pair,
) -> None:
    shown: list[Path] = []

    def show(params: Any) -> Any:
        shown.append(Path(urlsplit(params["uri"]).path))
        assert shown[-1].read_text(encoding="utf-8").startswith("# ")
        return {"success": True}

    raw_client.replies["window/showDocument"] = show
    await raw_client.initialize({"window": {"showDocument": {"support": True}}})
    await run(raw_client, "why")
    assert len(shown) == 1
    raw_client.notify("exit")
    await raw_client.settle()
    assert not shown[0].exists()


@pytest.mark.parametrize("answer", [None, {"success": False}])
async def test_a_report_that_cannot_be_opened_is_a_message(
    raw_client: Pair, answer: Any
) -> None:
    raw_client.replies["window/showDocument"] = lambda _: answer
    await raw_client.initialize({"window": {"showDocument": {"support": True}}})
    await run(raw_client, "why")
    assert "# " in (await raw_client.expect("window/showMessage"))["message"]


async def test_a_cancelled_command_is_really_cancelled(
    client: Pair, session: FakeSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    cancelled = asyncio.Event()

    async def hang() -> Any:
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            cancelled.set()
            raise

    monkeypatch.setattr(session, "client", hang)
    id_ = client.send("workspace/executeCommand", {"command": "fim-lsp.balance"})
    await client.settle()
    client.notify("$/cancelRequest", {"id": id_})
    with pytest.raises(ResponseError) as caught:
        await client.answer(id_)
    assert caught.value.code == -32800
    assert cancelled.is_set()
