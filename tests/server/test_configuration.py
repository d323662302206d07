"""Where the editor's settings come from, and what is said of wrong ones."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from typing import Any

import pytest

from fim_lsp.settings import user_file

from ..harness.pair import Pair
from .fake_session import FakeSession

OFF = {"completion": {"enabled": False}}
MANUAL = {"completion": {"trigger": "manual"}}
PULLS = {"workspace": {"configuration": True}}


@pytest.fixture(autouse=True)
def log_level() -> Iterator[None]:
    """The settings set the level of our logger; put it back."""
    logger = logging.getLogger("fim_lsp")
    level = logger.level
    yield
    logger.setLevel(level)


def changed(settings: Any) -> dict[str, Any]:
    return {"settings": settings}


@pytest.mark.parametrize("options", [OFF, {"fim-lsp": OFF, "python": {"a": 1}}])
async def test_initialization_options_are_read_bare_or_under_our_name(
    raw_client: Pair, session: FakeSession, options: Any
) -> None:
    await raw_client.initialize(initializationOptions=options)
    assert session.settings.current.completion.enabled is False


@pytest.mark.parametrize("odd", [None, 3, [], "x", {}, {"fim-lsp": None}])
async def test_options_that_say_nothing_are_accepted(
    raw_client: Pair, session: FakeSession, odd: Any
) -> None:
    await raw_client.initialize(initializationOptions=odd)
    assert session.settings.current.completion.enabled is True


async def test_sent_settings_replace_the_first_ones(
    raw_client: Pair, session: FakeSession
) -> None:
    await raw_client.initialize(initializationOptions=OFF)
    raw_client.notify("workspace/didChangeConfiguration", changed(MANUAL))
    await raw_client.settle()
    assert session.settings.current.completion.trigger == "manual"
    assert session.settings.current.completion.enabled is True


@pytest.mark.parametrize("nothing", [{}, None, False])
async def test_an_empty_message_leaves_the_first_settings(
    raw_client: Pair, session: FakeSession, nothing: Any
) -> None:
    await raw_client.initialize(initializationOptions=OFF)
    raw_client.notify("workspace/didChangeConfiguration", changed(nothing))
    await raw_client.settle()
    assert session.settings.current.completion.enabled is False


async def test_settings_are_asked_for_where_the_client_answers(
    raw_client: Pair, session: FakeSession
) -> None:
    values = [MANUAL, OFF]
    raw_client.replies["workspace/configuration"] = lambda _: [values.pop(0)]
    await raw_client.initialize(PULLS)
    assert session.settings.current.completion.trigger == "manual"
    assert raw_client.requests[0][1] == {"items": [{"section": "fim-lsp"}]}
    raw_client.notify("workspace/didChangeConfiguration", changed(None))
    await raw_client.settle()
    assert session.settings.current.completion.enabled is False


@pytest.mark.parametrize("answer", [[None], [{}], [], None, 3])
async def test_an_empty_answer_leaves_the_first_settings(
    raw_client: Pair, session: FakeSession, answer: Any
) -> None:
    raw_client.replies["workspace/configuration"] = lambda _: answer
    await raw_client.initialize(PULLS, initializationOptions=OFF)
    assert session.settings.current.completion.enabled is False


async def test_the_client_is_asked_to_tell_of_changes(raw_client: Pair) -> None:
    raw_client.replies["client/registerCapability"] = lambda _: None
    await raw_client.initialize(
        {"workspace": {"didChangeConfiguration": {"dynamicRegistration": True}}}
    )
    ((method, params),) = raw_client.requests
    assert method == "client/registerCapability"
    (registration,) = params["registrations"]
    assert registration["method"] == "workspace/didChangeConfiguration"
    assert registration["registerOptions"] == {"section": "fim-lsp"}


async def test_wrong_settings_are_said_in_one_message(raw_client: Pair) -> None:
    wrong = {"completion": {"maxTokens": "many", "enabeld": True}}
    await raw_client.initialize(initializationOptions=wrong)
    message = await raw_client.expect("window/showMessage")
    assert message["type"] == 2
    assert "maxTokens" in message["message"]
    assert "enabled" in message["message"]


@pytest.mark.parametrize(
    ("name", "is_read"), [("config.toml", True), ("a.toml", False)]
)
async def test_saved_settings_files_are_read_at_once(
    raw_client: Pair, session: FakeSession, name: str, *, is_read: bool
) -> None:
    await raw_client.initialize(initializationOptions=OFF)
    user_file().write_text("completion.maxLines = 3")
    document = {"uri": f"file:///workspace/{name}"}
    raw_client.notify("textDocument/didSave", {"textDocument": document})
    await raw_client.settle()
    assert (session.settings.current.completion.max_lines == 3) is is_read
    assert not session.settings.current.completion.enabled


async def test_the_log_level_follows_the_settings(raw_client: Pair) -> None:
    await raw_client.initialize(initializationOptions={"log": {"level": "error"}})
    assert logging.getLogger("fim_lsp").level == logging.ERROR
