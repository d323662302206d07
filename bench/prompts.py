"""Whether the prompt holds the signature of what is being called.

Method.  Projects lie in `<corpora>/<language>/`.  A parser that is no part of the
product (tree-sitter) reads a file, finds what it imports by name from files of its own
project, follows the name to its definition, also through files that pass it on, and
takes the calls of it.  At a random call the arguments are cut out; the document is
opened and asked about there, just after the opening parenthesis, as an editor would.

* held: the text of the signature (of a class: its constructor's, or its own head where
  it has none) stands in the prompt, white space aside.  Calls whose definition stands
  in the same file do not take part.
* tokens: the mean size of what other files add to the prompt, four characters a token.
"""

from __future__ import annotations

import asyncio
import random
from dataclasses import dataclass
from pathlib import Path

from fim_lsp.completion.prompt import build_prompt
from fim_lsp.completion.replies import Sampling
from fim_lsp.completion.snippets import Snippets
from fim_lsp.completion.window import cut_window
from fim_lsp.settings import CompletionSettings, parse
from fim_lsp.text import Place, document

from .calls import Call, calls
from .corpora import GRAMMARS
from .tables import NoAnswersError, Part, Table, at_least

# Calls of each language, at most so many of one file.
CALLS = 100
CALLS_PER_FILE = 2
CHARS_PER_TOKEN = 4
LANGUAGES = ("python", "typescript", "go", "rust")


@dataclass(frozen=True, slots=True)
class Asked:
    """What was sent for a call: the texts from other files, and whether they tell."""

    call: Call
    text: str
    held: bool


def run(corpora: Path, most: int = CALLS, seed: int = 1) -> Part:
    """Measure every language of which there are projects and a parser."""
    rows = []
    every: list[Asked] = []
    for language in LANGUAGES:
        asked = measure(language, corpora / language, most, seed)
        if asked:
            rows.append((language, *_figures(asked)))
            every += asked
    if not every:
        raise NoAnswersError
    head = ("language", "calls", "signature held", "tokens from other files")
    share = 100 * sum(one.held for one in every) / len(every)
    return Part(
        (Table("Calls of what is imported by name", head, tuple(rows)),),
        (at_least("signatures held", 90, share, " %"),),
    )


def _figures(asked: list[Asked]) -> tuple[str, str, str]:
    held = 100 * sum(one.held for one in asked) / len(asked)
    chars = sum(len(one.text) for one in asked) / len(asked)
    return str(len(asked)), f"{held:.0f} %", f"{chars / CHARS_PER_TOKEN:.0f}"


def measure(language: str, folder: Path, most: int, seed: int = 1) -> list[Asked]:
    """Ask at some calls of the projects in a folder."""
    rng = random.Random(f"{language} {seed}")
    ends = next(grammar.endings for grammar in GRAMMARS if grammar.language == language)
    files = sorted(path for end in ends for path in folder.rglob(f"*.{end}"))
    rng.shuffle(files)
    asked: list[Asked] = []
    for path in files:
        calls_there = list(calls(language, path, folder))
        rng.shuffle(calls_there)
        for call in calls_there[:CALLS_PER_FILE]:
            asked.append(ask(call))
            if len(asked) == most:
                return asked
    return asked


def ask(call: Call) -> Asked:
    """What the prompt for a call holds of other files."""
    return asyncio.run(_ask(call))


async def _ask(call: Call) -> Asked:
    settings: CompletionSettings = parse([]).settings.completion
    snippets = Snippets(
        clock=lambda: 0.0, sleep=asyncio.sleep, may_read=lambda _path, _folder: True
    )
    text = document(call.path.as_uri(), call.language, 1, call.before + call.after)
    lines = call.before.split("\n")
    window = cut_window(
        text,
        Place(len(lines) - 1, len(lines[-1])),
        prefix_chars=settings.prefix_tokens * CHARS_PER_TOKEN,
        suffix_chars=settings.suffix_tokens * CHARS_PER_TOKEN,
    )
    snippets.seen(text)
    budget = settings.context_tokens * CHARS_PER_TOKEN
    snippets.prepare(window, call.root, budget, waits=True)
    while snippets.are_coming(window.uri):
        await snippets.ready(window.uri)
    prompt = build_prompt(
        window, snippets.snippets(window.uri), settings, Sampling("", "", 0.0)
    )
    others = "\n".join(f"{one.path}\n{one.text}" for one in prompt.request.snippets)
    held = _bare(call.signature) in _bare(others)
    await snippets.aclose()
    return Asked(call, others, held)


def _bare(text: str) -> str:
    return "".join(text.split()).replace(",)", ")")
