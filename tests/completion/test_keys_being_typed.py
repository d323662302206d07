"""A private key in which somebody types: no part of it is sent, wherever the cursor."""

from __future__ import annotations

import random
from base64 import b64encode

import pytest

from fim_lsp.completion.window import cut_window
from fim_lsp.privacy import in_secret, redact_around
from fim_lsp.text import Place, document

DICE = random.Random(7)  # noqa: S311 - the key is invented
BODY = b64encode(DICE.randbytes(900)).decode()
BODY_LINES = [BODY[start : start + 64] for start in range(0, len(BODY), 64)]
# Made of parts, so that nothing takes this file for a key.
FIRST, LAST = (f"-----{word} RSA PRIVATE KEY-----" for word in ("BEGIN", "END"))
KEY = [FIRST, *BODY_LINES, LAST]
PIECES = [line[at : at + 20] for line in BODY_LINES for at in range(0, 44, 4)]
TYPED = [*"x \n\t\"'-_@é=(){}A9"]

# How a key stands in a document: before its lines, each line, behind them.
FORMS = {
    "plain": ("a = 1\nkey = '''\n", "{}\n", "'''\nb = 2\n"),
    "CRLF": ("a\r\n", "{}\r\n", "b\r\n"),
    "pieces": ("KEY = (\n", '    "{}\\n"\n', ")\nb = 2\n"),
    "joined": ('var key = "" +\n', '\t"{}\\n" +\n', '\t""\n'),
    "comment": ("x = 1\n", "// {}\n", "y = 2\n"),
    "block of YAML": ("a: 1\nkey: |\n", "    {}\n", "b: 2\n"),
    "one line": ('{"a": 1,\n "private_key": "', "{}\\n", '",\n "b": 2}\n'),
}


def text_of(form: str) -> str:
    before, line, after = FORMS[form]
    return before + "".join(line.replace("{}", part) for part in KEY) + after


def leaks(text: str, offset: int, prefix: int, suffix: int) -> bool:
    """Whether a request at `offset` would send a part of the key."""
    opened = document("file:///w/a.py", "python", 1, text)
    head = text[:offset]
    place = Place(head.count("\n"), offset - (head.rfind("\n") + 1))
    if in_secret(opened.lines, place.line, place.column):
        return False
    window = cut_window(opened, place, prefix_chars=prefix, suffix_chars=suffix)
    sent = "".join(
        redact_around(
            window.prefix, window.suffix, above=window.above, beyond=window.beyond
        )
    )
    return any(piece in sent for piece in PIECES)


@pytest.mark.parametrize("suffix", [128, 512])
@pytest.mark.parametrize("prefix", [200, 4000])
@pytest.mark.parametrize("form", FORMS)
def test_nothing_of_a_key_is_sent_wherever_the_cursor_is(
    form: str, prefix: int, suffix: int
) -> None:
    text = text_of(form)
    leaking = [at for at in range(0, len(text), 5) if leaks(text, at, prefix, suffix)]
    assert leaking == []


@pytest.mark.parametrize("form", FORMS)
def test_a_key_is_known_while_somebody_types_in_it(form: str) -> None:
    text = text_of(form)
    first, last = text.find("-----BEGIN"), text.find("KEY-----", text.find("-----END"))
    for at in range(first + 1, last, 7):
        typed = DICE.choice(TYPED)
        changed = text[:at] + typed + text[at:]
        assert not leaks(changed, at + len(typed), 600, 512), (at, typed)
        shorter = text[:at] + text[at + 1 :]
        assert not leaks(shorter, at, 600, 512), (at, "deleted")


@pytest.mark.parametrize("form", FORMS)
def test_a_key_that_was_damaged_is_known_from_everywhere(form: str) -> None:
    text = text_of(form)
    first, last = text.find("-----BEGIN") + 40, text.find("-----END")
    for _ in range(60):
        at = DICE.randrange(first, last)
        changed = text[:at] + DICE.choice(TYPED) + text[at:]
        assert not leaks(changed, DICE.randrange(len(changed)), 600, 512), at
