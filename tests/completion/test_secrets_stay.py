"""What is asked for holds no secret, wherever the cursor and the window cut one."""

from __future__ import annotations

import pytest

from fim_lsp.completion.decision import Trigger
from tests.harness.typist import Model, Typist

TOKEN = "ghp_" + "aB3dE6gH9jK2mN5pQ8sT1vW4yZ7bC0eF3hI6"
BODY = "MIIEpAIBAAKCAQEA1234567890abcdefghijklmnopqrstuvwxyzABCDEFGHIJKL"
KEY = "\n".join(
    [
        "-----BEGIN RSA PRIVATE KEY-----",
        *([BODY] * 400),
        "-----END RSA PRIVATE KEY-----",
    ]
)
ROOM = "# a line that is here for the window\n" * 12


@pytest.mark.parametrize("at", range(1, len(TOKEN), 4))
@pytest.mark.parametrize("trigger", Trigger)
async def test_inside_a_token_nothing_is_sent(at: int, trigger: Trigger) -> None:
    text = f"{ROOM}token = '{TOKEN[:at]}$0{TOKEN[at:]}'\n{ROOM}"
    typist = Typist(text, model=Model(answer="answer"))
    offer = await typist.ask(trigger)
    assert offer.decision.reason == "in-secret"
    assert typist.model.streams == []


@pytest.mark.parametrize("line", [0, 1, 7, 200, 399, 400])
async def test_inside_a_key_nothing_is_sent(line: int) -> None:
    lines = KEY.split("\n")
    lines[line] = f"{lines[line][:9]}$0{lines[line][9:]}"
    text = f"{ROOM}{chr(10).join(lines)}\n{ROOM}"
    typist = Typist(text, model=Model(answer="answer"))
    offer = await typist.ask(Trigger.INVOKED)
    assert offer.decision.reason == "in-secret"
    assert typist.model.streams == []


@pytest.mark.parametrize("below", [1, 3, 20, 60, 130])
async def test_a_key_that_begins_above_the_window_leaves_no_part(below: int) -> None:
    text = f"{KEY}\n{ROOM * below}value = $0\n{KEY}\n"
    typist = Typist(text, model=Model(answer="1"))
    await typist.ask(Trigger.INVOKED)
    [stream] = typist.model.streams
    request = stream.request
    assert BODY[:12] not in request.prefix + request.suffix
    assert request.prefix.endswith("value = ")


async def test_a_token_that_a_long_line_cuts_leaves_no_part() -> None:
    far = ", ".join(f"'item_{number}'" for number in range(200))
    for gap in range(480, 560, 3):
        after = f"{far}"[:gap] + f" '{TOKEN}'"
        typist = Typist(f"{ROOM}values = [$0{after}, {far}]\n", model=Model(answer="1"))
        await typist.ask(Trigger.INVOKED)
        [stream] = typist.model.streams
        assert TOKEN[:9] not in stream.request.suffix
