"""Models as sources of next edits: who is asked, at what cost, and when not."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest

from fim_lsp.next.next_edit import NextEdit
from fim_lsp.session.session import Session
from fim_lsp.settings import user_file
from fim_lsp.text import Edit, Place, Span, apply, document

from ..harness.fake_api import FakeApi

URI = "file:///w/main.py"
BEFORE = "def total(items):\n    return sum(items)\n"
CHANGED = "def total(items, tax):\n    return sum(items)\n"
WANTED = "def total(items, tax):\n    return sum(items) * tax\n"

Make = Callable[[str, str], Session]


async def no_sleep(seconds: float) -> None:
    del seconds
    await asyncio.sleep(0)


@pytest.fixture
def api() -> FakeApi:
    return FakeApi()


@pytest.fixture
async def make(api: FakeApi) -> AsyncIterator[Make]:
    """Makes a session with settings in the user file, and an answer of the model."""
    sessions: list[Session] = []

    def made(settings: str, answer: str) -> Session:
        user_file().parent.mkdir(parents=True, exist_ok=True)
        user_file().write_text(settings)
        api.answer = [answer]
        environ = {"DEEPSEEK_API_KEY": "sk-of-nobody", "INCEPTION_API_KEY": "key"}
        session = Session(environ=environ, transport=api, sleep=no_sleep)
        sessions.append(session)
        return session

    yield made
    for session in sessions:
        await session.aclose()


async def edited(session: Session) -> tuple[NextEdit | None, str | None]:
    """Add a parameter, and ask for the next edit."""
    before = document(URI, "python", 1, BEFORE)
    session.opened(before)
    edit = Edit(Span(Place(0, 15), Place(0, 15)), ", tax")
    after = apply(before, (edit,), 2)
    session.changed(before, after, (edit,))
    return await session.next_edits.next(after, None, None)


def text_with(edit: NextEdit) -> str:
    after = document(URI, "python", 2, CHANGED)
    return apply(after, (Edit(edit.span, edit.new_text),), 3).text


def region(text: str) -> str:
    return f"<editable_region>\n{text}</editable_region>"


async def test_no_model_is_asked_unless_it_is_named(make: Make, api: FakeApi) -> None:
    edit, reason = await edited(make("", region(WANTED)))
    assert (edit, reason) == (None, "no-pattern")
    assert api.calls == []


async def test_the_chat_model_proposes_the_next_edit_and_is_counted(
    make: Make, api: FakeApi
) -> None:
    session = make('nextEdit.sources = ["repeat", "chat"]\n', region(WANTED))
    edit, reason = await edited(session)
    assert edit is not None, reason
    assert text_with(edit) == WANTED
    assert edit.source == "chat"
    assert [call.path for call in api.calls] == ["/chat/completions"]
    messages = api.calls[0].body["messages"]
    assert "-def total(items):\n+def total(items, tax):" in messages[1]["content"]
    report = await session.money.usage(1, "USD")
    rows = [counts for key, counts in report.table.items() if key.kind == "next-edit"]
    assert sum(row.requests for row in rows) == 1
    assert sum(row.cost for row in rows) > 0
    decision = session.engine.decisions(URI)[0]
    assert (decision.outcome.value, decision.source) == ("next-edit", "chat")
    assert decision.tokens is not None
    assert decision.cost is not None


@pytest.mark.parametrize(
    ("dialect", "path", "answer"),
    [
        ("mercury", "/v1/edit/completions", f"```\n{WANTED}```"),
        ("zeta2", "/v1/completions", f"{WANTED}>>>>>>> UPDATED"),
        ("sweep", "/v1/completions", WANTED),
    ],
)
async def test_a_provider_with_an_edit_dialect_is_asked_in_it(
    make: Make, api: FakeApi, dialect: str, path: str, answer: str
) -> None:
    settings = (
        'nextEdit.sources = ["mine"]\n[providers.mine]\n'
        f'baseUrl = "http://127.0.0.1:1"\neditDialect = "{dialect}"\nmodel = "m"\n'
        'dialect = "openai-suffix"\n'
    )
    edit, reason = await edited(make(settings, answer))
    assert edit is not None, reason
    assert text_with(edit) == WANTED
    (call,) = api.calls
    assert call.path == path
    assert call.body["model"] == "m"
    assert call.body["stream"] is (dialect != "mercury")


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        ("NO_EDITS", "no-edit"),
        (region(CHANGED), "no-edit"),
        (region(BEFORE), "reversal"),
        ("Let me think about that.", "unparsable"),
    ],
)
async def test_silences_of_a_model_are_on_record_and_asked_once(
    make: Make, api: FakeApi, answer: str, reason: str
) -> None:
    session = make('nextEdit.sources = ["chat"]\n', answer)
    assert await edited(session) == (None, reason)
    assert len(api.calls) == 1
    decision = session.engine.decisions(URI)[0]
    assert (decision.reason, decision.source) == (reason, "chat")


async def test_over_the_budget_nothing_is_sent(make: Make, api: FakeApi) -> None:
    settings = 'nextEdit.sources = ["chat"]\nbudget.daily = 0\n'
    assert await edited(make(settings, region(WANTED))) == (None, "over-budget")
    assert api.calls == []


async def test_a_failing_model_is_a_reason_and_no_error(
    make: Make, api: FakeApi
) -> None:
    api.status = 500
    session = make('nextEdit.sources = ["chat"]\n', "")
    assert await edited(session) == (None, "failed")


async def test_the_editor_names_no_model(make: Make, api: FakeApi) -> None:
    session = make("", region(WANTED))
    sources: dict[str, Any] = {"nextEdit": {"sources": ["repeat", "chat"]}}
    session.settings.set_editor(sources)
    await edited(session)
    assert api.calls == []


async def test_edits_of_a_file_that_is_excluded_later_are_not_sent(
    make: Make, api: FakeApi
) -> None:
    session = make('nextEdit.sources = ["chat"]\n', region(WANTED))
    secret = document("file:///w/plans.py", "python", 1, "a = 1\n")
    edit = Edit(Span(Place(0, 4), Place(0, 5)), "hidden_plan")
    session.changed(secret, apply(secret, (edit,), 2), (edit,))
    await session.next_edits.next(secret, None, None)
    session.settings.set_editor({"privacy": {"exclude": ["plans.py"]}})
    api.requests.clear()
    await edited(session)
    assert len(api.calls) == 1
    assert "hidden_plan" not in str(api.calls[0].body)


async def test_what_may_not_be_sent_teaches_nothing(
    make: Make, api: FakeApi, tmp_path: Path
) -> None:
    session = make('nextEdit.sources = ["chat"]\n', region(WANTED))
    uri = (tmp_path / ".env").as_uri()
    before = document(uri, "dotenv", 1, "A=1\n")
    edit = Edit(Span(Place(0, 2), Place(0, 3)), "2")
    session.changed(before, apply(before, (edit,), 2), (edit,), tmp_path)
    assert session.next_edits.last_edited is None
    assert api.calls == []
