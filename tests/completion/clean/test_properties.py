"""What holds for every text and every answer."""

from __future__ import annotations

from collections.abc import AsyncGenerator

from hypothesis import given, settings
from hypothesis import strategies as st

from fim_lsp import languages
from fim_lsp.api.requests import Delta
from fim_lsp.completion.clean import ONCE, Cleaned, head, tail
from fim_lsp.completion.clean.suffix import CLOSERS
from fim_lsp.completion.code.brackets import scan
from fim_lsp.completion.code.syntax import syntax_of
from fim_lsp.completion.shape import Shape, shown
from fim_lsp.completion.stop import stop, stop_at
from fim_lsp.completion.watch import Watch
from fim_lsp.completion.window import Window

from ..windows import window

LANGUAGES = st.sampled_from(["python", "javascript", "go", "rust", "c", "java", "sql"])
WORDS = st.sampled_from(
    ["a", "total", "x = 1", "f", "return y", ", ", ";", " ", "    "]
)
PIECES = st.one_of(WORDS, st.sampled_from([*"()[]{}\"'\n#`", "//", "\n    ", "```"]))
ANSWERS = st.lists(PIECES, max_size=12).map("".join)
RESTS = st.sampled_from(["", ")", "]", "})", '"', '")', ");", ") {", "];", ", b)"])
OPENERS = {")": "(", "]": "[", "}": "{", '"': '"'}
MANY = Shape(multi=True, max_lines=6, mid_line=False)
ONE = Shape(multi=False, max_lines=1, mid_line=False)
MID_LINE = Shape(multi=False, max_lines=1, mid_line=True)
SHAPES = (MANY, ONE, MID_LINE)
quickly = settings(max_examples=60, deadline=None)


@st.composite
def balanced(draw: st.DrawFn) -> str:
    """Lines of code whose brackets and quotes all have their partners."""
    text = draw(WORDS).strip(" ;,")
    for _ in range(draw(st.integers(0, 4))):
        form = draw(st.sampled_from(["({})", "[{}]", "{{{}}}", "f({}, 1)", "{}\nb"]))
        text = form.format(text)
    return text + draw(st.sampled_from(["", "\n", '\nname = "x"\n']))


@st.composite
def balanced_windows(draw: st.DrawFn) -> Window:
    """A cursor anywhere in a balanced text, often where an editor closed brackets."""
    rest = draw(RESTS)
    opened = "".join(OPENERS.get(char, "") for char in reversed(rest))
    before, after = draw(balanced()), draw(balanced())
    marked = f"{before}\nx = {opened}$0{rest}\n{after}"
    if draw(st.booleans()):
        text = before + "\n" + after
        at = draw(st.integers(0, len(text)))
        marked = f"{text[:at]}$0{text[at:]}"
    return window(marked, draw(LANGUAGES))


def after(cleaned: Cleaned, place: Window) -> str:
    return place.prefix + cleaned.text + place.suffix[cleaned.replace :]


def whole(text: str, language: str) -> bool:
    found = scan(syntax_of(language), text)
    return not (found.stack or found.extra or found.cut or found.inside == "string")


@quickly
@given(balanced_windows(), ANSWERS)
def test_what_was_balanced_stays_balanced(place: Window, answer: str) -> None:
    offered = tail(answer, place, automatic=False)
    if whole(place.prefix + place.suffix, place.language):
        assert whole(after(offered, place), place.language)


@quickly
@given(balanced_windows(), ANSWERS)
def test_only_closers_on_the_line_are_covered(place: Window, answer: str) -> None:
    offered = tail(answer, place, automatic=False)
    covered = place.suffix[: offered.replace]
    assert set(covered) <= set(CLOSERS)
    assert after(offered, place).startswith(place.prefix)
    assert after(offered, place).endswith(place.suffix[offered.replace :])


@quickly
@given(balanced_windows(), ANSWERS)
def test_cleaning_again_changes_nothing(place: Window, answer: str) -> None:
    """But for what follows the cursor, which `aa` before `a` holds once too often."""
    once = tail(answer, place, automatic=False)
    if once.text and not once.replace and not ONCE & set(once.rules):
        assert tail(once.text, place, automatic=False).text == once.text


@quickly
@given(balanced_windows(), ANSWERS)
def test_the_text_after_the_cursor_is_not_doubled(place: Window, answer: str) -> None:
    """An answer that goes on to the rest of the line gives what it gives without."""
    rest = place.suffix.partition("\n")[0].rstrip()
    if len(rest) < 2 or answer.rstrip() != answer or "\n" in answer or "`" in answer:
        return
    right = after(Cleaned(answer), place)
    if whole(right, place.language) and not answer.endswith(rest[:1]):
        offered = tail(answer + rest, place, automatic=False)
        assert offered.text in (answer, "") or after(offered, place) != right + rest


@quickly
@given(st.sampled_from(sorted(languages.LANGUAGES)), ANSWERS, ANSWERS)
def test_no_text_is_too_strange(language: str, text: str, answer: str) -> None:
    offered = tail(answer, window(text + "$0" + text, language), automatic=True)
    assert offered.text or offered.rejected_by


@quickly
@given(balanced_windows(), ANSWERS, st.data())
def test_a_stream_may_come_in_any_pieces(
    place: Window, answer: str, data: st.DataObject
) -> None:
    shape = data.draw(st.sampled_from(SHAPES))
    answer *= data.draw(st.integers(1, 30))
    cuts = data.draw(st.lists(st.integers(0, len(answer)), max_size=6).map(sorted))
    watch = Watch(place, shape)
    point = None
    for start, end in zip([0, *cuts], [*cuts, len(answer)], strict=True):
        point = point or watch.feed(answer[start:end])
    assert (point or watch.end()) == stop_at(answer, place, shape)


@quickly
@given(balanced_windows(), ANSWERS, st.sampled_from(SHAPES))
async def test_a_stream_gives_the_beginning_of_the_whole(
    place: Window, answer: str, shape: Shape
) -> None:
    async def deltas() -> AsyncGenerator[Delta, None]:
        for char in answer:
            yield Delta(text=char)

    pieces = [piece async for piece in stop(deltas(), place, lambda: shape)]
    cleaned = head(answer, place)
    text = cleaned.text
    point = stop_at(text, place, shape, over=cleaned.over)
    assert (pieces[-1].point if pieces else None) == point
    streamed = "".join(piece.text for piece in pieces)
    end = point.index if point else None
    assert streamed[:end] == text[:end]


@quickly
@given(balanced_windows(), ANSWERS, st.integers(0, 40))
def test_the_head_of_a_beginning_is_a_beginning(
    place: Window, answer: str, length: int
) -> None:
    line = place.prefix.rpartition("\n")[2]
    for text in (answer, line + answer, f"```x\n{answer}\n```"):
        begun = head(text[:length], place, ended=False)
        assert head(text, place).text.startswith(begun.text)


@quickly
@given(ANSWERS, st.integers(0, 40), st.sampled_from((MANY, ONE)))
def test_what_is_shown_only_grows(text: str, length: int, shape: Shape) -> None:
    place = window("$0")
    begun = shown(text[:length], shape, place, ended=False).text
    assert shown(text, shape, place, ended=False).text.startswith(begun)
    assert shown(text, shape, place, ended=True).text.startswith(begun)
