"""No secret of a document reaches a model that proposes the next edit."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import settings as examples
from hypothesis import strategies as st

from fim_lsp.next.engine import NextEdits
from fim_lsp.next.formats import FORMATS
from fim_lsp.next.models import EditAnswer, EditPrompt, ModelSource
from fim_lsp.next.sources import NextSetup
from fim_lsp.text import Document, Edit, Place, Span, apply, document

URI = "file:///w/settings.py"
OTHER = "file:///w/main.py"
# Six lines as a key has them, made of parts so that nothing takes them for one.
KEY_LINES = [f"{'MIIEow' if not n else 'qZ3x'}{n}{'Ab9/Cd+' * 8}" for n in range(6)]
TOKEN = "sk-" + "0123456789abcdef" * 2
BEGIN, END = (f"-----{word} RSA PRIVATE KEY-----" for word in ("BEGIN", "END"))
TEXT = "\n".join(
    [
        "import os",
        'KEY = """',
        BEGIN,
        *KEY_LINES,
        END,
        '"""',
        f'TOKEN = "{TOKEN}"',
        "def f(x):",
        "    return x",
        "",
    ]
)


class Listens:
    """A model that keeps what it is asked, and proposes nothing."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    async def ask(self, prompt: EditPrompt, language: str) -> EditAnswer:
        del language
        self.asked.append(prompt.system + prompt.text)
        return EditAnswer(reason="failed")


async def no_sleep(seconds: float) -> None:
    del seconds


class Typist:
    """Edits documents one change at a time; each change is an edit of its own."""

    def __init__(self, dialect: str) -> None:
        self.model = Listens()
        self._now = 0.0
        source = ModelSource("m", dialect, self.model, lambda uri: uri[10:])
        self.engine = NextEdits(
            clock=lambda: self._now,
            sleep=no_sleep,
            setup=lambda _folder: NextSetup(repeats=False, sources=(source,)),
        )
        self.documents: dict[str, Document] = {}

    def open(self, uri: str, text: str) -> None:
        self.documents[uri] = document(uri, "python", 1, text)

    async def change(self, uri: str, span: Span, text: str) -> None:
        """Change a document, wait until that has settled, and ask for the next edit."""
        before = self.documents[uri]
        edit = Edit(span, text)
        self.documents[uri] = after = apply(before, (edit,), before.version + 1)
        self.engine.changed(before, after, (edit,), None)
        self._now += 60
        await self.engine.next(after, span.start, None)


def holds_secret(prompt: str) -> bool:
    return TOKEN in prompt or any(
        line[start : start + 24] in prompt
        for line in KEY_LINES
        for start in range(0, len(line) - 24, 8)
    )


@pytest.mark.parametrize("dialect", FORMATS)
async def test_an_edit_in_the_middle_of_a_key_stays_here(dialect: str) -> None:
    typist = Typist(dialect)
    typist.open(URI, TEXT)
    typist.open(OTHER, "x = 1\ny = 2\n")
    await typist.change(URI, Span(Place(5, 4), Place(5, 5)), "Z")
    await typist.change(OTHER, Span(Place(0, 4), Place(0, 5)), "2")
    await typist.engine.aclose()
    assert typist.model.asked
    assert not any(map(holds_secret, typist.model.asked))


@pytest.mark.parametrize("dialect", FORMATS)
async def test_a_key_that_is_written_line_by_line_stays_here(dialect: str) -> None:
    typist = Typist(dialect)
    typist.open(URI, "import os\nKEY = '''\n'''\n")
    for number, line in enumerate([BEGIN, *KEY_LINES, END]):
        place = Place(2 + number, 0)
        await typist.change(URI, Span(place, place), f"{line}\n")
    await typist.change(URI, Span(Place(0, 0), Place(0, 0)), "import re\n")
    await typist.engine.aclose()
    assert not any(map(holds_secret, typist.model.asked))


@pytest.mark.parametrize("dialect", FORMATS)
async def test_a_key_that_is_deleted_line_by_line_stays_here(dialect: str) -> None:
    typist = Typist(dialect)
    typist.open(URI, TEXT)
    for _ in range(len(KEY_LINES) + 2):
        await typist.change(URI, Span(Place(2, 0), Place(3, 0)), "")
    await typist.engine.aclose()
    assert not any(map(holds_secret, typist.model.asked))


@examples(max_examples=40, deadline=None)
@given(st.data())
async def test_no_edit_of_a_document_sends_what_is_secret_in_it(
    data: st.DataObject,
) -> None:
    typist = Typist(data.draw(st.sampled_from(sorted(FORMATS))))
    typist.open(URI, TEXT)
    for _ in range(data.draw(st.integers(1, 4))):
        lines = typist.documents[URI].lines
        # The first and the last line of the key stay: they tell that it is one.
        others = [at for at, line in enumerate(lines) if "-----" not in line]
        line = data.draw(st.sampled_from(others))
        width = len(lines[line].rstrip("\n"))
        # A letter directly before a token makes another word of it, as `task-1`.
        first = lines[line].find("sk-") + 1
        start = Place(line, data.draw(st.integers(min(first, width), width)))
        end = Place(
            line, data.draw(st.integers(start.column, min(width, start.column + 2)))
        )
        text = data.draw(st.sampled_from(["x", "\n", "", "y = 1\n", " "]))
        await typist.change(URI, Span(start, max(start, end)), text)
    await typist.engine.aclose()
    assert not any(map(holds_secret, typist.model.asked))
