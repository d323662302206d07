"""What is typed, and when: functions of the standard library, key by key."""

from __future__ import annotations

import ast
import calendar
import heapq
import inspect
import random
import textwrap
from dataclasses import dataclass
from types import ModuleType

FUNCTIONS: tuple[tuple[ModuleType, str], ...] = (
    (textwrap, "_wrap_chunks"),
    (calendar, "formatyear"),
    (heapq, "merge"),
)
LONGEST = 900  # keys
GAP = (0.060, 0.180)  # seconds between keys
# How likely a pause is after a line and inside it, and how long.
AFTER_LINE, PAUSE_AFTER_LINE = 0.25, (0.3, 1.5)
INSIDE, PAUSE_INSIDE = 0.02, (0.5, 2.0)


@dataclass(frozen=True, slots=True)
class Key:
    """`text` is typed `at` seconds after the start: a character, or a line break
    with the indentation that the editor puts in.
    """

    at: float
    text: str


@dataclass(frozen=True, slots=True)
class Trace:
    """`keys` type the beginning of `text` between `head` and `tail`, which are there
    from the start.
    """

    name: str
    head: str
    text: str
    tail: str
    keys: tuple[Key, ...]


def traces(salt: int, longest: int = LONGEST) -> list[Trace]:
    """One for each function, in the rhythm that `salt` stands for."""
    return [_trace(module, name, salt, longest) for module, name in FUNCTIONS]


def _trace(module: ModuleType, name: str, salt: int, longest: int) -> Trace:
    source = inspect.getsource(module)
    found = next(
        node
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.FunctionDef) and node.name == name
    )
    lines = source.splitlines(keepends=True)
    first, last = found.lineno - 1, found.end_lineno
    assert last is not None
    head, text, tail = lines[:first], "".join(lines[first:last]), lines[last:]
    text = text.rstrip("\n")
    keys = _keys(text, random.Random(f"{name} {salt}"), longest)
    label = f"{module.__name__}.{name}"
    return Trace(label, "".join(head), text, "\n" + "".join(tail), keys)


def _keys(text: str, rng: random.Random, longest: int) -> tuple[Key, ...]:
    keys: list[Key] = []
    at, now = 0, 1.0
    while at < len(text) and len(keys) < longest:
        end = at + 1
        if text[at] == "\n":
            while end < len(text) and text[end] == " ":
                end += 1
        now += rng.uniform(*GAP)
        if keys and keys[-1].text[0] == "\n":
            now += rng.uniform(*PAUSE_AFTER_LINE) * (rng.random() < AFTER_LINE)
        else:
            now += rng.uniform(*PAUSE_INSIDE) * (rng.random() < INSIDE)
        keys.append(Key(now, text[at:end]))
        at = end
    return tuple(keys)
