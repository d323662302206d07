"""What outlives a request: settings by project, who may be sent, what is said once."""

from __future__ import annotations

import asyncio
import sys
import threading
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from fim_lsp.completion.decision import Offer, Trigger
from fim_lsp.completion.request import Ask
from fim_lsp.money.report import lines, notes
from fim_lsp.session.session import Session
from fim_lsp.settings import Problem
from fim_lsp.settings.live import LOOK_EVERY
from fim_lsp.settings.reading import read_regular
from fim_lsp.text import Edit, Place, Span, apply, document

from ..harness.clock import Clock
from ..harness.fake_api import FakeApi
from ..harness.user import User

TEXT = "import os\n\n\ndef sorted_names(folder):\n    return \n"


async def no_sleep(seconds: float) -> None:
    del seconds
    await asyncio.sleep(0)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def api() -> FakeApi:
    return FakeApi(answer=["sorted(", "os.listdir(folder))"])


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "project").mkdir()
    return tmp_path / "project"


@pytest.fixture
async def session(api: FakeApi, clock: Clock) -> AsyncIterator[Session]:
    session = Session(
        environ={"DEEPSEEK_API_KEY": "sk-of-nobody"},
        transport=api,
        clock=clock,
        sleep=no_sleep,
    )
    session.settings.set_editor({"fallback": []})
    yield session
    await session.aclose()


async def suggest(session: Session, folder: Path, name: str = "main.py") -> Offer:
    opened = document((folder / name).as_uri(), "python", 1, TEXT)
    session.opened(opened)
    return await session.suggest(Ask(opened, Place(4, 11), Trigger.INVOKED, folder))


async def test_what_a_project_excludes_is_not_sent(
    session: Session, api: FakeApi, folder: Path, tmp_path: Path
) -> None:
    (folder / ".fim-lsp.toml").write_text('privacy.exclude = ["main.py"]')
    offer = await suggest(session, folder)
    assert offer.decision.reason == "excluded"
    assert session.privacy.refusal((folder / "main.py").as_uri(), folder) == "excluded"
    assert not session.privacy.may_read(folder / "main.py", folder)
    assert api.requests == []
    assert session.privacy.may_read(folder / "other.py", folder)
    assert (await suggest(session, tmp_path)).decision.reason is None


async def test_a_file_ignored_by_git_is_admitted_in_every_project(
    session: Session, folder: Path
) -> None:
    (folder / ".git").mkdir()
    (folder / ".gitignore").write_text("main.py\nother.py\n")
    assert (await suggest(session, folder)).decision.reason == "ignored-by-git"
    session.privacy.allow((folder / "main.py").as_uri())
    assert (await suggest(session, folder)).suggestions
    (folder / ".fim-lsp.toml").write_text('privacy.exclude = ["*.secret"]')
    session.settings.set_editor({"privacy": {"exclude": ["x"]}})
    assert session.privacy.refusal((folder / "main.py").as_uri(), folder) is None
    other = (folder / "other.py").as_uri()
    assert session.privacy.refusal(other, folder) == "ignored-by-git"


async def test_what_is_wrong_with_a_projects_file_is_said_once(
    session: Session, folder: Path, clock: Clock
) -> None:
    told: list[Sequence[Problem]] = []
    session.problems.on_new = told.append
    (folder / ".fim-lsp.toml").write_text("completion.maxLines = 99")
    for _ in range(3):
        await suggest(session, folder)
        clock.now += 1.0
    assert [each.path for (each,) in told] == ["completion.maxLines"]


async def test_a_wrong_setting_is_said_again_when_it_was_mended_meanwhile(
    session: Session,
) -> None:
    told: list[Sequence[Problem]] = []
    session.problems.on_new = told.append
    wrong = {"completion": {"maxTokens": "many"}}
    for values in (wrong, wrong, {}, wrong):
        session.settings.set_editor(values)
    assert len(told) == 2


async def test_a_user_file_that_breaks_meanwhile_is_said(
    session: Session, folder: Path, clock: Clock, home: Path
) -> None:
    told: list[Sequence[Problem]] = []
    session.problems.on_new = told.append
    user_file = home / ".config/fim-lsp/config.toml"
    user_file.parent.mkdir(parents=True)
    user_file.write_text("completion = {")
    clock.now += 1.0
    await suggest(session, folder)
    assert len(told) == 1


async def test_completion_switched_off_asks_nobody(
    session: Session, api: FakeApi, folder: Path
) -> None:
    kinds: list[str] = []
    session.on_status = lambda status: kinds.append(status.kind)
    assert session.settings.toggle() is False
    assert (await suggest(session, folder)).decision.reason == "disabled"
    assert api.requests == []
    assert session.settings.toggle() is True
    assert (await suggest(session, folder)).suggestions
    assert session.settings.toggle(on=True) is True
    assert kinds[:2] == ["inactive", "normal"]


# Generators that no delta passes through.
CONTEXT_MANAGERS = {"response", "spending"}


async def test_a_stream_passes_through_at_most_four_generators(
    session: Session, folder: Path
) -> None:
    """From the socket to the reply; each one more costs every request time."""
    opened: list[str] = []

    def first(generator: Any) -> None:
        code = generator.ag_code
        if "fim_lsp" in code.co_filename and code.co_name not in CONTEXT_MANAGERS:
            opened.append(code.co_qualname)

    before = sys.get_asyncgen_hooks()
    sys.set_asyncgen_hooks(firstiter=first)
    try:
        assert (await suggest(session, folder)).suggestions
    finally:
        sys.set_asyncgen_hooks(*before)
    assert 2 <= len(opened) <= 4, opened


async def test_a_model_without_a_price_is_told_of_once_with_how_to_give_one(
    session: Session, api: FakeApi, folder: Path
) -> None:
    notices: list[str] = []
    session.announcements.on_notice = notices.append
    api.models = ["nobody-knows"]
    for name in ("one.py", "two.py"):
        assert (await suggest(session, folder, name)).suggestions
    told = [notice for notice in notices if "budget cannot stop nobody-knows" in notice]
    assert len(told) == 1 and 'providers.deepseek.prices."nobody-knows"' in told[0]
    assert session.status().today.cost is None
    report = (await session.money.usage(1, "USD")).data()
    assert report["total"]["cost"] is None
    assert ("cost", "unknown") in lines(report["total"])


async def test_a_model_with_an_assumed_price_is_marked(
    session: Session, api: FakeApi, folder: Path
) -> None:
    notices: list[str] = []
    session.announcements.on_notice = notices.append
    api.models = ["deepseek-chat"]
    assert (await suggest(session, folder)).suggestions
    assert not any("cannot stop" in notice for notice in notices)
    total = (await session.money.usage(1, "USD")).data()["total"]
    assert float(total["cost"]) > 0
    assert any("deepseek-chat" in note and "assumed" in note for note in notes(total))


async def test_a_reply_is_not_used_again_once_the_body_of_requests_changes(
    session: Session, api: FakeApi, folder: Path, home: Path, clock: Clock
) -> None:
    file = home / ".config/fim-lsp/config.toml"
    file.parent.mkdir(parents=True)
    for body, asked in (({}, 1), ({}, 1), ({"top_p": 0.5}, 2), ({"top_p": 0.5}, 2)):
        lines = [f"{name} = {value}" for name, value in body.items()]
        table = "[providers.deepseek.completionBody]"
        file.write_text("\n".join(["completion.candidates = 1", table, *lines]))
        clock.now += LOOK_EVERY
        await suggest(session, folder)
        assert len(api.calls) == asked
    assert api.calls[-1].body["top_p"] == 0.5


async def test_a_snooze_silences_automatic_requests_until_it_ends(
    api: FakeApi, folder: Path
) -> None:
    now = [1_795_000_000.0]
    session = Session(
        environ={"DEEPSEEK_API_KEY": "sk-of-nobody"},
        transport=api,
        now=lambda: now[0],
        sleep=no_sleep,
    )
    session.settings.set_editor({"fallback": []})
    kinds: list[tuple[str, str | None]] = []
    session.on_status = lambda status: kinds.append((status.kind, status.reason))
    session.snooze.start(30)
    assert kinds == [("inactive", "snoozed")]
    assert "until" in session.status().message
    opened = document((folder / "main.py").as_uri(), "python", 1, TEXT)
    session.opened(opened)
    automatic = Ask(opened, Place(4, 11), Trigger.AUTOMATIC, folder)
    assert (await session.suggest(automatic)).decision.reason == "snoozed"
    assert api.requests == []
    assert (await suggest(session, folder)).suggestions
    now[0] += 30 * 60
    assert (await session.suggest(automatic)).suggestions
    session.snooze.start(5)
    session.snooze.start(0)
    assert (await session.suggest(automatic)).suggestions
    assert kinds[-1][0] == "normal"
    await session.aclose()


async def test_the_event_loop_reads_no_ignore_file(
    tmp_path: Path, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A project can make its ignore files slow to read and to compile."""
    del home
    (tmp_path / ".git").mkdir()
    readers: list[threading.Thread] = []

    def noting(path: str) -> bytes:
        readers.append(threading.current_thread())
        return read_regular(path)

    monkeypatch.setattr("fim_lsp.privacy.gitignore.read_regular", noting)
    user = User(FakeApi())
    session = user.session
    before = document((tmp_path / "main.py").as_uri(), "python", 1, "total = \n")
    for patterns in ("*.log\n", "*.tmp\n"):
        (tmp_path / ".gitignore").write_text(patterns)
        session.opened(before, tmp_path)
        session.warm_model(before, tmp_path)
        place = Place(0, 8)
        edit = Edit(Span(place, place), "x")
        after = apply(before, [edit], 2)
        session.changed(before, after, [edit], tmp_path)
        await session.suggest(Ask(after, place, Trigger.INVOKED, tmp_path))
        session.closed(before.uri)
    assert readers
    assert threading.main_thread() not in readers
    await session.aclose()
