"""Holes in the sources of other projects: a piece of code, cut out of its file."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

from fim_lsp import languages
from fim_lsp.completion.casefile import Case, CaseOffer, replay
from fim_lsp.completion.clean.endings import LEAST_VISIBLE
from fim_lsp.completion.code.brackets import scan
from fim_lsp.completion.code.lines import closes_block, width
from fim_lsp.completion.code.syntax import syntax_of
from fim_lsp.completion.decision import Trigger
from fim_lsp.completion.gate import ends_statement, fits_mid_line
from fim_lsp.completion.shape import in_comment_or_string, shape_of, shown
from fim_lsp.completion.stop import stop_at
from fim_lsp.completion.window import Window
from fim_lsp.text import leading_space

HOLES_PER_FILE = 24
# Files of so many characters, without lines that are longer than so many.
FILE_CHARS = (1_500, 40_000)
LINE_CHARS = 200
# Lines of a hole; a block may be longer than what is shown at once.
MOST_LINES = 18
# Rules of the stop that call a line a repetition.
REPETITIONS = ("next-line", "rest-of-line", "third-repeat")
HALF = 0.5


@dataclass(frozen=True, slots=True)
class Grammar:
    """A language, the endings of its files, and the parser that judges them."""

    language: str
    endings: tuple[str, ...]
    module: str
    function: str = "language"


GRAMMARS = (
    Grammar("rust", ("rs",), "tree_sitter_rust"),
    Grammar("typescript", ("ts",), "tree_sitter_typescript", "language_typescript"),
    Grammar("java", ("java",), "tree_sitter_java"),
    Grammar("go", ("go",), "tree_sitter_go"),
    Grammar("kotlin", ("kt",), "tree_sitter_kotlin"),
    Grammar("cpp", ("cpp", "cc", "hpp", "h"), "tree_sitter_cpp"),
    Grammar("python", ("py",), "tree_sitter_python"),
)

# How many errors a parser finds in a text.
Errors = Callable[[str], int]


@dataclass(frozen=True, slots=True)
class CodeHole:
    """`truth` was cut out between `before` and `after`."""

    language: str
    before: str
    truth: str
    after: str

    def offered(self, answer: str) -> CaseOffer:
        case = Case("", self.language, self.before, self.after, answer)
        return replay(case)

    def accepted(self, offer: CaseOffer) -> str:
        """The file after accepting an offer."""
        return self.before + offer.text + self.after[offer.replaces :]

    @property
    def window(self) -> Window:
        return Case("", self.language, self.before, self.after, "").window

    @property
    def visible_truth(self) -> str:
        """What is shown of the truth where nothing is said to be a repetition."""
        window = self.window
        shape = shape_of(window, Trigger.AUTOMATIC, in_comment_or_string(window))
        point = stop_at(self.truth, window, shape)
        end = point.index if point and point.rule not in REPETITIONS else None
        return shown(self.truth[:end], shape, window, ended=True).text


def parser(grammar: Grammar) -> Errors | None:
    """Counts errors and missing tokens; None where the grammar is not installed."""
    try:
        sitter: Any = import_module("tree_sitter")
        module: Any = import_module(grammar.module)
    except ImportError:
        return None
    language = sitter.Language(getattr(module, grammar.function)())
    parse = sitter.Parser(language).parse

    def errors(text: str) -> int:
        cursor = parse(text.encode()).walk()
        count = 0
        while True:
            node = cursor.node
            count += int(node.is_error or node.is_missing)
            if node.has_error and cursor.goto_first_child():
                continue
            while not cursor.goto_next_sibling():
                if not cursor.goto_parent():
                    return count

    return errors


def code_holes(
    grammar: Grammar, folder: Path, rng: random.Random, errors: Errors
) -> Iterator[CodeHole]:
    """Holes at which an automatic request is made, in the files of a folder."""
    files = sorted(path for end in grammar.endings for path in folder.rglob(f"*.{end}"))
    rng.shuffle(files)
    for path in files:
        text = _source(path)
        if not text or errors(text):
            continue
        for _ in range(HOLES_PER_FILE):
            hole = _hole(text.split("\n"), grammar.language, rng)
            if hole and _asks(hole):
                yield hole


def _source(path: Path) -> str:
    """The file's text, or nothing where it is no fair example."""
    try:
        text = path.read_text(encoding="utf-8").replace("\r\n", "\n")
    except (OSError, UnicodeDecodeError):
        return ""
    low, high = FILE_CHARS
    fair = low < len(text) < high and "\r" not in text and "\f" not in text
    return text if fair and max(map(len, text.split("\n"))) <= LINE_CHARS else ""


def _hole(lines: list[str], language: str, rng: random.Random) -> CodeHole | None:
    kind = rng.choice(("rest", "between", "lines", "lines"))
    at = rng.randrange(len(lines))
    line = lines[at]
    start = len(leading_space(line))
    if kind == "lines":
        truth = "\n".join(_statement(lines, at, rng))[start:].rstrip()
    elif kind == "rest":
        starts = [match.start() for match in re.finditer(r"\b|(?<=[(\[{, ])", line)]
        start = rng.choice([place for place in starts if place >= start] or [start])
        truth = line[start:].rstrip()
    else:
        inner = list(re.finditer(r"(?<=[(\[{])[^()\[\]{}]+(?=[)\]}])", line))
        if not inner:
            return None
        found = rng.choice(inner)
        start, truth = found.start(), found.group()
    if len("".join(truth.split())) < LEAST_VISIBLE:
        return None
    before = "".join(f"{above}\n" for above in lines[:at]) + line[:start]
    after = "\n".join(lines)[len(before) + len(truth) :]
    return CodeHole(language, before, truth, after)


def _statement(lines: list[str], at: int, rng: random.Random) -> list[str]:
    """Lines from `at` on: up to the end of its block, or of a few statements more."""
    depth = width(lines[at])
    end = at + 1
    for _ in range(rng.randint(1, 3)):
        while end < len(lines) and end - at < MOST_LINES:
            line = lines[end]
            deeper = not line.strip() or width(line) > depth
            closes = width(line) == depth and re.match(r"\s*[)\]}]", line)
            if not (deeper or closes):
                break
            end += 1
        if end >= len(lines) or width(lines[end]) < depth or rng.random() < HALF:
            break
        end += 1
    return lines[at:end]


def _asks(hole: CodeHole) -> bool:
    """Whether an automatic request is made at the hole, in code, for whole code."""
    rest = hole.after.partition("\n")[0]
    before = hole.before[-1:]
    inside_word = bool(re.match(r"\w", before)) and bool(re.match(r"\w", rest))
    if not fits_mid_line(rest) or inside_word or ends_statement(hole.window):
        return False
    line = hole.before.rpartition("\n")[2] + hole.truth
    marks = (*languages.language(hole.language).openers, "*")
    if line.lstrip().startswith(marks) or closes_block(hole.truth):
        return False
    if "\n" not in hole.truth:
        return not in_comment_or_string(hole.window)
    own = scan(syntax_of(hole.language), hole.truth)
    return (
        not own.stack and own.inside == "code" and not in_comment_or_string(hole.window)
    )
