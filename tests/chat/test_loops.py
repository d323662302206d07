from __future__ import annotations

import pytest

from fim_lsp.chat.loops import LoopWatch


def _kept(text: str, original: str = "", *, prose: bool = False) -> str | None:
    """What was said before the third repetition; None where nothing repeats."""
    watch = LoopWatch(original, prose=prose)
    said = ""
    for character in text:
        said += character
        if (end := watch.feed(character)) is not None:
            return said[:end]
    return None


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("go on\n" * 9, "go on\n" * 2),
        ("a = 1\nlog(a)\n" + "log(b)\n" * 9, "a = 1\nlog(a)\n" + "log(b)\n" * 2),
        ("one\ntwo\n" * 9, "one\ntwo\n" * 4),
        ("first\n" + "one\ntwo\n\n" * 9, "first\n" + "one\ntwo\n\n" * 4),
        ("I am sorry. " * 9, "I am sorry. I am sorry. "),
        ("Well. " + "On it goes! " * 9, "Well. On it goes! On it goes! "),
        ("}\n" * 90, "}\n" * 29),
        ("0, 0,\n" * 90, "0, 0,\n" * 29),
    ],
)
def test_the_third_of_equal_lines_or_sentences_ends_an_answer(
    text: str, kept: str
) -> None:
    assert _kept(text) == kept


@pytest.mark.parametrize(
    "text",
    [
        "",
        "a\nb\nc\n" * 2,
        "return None\nx = 1\nreturn None\ny = 2\nreturn None\n",
        "    }\n  }\n}\n",
        "[0, 0, 0],\n[0, 0, 0],\n[0, 0, 0],\n",
        "    end\n  end\nend\n",
        "x = f()\nassert x\n" * 4,
        "Yes. Yes. No.",
        "obj.a.b.a.b.a.b()\n",
        "# - - - - - -\n",
    ],
)
def test_code_that_only_looks_alike_goes_on(text: str) -> None:
    assert _kept(text) is None


def test_what_repeats_in_the_code_may_repeat_in_the_answer() -> None:
    original = "drop()\n" * 5
    assert _kept(original, original) is None
    assert _kept("drop()\n" * 9, original) == "drop()\n" * 7


def test_a_sentence_does_not_recur_in_an_explanation() -> None:
    text = "It adds them up. Then a. It adds them up. Then b. It adds them up. Then c."
    assert _kept(text) is None
    assert _kept(text, prose=True) == text[: text.rindex("It adds")]
