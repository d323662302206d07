"""Chat actions that come to nothing, each with one sentence that says why."""

from __future__ import annotations

from typing import Any

import pytest

from fim_lsp.errors import AuthenticationFailed

from ...harness.pair import Pair
from ..fake_session import FakeSession
from .editor import ANSWER, CAPABILITIES, MARKED, Editor

OVER_BUDGET = "Today's budget is used up; fim-lsp.continueToday goes on."


async def test_what_came_to_nothing_says_why(
    editor: Editor, session: FakeSession
) -> None:
    session.chat.answer = ["I would rather not."]
    result = await editor.act(editor.open())
    assert (result["outcome"], editor.edits) == ("nothing", [])
    message = await editor.client.expect("window/showMessage")
    assert message["message"] == f"fim-lsp: {result['reason']}"
    await editor.progress()


async def test_an_edit_that_the_editor_refuses_says_why(
    editor: Editor, session: FakeSession
) -> None:
    editor.applies = False
    session.chat.answer = [ANSWER]
    result = await editor.act(editor.open())
    assert result["outcome"] == "nothing"
    assert "read-only" in result["reason"]
    await editor.client.expect("window/showMessage")
    await editor.progress()


async def test_a_file_that_may_not_be_sent_is_not_asked_about(
    editor: Editor, session: FakeSession
) -> None:
    argument = editor.open(f"//- .env\n{MARKED}")
    assert "secrets" in (await editor.act(argument))["reason"]
    assert session.chat.requests == []
    await editor.client.expect("window/showMessage")
    await editor.progress()


async def test_an_endpoint_that_fails_is_one_sentence(
    editor: Editor, session: FakeSession
) -> None:
    session.chat.answer = [AuthenticationFailed("The key was refused.", status=401)]
    assert await editor.act(editor.open()) == {"message": "The key was refused."}
    await editor.client.expect("window/showMessage")
    kinds = await editor.progress()
    assert kinds[-1] == "end"


@pytest.mark.parametrize(
    "wrong", [{"action": "unknown"}, {"range": 3}, {"uri": None}, {"diagnostics": [3]}]
)
async def test_wrong_arguments_are_one_sentence(
    editor: Editor, session: FakeSession, wrong: dict[str, Any]
) -> None:
    result = await editor.act(editor.open() | wrong)
    message = await editor.client.expect("window/showMessage")
    assert message["message"] == f"fim-lsp: {result['message']}"
    assert session.chat.requests == []


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [({"title": "Run Anyway"}, "edited"), (None, None), ({"title": 3}, None)],
)
async def test_over_the_budget_an_action_is_asked_for(
    raw_client: Pair, session: FakeSession, answer: Any, outcome: str | None
) -> None:
    session.gateway.over_budget = OVER_BUDGET
    session.chat.answer = [ANSWER]
    asked: list[Any] = []

    def ask(params: Any) -> Any:
        asked.append(params["message"])
        return answer

    raw_client.replies["window/showMessageRequest"] = ask
    capabilities = {**CAPABILITIES, "window": {"showMessage": {}}}
    editor = Editor(raw_client)
    await raw_client.initialize(capabilities)
    result = await raw_client.answer(editor.send(editor.open()))
    assert result.get("outcome") == outcome
    assert asked == [f"fim-lsp: {OVER_BUDGET}"]
    assert len(editor.edits) == (outcome == "edited")
    if outcome is None:
        assert result == {"message": OVER_BUDGET}
        await raw_client.expect("window/showMessage")


async def test_an_editor_that_asks_no_questions_is_told_the_way_out(
    raw_client: Pair, session: FakeSession
) -> None:
    session.gateway.over_budget = OVER_BUDGET
    editor = Editor(raw_client)
    await raw_client.initialize(CAPABILITIES)
    result = await raw_client.answer(editor.send(editor.open()))
    assert "fim-lsp.continueToday" in result["message"]
    assert editor.edits == []
    await editor.progress()
    await raw_client.expect("window/showMessage")


async def test_a_fix_of_nothing_asks_nothing(
    editor: Editor, session: FakeSession
) -> None:
    argument = editor.open() | {"action": "fix", "diagnostics": []}
    result = await editor.act(argument)
    assert result["outcome"] == "nothing"
    assert "No problem is reported here" in result["reason"]
    assert session.chat.requests == []
    await editor.client.expect("window/showMessage")
    await editor.progress()
