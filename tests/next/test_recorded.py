"""Replies of real models, read and made into the smallest edit, or dropped."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from fim_lsp.next.formats import FORMATS
from fim_lsp.next.guards import reduced
from fim_lsp.next.region import EditRegion, HistoryEdit
from fim_lsp.text import Edit, apply, document

from ..harness.marked_region import marked_region

CASES = sorted((Path(__file__).parent / "recorded").glob("*.case"))


def read_case(path: Path) -> list[tuple[str, str]]:
    """The sections of a case: (head, body), in order."""
    parts = re.split(r"^--- (.+)\n", path.read_text(), flags=re.MULTILINE)
    return list(zip(parts[1::2], parts[2::2], strict=True))


def region_of(sections: dict[str, str], path: str) -> EditRegion:
    before, marked, after = (sections[name] for name in ("before", "region", "after"))
    return marked_region(marked, "$0", before=before, after=after, path=path)


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_a_recorded_reply_becomes_what_the_case_says(path: Path) -> None:
    parts = read_case(path)
    sections = dict(parts)
    heads = dict(head.split(": ") for head, _ in parts if ": " in head)
    olds = [body for head, body in parts if head == "old"]
    news = [body for head, body in parts if head == "new"]
    history = tuple(
        HistoryEdit(heads["path"], 0, old, new)
        for old, new in zip(olds, news, strict=True)
    )
    region = region_of(sections, heads["path"])
    reply = FORMATS[heads["format"]].read(sections["reply"].removesuffix("\n"), region)
    edit, reason = None, reply.reason
    if reply.text is not None:
        edit, reason = reduced(region, reply.text, history)
    if edit is None:
        assert reason == sections["reason"].strip()
        return
    text = region.before + region.text + region.after
    after = apply(document("", "", 1, text), (Edit(edit.span, edit.new_text),), 2)
    assert after.text == sections["becomes"]
