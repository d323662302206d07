"""Who answers a request, when, and why nothing is said."""

from __future__ import annotations

from typing import Any

import pytest

from fim_lsp.api.requests import Usage
from fim_lsp.completion.decision import Outcome, Trigger
from fim_lsp.errors import TimedOut
from fim_lsp.reasons import REASONS, Refusal
from fim_lsp.text import Place, Span
from tests.harness.clock import settle
from tests.harness.typist import Model, Parrot, Typist

FUNCTION = "def add(a, b):\n    $0\n"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("x = 1$0", "nearly-empty"),
        ("some_name = val$0ue\n", "mid-word"),
        ("some_name = $0 + value\n", "mid-code"),
        (f"{'x' * 5001}$0\n", "long-line"),
    ],
)
async def test_an_automatic_request_is_silent_by_place(text: str, reason: str) -> None:
    typist = Typist(text, model=Model(answer="answer"))
    offer = await typist.ask()
    assert offer.decision.reason == reason
    assert typist.model.streams == []


@pytest.mark.parametrize("text", ["x = 1$0", "some_name = $0 + value\n"])
async def test_an_invoked_request_asks_where_an_automatic_one_is_silent(
    text: str,
) -> None:
    typist = Typist(text, model=Model(answer="2"))
    await typist.ask(Trigger.INVOKED)
    assert len(typist.model.streams) == 1


@pytest.mark.parametrize(
    ("settings", "reason"),
    [
        ({"enabled": False}, "disabled"),
        ({"trigger": "manual"}, "manual"),
        ({"languages": {"*": True, "python": False}}, "language-off"),
        ({"languages": {"*": True, "python": "manual"}}, "manual"),
    ],
)
async def test_settings_keep_automatic_requests_silent(
    settings: dict[str, Any], reason: str
) -> None:
    typist = Typist(FUNCTION, model=Model(answer="pass"), **settings)
    assert (await typist.ask()).decision.reason == reason
    assert typist.model.streams == []


async def test_a_file_that_may_not_be_sent_is_not_sent_even_when_invoked() -> None:
    typist = Typist(FUNCTION, model=Model(answer="pass"))
    typist.refusal = "secret"
    assert (await typist.ask(Trigger.INVOKED)).decision.reason == "secret"
    assert typist.model.streams == []


async def test_every_key_is_decided_once() -> None:
    typist = Typist(FUNCTION, model=Model(answer="return a + b"))
    for char in "return":
        typist.insert(char)
        await typist.ask()
    assert len(typist.decisions) == 6


async def test_a_single_deletion_is_a_slip_and_three_are_rewriting() -> None:
    typist = Typist("def add(a, b):\n    return$0\n", model=Model(answer=" a + b"))
    seen = []
    for _ in range(3):
        typist.backspace()
        seen.append((await typist.ask()).decision.reason)
    assert seen == ["deletion", "deletion", None]


async def test_a_paste_is_followed_by_silence_until_the_next_key() -> None:
    typist = Typist(FUNCTION, model=Model(answer="return a + b"))
    typist.insert("a = 1\n" * 4)
    assert (await typist.ask()).decision.reason == "bulk-edit"
    typist.insert("r")
    assert (await typist.ask()).decision.reason is None


async def test_undo_is_followed_by_silence() -> None:
    typist = Typist(FUNCTION, model=Model(answer="return a + b"))
    typist.insert("word")
    typist.edit(Span(Place(1, 4), Place(1, 8)), "")
    assert (await typist.ask()).decision.reason == "undo"


async def test_after_accepting_a_line_its_own_line_is_left_alone() -> None:
    typist = Typist(FUNCTION, model=Model(answer="return a + b"))
    typist.accept(await typist.ask())
    assert typist.document.lines[1] == "    return a + b\n"
    assert (await typist.ask()).decision.reason == "after-accept"
    assert typist.engine.decisions()[-1].accepted == len("return a + b")
    typist.insert("\n    ")
    await typist.ask()
    assert typist.decisions[-1] != "after-accept"


async def test_a_word_accepted_counts_and_keeps_the_rest() -> None:
    typist = Typist(FUNCTION, model=Model(answer="return a + b"))
    await typist.ask()
    typist.insert("return ")
    assert await typist.offered() == "a + b"
    assert typist.engine.decisions()[-1].accepted == len("return ")
    assert len(typist.model.streams) == 1


async def test_two_hundred_cursor_moves_ask_nothing() -> None:
    lines = "".join(f"value_{n} = {n}\n" for n in range(300))
    typist = Typist(f"{lines}$0", model=Model(answer="x"))
    for line in range(200):
        typist.place = Place(line, len(f"value_{line} = {line}"))
        typist.start()
        await typist.clock.advance(0.05)
    assert typist.model.streams == []


async def test_resting_after_a_move_asks_once() -> None:
    typist = Typist(FUNCTION, model=Model(answer="return a + b"))
    typist.start()
    await typist.clock.advance(0.59)
    assert typist.model.streams == []
    await typist.clock.advance(0.02)
    assert len(typist.model.streams) == 1


async def test_an_invoked_request_does_not_wait() -> None:
    typist = Typist(FUNCTION, model=Model(answer="return a + b"))
    task = typist.start(Trigger.INVOKED)
    await settle()
    assert (await task).suggestions[0].text == "return a + b"


async def test_a_fixed_debounce_counts_from_the_key() -> None:
    typist = Typist(FUNCTION, model=Model(answer="eturn"), debounce_ms=300.0)
    typist.insert("r")
    await typist.clock.advance(0.1)
    typist.start()
    await typist.clock.advance(0.19)
    assert typist.model.streams == []
    await typist.clock.advance(0.02)
    assert len(typist.model.streams) == 1


async def test_the_first_whole_line_waits_a_little_for_more() -> None:
    typist = Typist("def add(a, b):\n$0")
    task = typist.start(Trigger.INVOKED)
    await settle()
    await typist.model.last.say("    total = a + b\n")
    await typist.clock.advance(0.3)
    assert not task.done()
    await typist.model.last.say("    return total\n")
    await typist.clock.advance(0.85)
    assert not task.done()
    await typist.clock.advance(0.1)
    assert task.done()
    assert (await task).suggestions[0].text == "    total = a + b\n    return total"


async def test_an_unfinished_line_is_never_shown() -> None:
    typist = Typist("def add(a, b):\n$0")
    task = typist.start(Trigger.INVOKED)
    await settle()
    await typist.model.last.say("    total = a + b\n    ret")
    await typist.clock.advance(1.3)
    assert (await task).suggestions[0].text == "    total = a + b"


async def test_while_the_provider_is_paused_the_fallback_answers() -> None:
    typist = Typist(FUNCTION, echo=Parrot("return a + b"))
    typist.model.refused = Refusal("key-refused", "The key was refused.")
    offer = await typist.ask(Trigger.INVOKED)
    decision = offer.decision
    assert (decision.outcome, decision.source) == (Outcome.ECHO, "echo")
    assert decision.origin == "other.py:3"
    assert decision.reason == "key-refused"
    assert typist.model.streams == []


async def test_a_request_that_fails_is_answered_by_the_fallback() -> None:
    typist = Typist(FUNCTION, echo=Parrot("return a + b"))
    task = typist.start(Trigger.INVOKED)
    await settle()
    error = TimedOut("It took too long.")
    await typist.model.last.fail(error)
    offer = await task
    assert offer.suggestions[0].text == "return a + b"
    assert (offer.error, offer.decision.reason) == (error, "failed")


async def test_a_healthy_provider_is_never_mixed_with_echo() -> None:
    model = Model(answer="")
    typist = Typist(FUNCTION, model=model, echo=Parrot("return a + b"))
    offer = await typist.ask(Trigger.INVOKED)
    assert (offer.suggestions, offer.decision.reason) == ((), "nothing-follows")


@pytest.mark.parametrize(
    ("text", "ends", "offered"),
    [
        pytest.param("check(a, b)", (11, 5), "check(a, b)", id="whole"),
        pytest.param("check(", (6, 5), "check", id="a call that goes on below"),
        pytest.param("check(a, sum(", (12, 8, 6, 5), "check", id="nested"),
        pytest.param(
            "check(a) or sum(b", (16, 15, 9, 8, 5), "check(a) or sum", id="after"
        ),
        pytest.param("check(", (), None, id="nothing surer"),
    ],
)
async def test_what_echo_says_of_an_open_call_ends_before_its_bracket(
    text: str, ends: tuple[int, ...], offered: str | None
) -> None:
    typist = Typist(FUNCTION, echo=Parrot(text, ends))
    typist.model.refused = Refusal("back-off", "It failed.")
    offer = await typist.ask()
    assert [item.text for item in offer.suggestions] == ([offered] if offered else [])


async def test_what_echo_said_is_kept_while_it_is_typed() -> None:
    typist = Typist(FUNCTION, echo=Parrot("return a + b"))
    typist.model.refused = Refusal("back-off", "It failed.")
    await typist.ask()
    typist.insert("r")
    offer = await typist.ask()
    assert offer.suggestions[0].text == "eturn a + b"
    assert offer.decision.outcome is Outcome.TYPED_THROUGH


async def test_a_crlf_document_is_completed_in_crlf() -> None:
    typist = Typist("def add(a, b):\r\n$0\r\n", model=Model(answer="    a\n    b"))
    offer = await typist.ask(Trigger.INVOKED)
    assert offer.suggestions[0].text == "    a\r\n    b"
    assert "\r" not in typist.model.last.request.prefix


async def test_tokens_are_those_of_the_endpoint_or_estimated() -> None:
    typist = Typist(FUNCTION)
    task = typist.start(Trigger.INVOKED)
    await settle()
    await typist.model.last.say("pass")
    await typist.model.last.end(usage=Usage(prompt=20, completion=1))
    tokens = (await task) and typist.engine.decisions()[0].tokens
    assert tokens and not tokens.estimated and tokens.usage.prompt == 20
    typist = Typist(FUNCTION)
    typist.start(Trigger.INVOKED)
    await settle()
    await typist.model.last.say("retu")
    typist.insert("x")
    await settle()
    tokens = typist.engine.decisions()[0].tokens
    assert tokens and tokens.estimated and tokens.usage.completion == 1


async def test_every_reason_that_was_given_has_its_words() -> None:
    typist = Typist(FUNCTION, model=Model(answer=""))
    await typist.ask()
    assert all(
        decision.reason in REASONS
        for decision in typist.engine.decisions()
        if decision.outcome is Outcome.SILENT
    )
