"""A region for the next edit, written as text with a mark for the cursor."""

from __future__ import annotations

from fim_lsp.next.region import EditRegion


def marked_region(
    marked: str, mark: str, *, before: str, after: str, path: str
) -> EditRegion:
    """The region whose text is `marked` without `mark`, which is at the cursor."""
    cursor, text = marked.index(mark), marked.replace(mark, "")
    return EditRegion(
        path=path,
        language="",
        first=before.count("\n"),
        end=before.count("\n") + text.count("\n"),
        original=text,
        text=text,
        before=before,
        after=after,
        cursor=cursor,
        line=text[:cursor].count("\n"),
        line_end="\n",
    )
