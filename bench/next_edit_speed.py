"""How long the ring and `repeat` take in long documents, in processor time.

python -m bench.next_edit_speed
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

from fim_lsp.next.repeat import repetition
from fim_lsp.next.ring import EditRing
from fim_lsp.text import Document, Edit, Place, Span, apply, document

# Lines of the documents: source files of this repository, one after the other.
SIZES = (10_000, 200_000)
ROUNDS = 60
# Two lines before and after, by what the pattern is like.
PATTERNS = {
    "a name that is nowhere else": ("x = rare_one({})", "x = rare_two({})"),
    "a name in half of the lines": ("x = self.{}", "x = this.{}"),
    "a call with anything in it": ("x = str({})", "x = repr({})"),
    "a keyword": ("    return {}", "    return ({})"),
    "a line put above": ("    return {}", "    log()\n    return {}"),
}
CONTENTS = ("first", "second.part[0]")


class Clock:
    """Seconds that pass only where the measurement says so."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def long_document(size: int) -> Document:
    paths = sorted((Path(__file__).parents[1] / "fim_lsp").rglob("*.py"))
    lines = "".join(path.read_text(encoding="utf-8") for path in paths).split("\n")
    repeated = lines * (size // len(lines) + 1)
    return document("file:///long.py", "python", 0, "\n".join(repeated[:size]))


def edited(
    start: Document, old: str, new: str
) -> tuple[Document, EditRing, Place, list[float]]:
    """The document after two edits of a pattern, and what each change took, in ms."""
    clock = Clock()
    ring, text, took = EditRing(clock), start, list[float]()
    middle = len(start.lines) // 2
    for number, content in enumerate(CONTENTS):
        line = middle + 10 * number
        text = _put(text, line, old.format(content))
        before, text = text, _put(text, line, new.format(content))
        change = Edit(
            Span(Place(line, 0), Place(line, len(before.lines[line]) - 1)),
            new.format(content),
        )
        started = time.process_time()
        ring.changed(before, text, (change,))
        took.append((time.process_time() - started) * 1000)
        clock.now += 20
        ring.settle()
    return text, ring, Place(middle + 11, 0), took


def _put(text: Document, line: int, content: str) -> Document:
    span = Span(Place(line, 0), Place(line, len(text.lines[line]) - 1))
    return apply(text, (Edit(span, content),), text.version + 1)


def rows() -> Iterator[str]:
    for size in SIZES:
        start = long_document(size)
        for name, (old, new) in PATTERNS.items():
            text, ring, place, changes = edited(start, old, new)
            took: list[float] = []
            found = None
            for _ in range(ROUNDS):
                started = time.process_time()
                found, _reason = repetition(text, ring.edits(), place)
                took.append((time.process_time() - started) * 1000)
            took.sort()
            places = len(found.sites) if found else 0
            yield (
                f"| {size:,} | {name} | {places} | {took[len(took) // 2]:.1f}"
                f" | {took[-1]:.1f} | {max(changes):.2f} |"
            )


def main() -> None:
    print("| lines | pattern | places | median ms | highest ms | a key, ms |")
    print("| ---: | --- | ---: | ---: | ---: | ---: |")
    for row in rows():
        print(row, flush=True)


if __name__ == "__main__":
    main()
