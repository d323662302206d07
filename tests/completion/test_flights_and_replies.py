"""What is typed while an answer is on its way, and after it has come."""

from __future__ import annotations

import asyncio

import pytest

from fim_lsp.completion.decision import Outcome, Trigger
from fim_lsp.completion.flights import GRACE
from fim_lsp.text import Place, Span
from tests.harness.clock import settle
from tests.harness.typist import Model, Typist

FUNCTION = "def add(a, b):\n    $0\n"


async def test_a_line_typed_through_costs_one_request() -> None:
    typist = Typist(FUNCTION, model=Model(answer="return a + b"))
    assert await typist.offered() == "return a + b"
    for index, char in enumerate("return a + b"[:-1], start=1):
        typist.insert(char)
        assert await typist.offered() == "return a + b"[index:]
    assert len(typist.model.streams) == 1
    assert set(typist.decisions[1:]) == {"typed-through"}


async def test_a_cancelled_request_leaves_its_stream_to_the_next_key() -> None:
    typist = Typist(FUNCTION)
    typist.insert("r")
    first = typist.start()
    await typist.clock.advance(0.4)
    typist.insert("e")
    first.cancel()
    second = typist.start()
    await settle()
    await typist.model.last.say("eturn a + b\n")
    offer = await second
    assert offer.suggestions[0].text == "turn a + b"
    assert offer.decision.outcome is Outcome.JOINED
    assert len(typist.model.streams) == 1
    with pytest.raises(asyncio.CancelledError):
        await first


async def test_typing_a_contradiction_closes_the_stream_at_once() -> None:
    typist = Typist(FUNCTION)
    task = typist.start(Trigger.INVOKED)
    await settle()
    await typist.model.last.say("retu")
    typist.insert("x")
    await settle()
    assert typist.model.last.closed
    assert (await task).decision.reason == "contradicted"


async def test_typing_ahead_of_the_stream_agrees_until_it_contradicts() -> None:
    typist = Typist(FUNCTION)
    typist.start(Trigger.INVOKED)
    await settle()
    typist.insert("ret")
    await settle()
    assert not typist.model.last.closed
    await typist.model.last.say("rex")
    assert typist.model.last.closed


async def test_an_edit_elsewhere_in_the_window_contradicts() -> None:
    typist = Typist(FUNCTION)
    typist.start(Trigger.INVOKED)
    await settle()
    typist.edit(Span(Place(0, 4), Place(0, 7)), "sub", typist.place)
    await settle()
    assert typist.model.last.closed


async def test_the_stream_outlives_its_last_cancelled_waiter_by_a_grace() -> None:
    typist = Typist(FUNCTION)
    task = typist.start(Trigger.INVOKED)
    await settle()
    task.cancel()
    await typist.clock.advance(GRACE - 0.01)
    assert not typist.model.last.closed
    await typist.clock.advance(0.02)
    assert typist.model.last.closed


async def test_a_stream_whose_waiter_was_answered_runs_on_to_its_stop() -> None:
    typist = Typist("def add(a, b):\n$0", model=Model())
    task = typist.start(Trigger.INVOKED)
    await settle()
    await typist.model.last.say("    total = a + b\n")
    await typist.clock.advance(1.3)
    assert (await task).suggestions[0].text == "    total = a + b"
    await typist.clock.advance(10.0)
    assert not typist.model.last.closed
    await typist.model.last.say("    return total\n")
    await typist.model.last.end()
    assert await typist.offered() == "    total = a + b\n    return total"
    assert len(typist.model.streams) == 1


async def test_closing_the_document_closes_its_streams() -> None:
    typist = Typist(FUNCTION)
    task = typist.start(Trigger.INVOKED)
    await settle()
    typist.engine.closed(typist.document.uri)
    await settle()
    assert typist.model.last.closed
    assert (await task).decision.reason == "closed"


async def test_shutdown_leaves_no_task_behind() -> None:
    typist = Typist(FUNCTION)
    task = typist.start(Trigger.INVOKED)
    await settle()
    await typist.engine.aclose()
    assert typist.model.last.closed
    assert (await task).suggestions == ()
    assert asyncio.all_tasks() == {asyncio.current_task()}


async def test_a_newer_request_ends_the_older_one_empty_and_at_once() -> None:
    typist = Typist(FUNCTION)
    first = typist.start(Trigger.INVOKED)
    await settle()
    second = typist.start(Trigger.INVOKED)
    await settle()
    offer = await first
    assert (offer.suggestions, offer.decision.reason) == ((), "superseded")
    assert len(typist.model.streams) == 1
    second.cancel()


async def test_the_newest_request_is_answered_however_slowly_files_were_read() -> None:
    """The ignore files of a project are read in threads, which end in any order."""
    typist = Typist(FUNCTION, model=Model(answer="return 1"))
    slow: asyncio.Future[None] = asyncio.get_running_loop().create_future()
    typist.slow_files = [slow]
    older = typist.start(Trigger.INVOKED)
    await settle()
    typist.slow_files = []
    newer = typist.start(Trigger.INVOKED)
    await settle()
    slow.set_result(None)
    offer = await older
    assert (offer.suggestions, offer.decision.reason) == ((), "superseded")
    await typist.clock.advance(5.0)
    assert (await newer).suggestions


async def test_an_edit_ends_a_request_that_waits_for_files_to_be_read() -> None:
    typist = Typist(FUNCTION)
    slow: asyncio.Future[None] = asyncio.get_running_loop().create_future()
    typist.slow_files = [slow]
    task = typist.start(Trigger.INVOKED)
    await settle()
    typist.insert("x")
    slow.set_result(None)
    assert (await task).decision.reason == "contradicted"
    assert not typist.model.streams


async def test_going_back_to_where_an_answer_was_shows_it_again() -> None:
    typist = Typist(FUNCTION, model=Model(answer="return a + b"), candidates=1)
    await typist.offered()
    typist.insert("r")
    typist.insert("e")
    typist.backspace()
    typist.backspace()
    assert typist.document.lines[1] == "    \n"
    assert await typist.offered(Trigger.INVOKED) == "return a + b"
    assert len(typist.model.streams) == 1


async def test_a_closer_that_the_editor_inserted_keeps_the_answer() -> None:
    typist = Typist("def show(text):\n    $0\n", model=Model(answer="print(text)"))
    await typist.offered()
    typist.insert("print")
    typist.auto_close("()")
    assert await typist.offered() == "text"
    assert len(typist.model.streams) == 1


async def test_what_was_typed_to_its_natural_end_is_not_asked_again() -> None:
    typist = Typist(FUNCTION, model=Model(answer="return a + b"))
    await typist.offered()
    for char in "return a + b":
        typist.insert(char)
        await typist.offered()
    assert typist.decisions[-1] == "nothing-follows"
    assert len(typist.model.streams) == 1


async def test_white_space_is_significant() -> None:
    typist = Typist(FUNCTION, model=Model(answer="return a + b"))
    await typist.offered()
    typist.insert("return  ")
    await typist.offered()
    assert len(typist.model.streams) == 2


async def test_the_start_of_the_window_may_move() -> None:
    filler = "".join(f"value_{n} = {n}  # a line of filler text\n" for n in range(400))
    typist = Typist(f"{filler}def add(a, b):\n    $0\n", model=Model(answer="return a"))
    await typist.offered()
    typist.edit(Span(Place(0, 0), Place(0, 0)), "import os\n" * 3, Place(404, 4))
    typist.insert("ret")
    assert await typist.offered() == "urn a"
    assert len(typist.model.streams) == 1


async def test_a_dismissed_text_stays_away_for_a_minute() -> None:
    typist = Typist(FUNCTION, model=Model(answer="return a + b"))
    await typist.offered()
    typist.insert("xy")
    typist.edit(Span(Place(1, 4), Place(1, 6)), "")
    assert (await typist.ask(Trigger.INVOKED)).decision.reason == "dismissed"
    await typist.clock.advance(61)
    assert await typist.offered(Trigger.INVOKED) == "return a + b"


async def test_a_joined_stream_that_goes_another_way_is_asked_anew() -> None:
    typist = Typist(FUNCTION)
    typist.start(Trigger.INVOKED)
    await settle()
    typist.insert("ret")
    task = typist.start()
    await settle()
    assert len(typist.model.streams) == 1
    await typist.model.last.say("pass\n")
    await typist.clock.advance(1)
    assert len(typist.model.streams) == 2
    await typist.model.last.say("urn a + b\n")
    assert (await task).suggestions[0].text == "urn a + b"


async def test_a_joined_stream_that_ends_with_nothing_is_asked_anew() -> None:
    typist = Typist(FUNCTION)
    typist.start(Trigger.INVOKED)
    await settle()
    typist.insert("ret")
    task = typist.start()
    await settle()
    await typist.model.last.end()
    await typist.clock.advance(1)
    await typist.model.last.say("urn a + b\n")
    assert (await task).suggestions[0].text == "urn a + b"
