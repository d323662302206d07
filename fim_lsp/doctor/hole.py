"""A hole whose filling stands in the text after it alone, and what an answer shows."""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass
from typing import Literal

from ..api.requests import FimRequest
from ..api.templates import TEMPLATES

HoleVerdict = Literal[
    "reads-suffix",
    "ignores-suffix",
    "refuses-suffix",
    "glues-suffix",
    "prose",
    "empty",
    "error",
    "key-refused",
    "unreachable",
    "not-an-api",
]

# Tokens that a model's own tokenizer treats as marks and never as code.
_SPECIAL = re.compile(
    "|".join(
        sorted(
            {
                *(
                    re.escape(mark)
                    for template in TEMPLATES.values()
                    for mark in template.markers
                ),
                r"<\|[a-z_]+\|>",
                r"</s>",
                r"<EOT>",
            }
        )
    )
)
# A line of English: a greeting, or five words in a row, as no filling has them.
_PROSE = re.compile(
    r"^(?:(?:Sure|Certainly|Of course|Here(?:'s|’s| is| are)|Sorry|I'm|I’m|I am|Okay)\b"
    r"|(?:[A-Za-z][a-z'’]*[,.:!]? ){4,}\S)",
    re.MULTILINE,
)
# Words that go on after the filling, as in `amber_12345 is the missing name`.
_GOES_ON = re.compile(r"[.,]? [A-Za-z]+ [A-Za-z]+")


@dataclass(frozen=True, slots=True)
class SuffixHole:
    """A request whose right answer stands only in the text after the cursor.

    word: the one right filling; chosen at random, so that no model can guess it.
    """

    request: FimRequest
    word: str


@dataclass(frozen=True, slots=True)
class Judgment:
    """What an answer shows about the endpoint.

    special_tokens: whether marks of the model stand in the answer as text.
    """

    verdict: HoleVerdict
    special_tokens: bool = False


def hole(max_tokens: int = 24) -> SuffixHole:
    """A new hole, with a word that no earlier hole had."""
    word = f"amber_{secrets.randbelow(90_000) + 10_000}"
    request = FimRequest(
        'def test_name():\n    name = "',
        f'"\n    assert name == "{word}"\n',
        max_tokens=max_tokens,
        temperature=0,
        path="test_name.py",
        language="python",
    )
    return SuffixHole(request, word)


def judge(asked: SuffixHole, answer: str) -> Judgment:
    """What the answer to a hole shows.

    The word counts only at the beginning of the answer: further down it may come from
    a suffix that the endpoint has pasted behind the model's answer, or from a prompt
    that it repeats.
    """
    special = _SPECIAL.search(answer)
    has_special = special is not None
    suffix = asked.request.suffix.strip()
    own_words = answer.replace(suffix, "")
    if mark := _SPECIAL.search(own_words):
        own_words = own_words[: mark.start()]
    first_line = own_words.strip().partition("\n")[0]
    if asked.word in first_line:
        rest = first_line.partition(asked.word)[2]
        is_prose = _PROSE.match(first_line) or _GOES_ON.match(rest)
        verdict: HoleVerdict = "prose" if is_prose else "reads-suffix"
        return Judgment(verdict, has_special)
    if not answer.strip():
        return Judgment("empty")
    if suffix in answer and not answer.strip().startswith(asked.request.prefix.strip()):
        return Judgment("glues-suffix", has_special)
    if "```" in answer or "<think>" in answer or _PROSE.search(answer):
        return Judgment("prose", has_special)
    return Judgment("ignores-suffix", has_special)
