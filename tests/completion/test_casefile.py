"""Completions as case files: they replay to the same, and hold no secret."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

import fim_lsp
from fim_lsp.completion.casefile import Case, CaseOffer, case_of, render, replay
from fim_lsp.completion.decision import Trigger
from fim_lsp.text import Place, document, split_lines
from tests.harness.cases import parse_case
from tests.harness.typist import Model, Typist

SECRETS = (
    "AKIAIOSFODNN7EXAMPLE",
    "ghp_0123456789abcdefghijklmnopqrstuvwxyz",
    "sk-abcdefghij0123456789ABCDEFGHIJ",
)
LEAK = f'token = "{SECRETS[1]}"\n'
SOURCES = sorted(Path(fim_lsp.__file__).parent.rglob("*.py"))


def places(count: int) -> list[tuple[str, Place, str]]:
    """Places in real code, and answers that are right, wrong or odd."""
    chance = random.Random(20261122)  # noqa: S311 - the same every time
    found: list[tuple[str, Place, str]] = []
    while len(found) < count:
        text = chance.choice(SOURCES).read_text(encoding="utf-8")
        start = chance.randrange(max(1, text.count("\n") - 60))
        lines = split_lines("".join(split_lines(text)[start : start + 60]))
        if len(lines) < 5:
            continue
        line = chance.randrange(2, len(lines) - 1)
        here = lines[line].rstrip("\n")
        column = chance.randrange(len(here) + 1)
        rest = here[column:]
        after = "".join(lines[line + 1 : line + chance.randrange(1, 12)])
        answer = chance.choice(
            [
                rest,
                f"{rest}\n{after}",
                f"```python\n{rest}\n```",
                here,
                f"{chance.choice(')]}')}{rest}",
                after,
                "",
                "(" * 5,
                "again\n" * 12,
            ]
        )
        kept = rest if chance.random() < 0.3 else ""
        body = "".join(lines[:line]) + here[:column] + kept + "\n"
        body += "".join(lines[line + 1 :])
        if chance.random() < 0.2:
            body = body.removesuffix("\n")
        found.append((body, Place(line, min(column, len(here))), answer))
    return found


def again(case: Case) -> CaseOffer:
    """What a case file comes to for whoever reads it."""
    content = render(case, replay(case))
    file = parse_case("pasted", content)
    assert file.offered == replay(file.case)
    assert render(file.case, file.offered) == content
    return file.offered


async def test_random_decisions_replay_to_the_same() -> None:
    for body, place, answer in places(500):
        typist = Typist("x = 1\n$0", model=Model(answer=answer))
        typist.document = document("file:///project/a.py", "python", 1, body)
        typist.place = place
        typist.engine.opened(typist.document)
        offer = await typist.ask(Trigger.INVOKED)
        found = again(case_of(typist.document, place, Trigger.INVOKED, answer))
        assert found.text == offer.decision.shown, (body, place, answer)
        assert not found.text or found.rules == offer.decision.rules


def test_no_seeded_secret_is_in_a_case() -> None:
    chance = random.Random(7)  # noqa: S311 - the same every time
    for body, place, answer in places(200):
        secret = chance.choice(SECRETS)
        lines = list(split_lines(body))
        at = chance.randrange(place.line)
        lines.insert(at, f'KEY = "{secret}"\n')
        leaking = document("file:///project/a.py", "python", 1, "".join(lines))
        moved = Place(place.line + 1, place.column)
        case = case_of(leaking, moved, Trigger.AUTOMATIC, f"{answer} {secret}")
        content = render(case, replay(case))
        assert secret not in content
        again(case)


@pytest.mark.parametrize("cut", range(1, 39, 6))
def test_a_secret_around_the_cursor_is_blotted_out(cut: int) -> None:
    secret = SECRETS[1]
    text = f'token = "{secret}"\n'
    place = Place(0, len('token = "') + cut)
    case = case_of(document("u", "python", 1, text), place, Trigger.INVOKED, "x")
    assert secret[cut:] not in case.after
    assert secret[:cut] not in case.before
    said = case_of(
        document("u", "python", 1, f'token = "{secret[:cut]}"\n'),
        place,
        Trigger.INVOKED,
        f'{secret[cut:]}"',
    )
    assert secret[cut:] not in said.answer


def test_little_of_a_long_document_is_in_its_case() -> None:
    text = "".join(f"value_{n} = {n}\n" for n in range(3000))
    case = case_of(
        document("u", "python", 1, text), Place(1500, 0), Trigger.AUTOMATIC, "a = 1"
    )
    assert len(case.before + case.after) < 2000


@pytest.mark.parametrize(
    ("before", "after", "answer"),
    [
        ("--- text\n", "\n--- model: x\n", "--- offered\n"),
        ("price = $0 + \\$0", "\n", "$0"),
        ("", "", ""),
        ("\\--- text\n", "\n\\\\--- rules\n", "\\--- model\nx"),
        ("a = 1\x0c\n\u2028b = ", " # end", "2\r\n"),
        ("\n\n", "\n\n", "\n\n"),
    ],
)
def test_any_text_comes_through(before: str, after: str, answer: str) -> None:
    options = {} if (before + after).endswith("\n") else {"end": "open"}
    case = Case("About it.", "python", before, after, answer, options)
    read = parse_case("odd", render(case, replay(case))).case
    assert (read.before, read.after, read.answer) == (before, after, answer)
