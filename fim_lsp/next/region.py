"""The lines that a model is asked to edit, and the text around them."""

from __future__ import annotations

from dataclasses import dataclass

from ..privacy import lines_above, redact
from ..text import Document, Place, bare_line, dominant_line_end
from .settled import SettledEdit

# Lines before and after the region that models see.
AROUND = 140


@dataclass(frozen=True, slots=True)
class EditRegion:
    """The lines from `first` up to, but not including, `end` of a document.

    All texts have LF line ends.

    original: the text of the lines.
    text: the same as models see it, with `***` for secrets.
    before, after: the text around the lines, with `***` for secrets.
    cursor: the place of the cursor in `text`, in characters.
    line: the number of the cursor's line in the region.
    line_end: the line end of the document.
    """

    path: str
    language: str
    first: int
    end: int
    original: str
    text: str
    before: str
    after: str
    cursor: int
    line: int
    line_end: str

    def with_mark(self, mark: str) -> str:
        """The text with `mark` at the cursor."""
        return self.text[: self.cursor] + mark + self.text[self.cursor :]

    @property
    def prefill(self) -> str:
        """The lines of the region before the cursor's line."""
        return "".join(self.text.splitlines(keepends=True)[: self.line])


@dataclass(frozen=True, slots=True)
class HistoryEdit:
    """A settled edit as models see it: with LF line ends, and `***` for secrets."""

    path: str
    line: int
    old: str
    new: str


def region_around(
    document: Document, place: Place, path: str, *, above: int, below: int
) -> EditRegion:
    """The region around `place`, with `above` lines above it and `below` below it."""
    line = min(place.line, len(document.lines) - 1)
    first = max(line - above, 0)
    end = min(line + below + 1, len(document.lines))
    lines = [_lf(text_line) for text_line in document.lines[first:end]]
    before = _redacted(document, max(first - AROUND, 0), first)
    after = _redacted(document, end, end + AROUND)
    original = "".join(lines)
    text = _redacted(document, first, end)
    head = "".join(lines[: line - first]) + lines[line - first][: place.column]
    return EditRegion(
        path=path,
        language=document.language,
        first=first,
        end=end,
        original=original,
        text=text,
        before=before,
        after=after,
        cursor=min(len(redact(head)), len(text)),
        line=line - first,
        line_end=dominant_line_end(document),
    )


def _redacted(document: Document, first: int, end: int) -> str:
    """The lines from `first` up to `end`; keys that begin above are hidden, too."""
    text = "".join(map(_lf, document.lines[first:end]))
    return redact(text, above=lines_above(document.lines, first))


def history_of(
    edits: tuple[SettledEdit, ...], path: str, uri: str
) -> tuple[HistoryEdit, ...]:
    """Edits as models see them.

    path: the path of the document at `uri`; of other documents only the name is given.
    """
    return tuple(
        HistoryEdit(
            path=path if edit.uri == uri else edit.uri.rpartition("/")[2],
            line=edit.line,
            old=redact("".join(map(_lf, edit.old))),
            new=redact("".join(map(_lf, edit.new))),
        )
        for edit in edits
    )


def unified(edit: HistoryEdit, *, prefixes: tuple[str, str] = ("", "")) -> str:
    """An edit as a unified diff of one hunk; ends with a line break."""
    old, new = edit.old.splitlines(), edit.new.splitlines()
    head = f"@@ -{edit.line + 1},{len(old)} +{edit.line + 1},{len(new)} @@"
    return "".join(
        f"{line}\n"
        for line in (
            f"--- {prefixes[0]}{edit.path}",
            f"+++ {prefixes[1]}{edit.path}",
            head,
            *(f"-{line}" for line in old),
            *(f"+{line}" for line in new),
        )
    )


def _lf(line: str) -> str:
    bare = bare_line(line)
    return bare if bare == line else bare + "\n"
