"""The ring of settled edits: the user's last changes, an entry for each region."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from ..text import Document, Edit
from .changes import LineChange, line_change
from .open_region import OpenRegion
from .settled import (
    SettledEdit,
    is_copy,
    without_equal_ends,
)

# How many settled edits are kept.
REMEMBERED = 8
# Seconds without a change after which a region settles.
SETTLES_AFTER = 0.5
# Seconds within which a change to the region that settled last continues its edit.
REOPENS_WITHIN = 10.0
# Lines of context on either side of an edit.
CONTEXT_LINES = 3
# How many undone edits are remembered, so that they do not count when they are redone.
UNDONE = 20
# How many states of an open region are remembered, so that undoing is noticed.
STATES = 40
# The most lines of a region that counts as one edit.
LONGEST_REGION = 60


class EditRing:
    """The settled edits of all open documents, oldest first, and the open region.

    The caller leaves out changes of documents that may not be sent.

    clock: monotonic time in seconds.
    """

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._settled: deque[SettledEdit] = deque(maxlen=REMEMBERED)
        self._open: OpenRegion | None = None
        # How many edits were undone since the start.
        self.undone_edits = 0
        # The edits that were undone last.
        self._undone: deque[SettledEdit] = deque(maxlen=UNDONE)

    @property
    def open(self) -> OpenRegion | None:
        """The region that is being changed and has not settled, if there is one."""
        return self._open

    @property
    def last_uri(self) -> str | None:
        """The document of the edit that settled last."""
        return self._settled[-1].uri if self._settled else None

    @property
    def settles_at(self) -> float | None:
        """When the open region settles unless it changes; None without a region."""
        return None if self._open is None else self._open.at + SETTLES_AFTER

    def edits(
        self, folder: Path | None = None, language: str = ""
    ) -> tuple[SettledEdit, ...]:
        """The settled edits of one workspace folder, oldest first.

        language: the language of the documents; empty for all languages.
        """
        return tuple(
            edit
            for edit in self._settled
            if edit.folder == folder and language in ("", edit.language)
        )

    def changed(
        self,
        before: Document,
        after: Document,
        edits: Sequence[Edit],
        folder: Path | None = None,
    ) -> SettledEdit | None:
        """Note a change.

        Returns the edit that settled because the user went on to another region.
        """
        change = line_change(before, after, edits)
        if change is None:
            if self._open and self._open.document.uri == after.uri:
                self._open = replace(self._open, document=after)
            return None
        if change.bulk:
            return self._bulk(after, change)
        region, settled = self._open, None
        if (
            region is None
            or region.document.uri != after.uri
            or not region.touches(change)
        ):
            settled = self._settle()
            region = self._reopened(before, change)
        self._moved(after.uri, change)
        region = region or OpenRegion(
            before, folder, change.first, (), 0, self._clock()
        )
        self._open = self._extended(region, before, after, change)
        if self._open.count > LONGEST_REGION:
            self._open = None
        return settled

    def settle(self, *, now: bool = False) -> SettledEdit | None:
        """Settle the open region, if it is time or `now` is set.

        Returns the settled edit.
        """
        if self._open is None:
            return None
        if not now and self._clock() < self._open.at + SETTLES_AFTER:
            return None
        return self._settle()

    def undone_lines(self, document: Document) -> frozenset[int]:
        """The lines of a document at which the user has undone an edit since."""
        return frozenset(
            edit.line
            for edit in self._undone
            if edit.uri == document.uri
            and document.lines[edit.line : edit.line + len(edit.old)] == edit.old
        )

    def forget(self, uri: str) -> None:
        """Forget the edits of a document that was closed, or may not be sent."""
        if self._open and self._open.document.uri == uri:
            self._open = None
        for edits in (self._settled, self._undone):
            kept = [edit for edit in edits if edit.uri != uri]
            edits.clear()
            edits.extend(kept)

    def clear(self) -> None:
        self._open = None
        self._settled.clear()
        self._undone.clear()

    def _extended(
        self, region: OpenRegion, before: Document, after: Document, change: LineChange
    ) -> OpenRegion:
        """The region after a change, with the lines of the change included."""
        first = min(region.first, change.first) if region.count else change.first
        region_end = region.first + region.count
        end = max(region_end, change.first + change.old_count)
        old = region.old
        if region.count or region.old:
            old = (
                before.lines[first : region.first]
                + region.old
                + before.lines[region_end:end]
            )
        else:
            old = before.lines[first:end]
        count = end - first + change.grown
        lines = after.lines[first : first + count]
        state = hash(lines)
        states = region.states or (hash(before.lines[first:end]),)
        copied = (
            region.copied
            or is_copy(after, change)
            or self._was_copied(after.uri, change)
        )
        return OpenRegion(
            after,
            region.folder,
            first,
            old,
            count,
            self._clock(),
            states=(*states, state)[-STATES:],
            undone=change.size > 1 and state in states,
            copied=copied,
            reopened=region.reopened,
        )

    def _reopened(self, before: Document, change: LineChange) -> OpenRegion | None:
        """The region of the edit that settled last, if the change continues it."""
        if not self._settled:
            return None
        last = self._settled[-1]
        if last.uri != before.uri or self._clock() - last.at > REOPENS_WITHIN:
            return None
        region = OpenRegion(
            before,
            last.folder,
            last.line,
            last.old,
            len(last.new),
            last.at,
            states=(hash(last.old), hash(last.new)),
            copied=last.copied,
            reopened=last,
        )
        if not last.new or region.lines != last.new or not region.touches(change):
            return None
        self._settled.pop()
        return region

    def _settle(self) -> SettledEdit | None:
        region, self._open = self._open, None
        if region is None:
            return None
        document = region.document
        old, new, first = region.old, region.lines, region.first
        old, new, first = without_equal_ends(old, new, first)
        if old == new:
            if region.reopened is not None:
                self._forget_undone(region.reopened)
            return None
        if self._takes_back(document.uri, first, old, new):
            return None
        is_redone = any((edit.old, edit.new) == (old, new) for edit in self._undone)
        spaces_only = "".join("".join(old).split()) == "".join("".join(new).split())
        edit = SettledEdit(
            document=document,
            first=first,
            folder=region.folder,
            line=first,
            old=old,
            new=new,
            above=document.lines[max(first - CONTEXT_LINES, 0) : first],
            below=document.lines[first + len(new) : first + len(new) + CONTEXT_LINES],
            at=region.at,
            copied=region.copied,
            teaches=not (region.undone or region.copied or is_redone or spaces_only),
        )
        self._settled.append(edit)
        return edit

    def _takes_back(
        self, uri: str, first: int, old: tuple[str, ...], new: tuple[str, ...]
    ) -> bool:
        """Whether a change undoes a settled edit; that edit is then forgotten."""
        for edit in reversed(self._settled):
            if (edit.uri, edit.line, edit.old, edit.new) == (uri, first, new, old):
                self._settled.remove(edit)
                self._forget_undone(edit)
                return True
        return False

    def _bulk(self, after: Document, change: LineChange) -> SettledEdit | None:
        """Note a change that was not typed: it is not kept, but it moves lines."""
        settled = None
        region = self._open
        if region and region.document.uri == after.uri:
            if region.touches(change):
                self._open = None
            else:
                settled = self._settle()
        self._moved(after.uri, change)
        return settled

    def _moved(self, uri: str, change: LineChange) -> None:
        """Move the settled edits below a change by the lines it has added."""
        if not change.grown:
            return
        for edits in (self._settled, self._undone):
            for index, edit in enumerate(edits):
                if edit.uri == uri and edit.line >= change.first + change.old_count:
                    edits[index] = replace(edit, line=edit.line + change.grown)

    def _forget_undone(self, edit: SettledEdit) -> None:
        """Note that the user has undone an edit, which is not settled any more."""
        self.undone_edits += 1
        self._undone.append(edit)

    def _was_copied(self, uri: str, change: LineChange) -> bool:
        """Whether a change is made to lines that were duplicated before."""
        return any(
            edit.uri == uri
            and edit.copied
            and edit.line <= change.first <= edit.last_line
            for edit in self._settled
        )
