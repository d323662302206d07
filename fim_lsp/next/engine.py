"""The next edit for one user: told of every change, asked by the editor.

A change goes into the ring; when its region has settled, the sources are asked in
turn, and the first edit that one of them proposes is the pending one.
"""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Awaitable, Callable, Hashable, Sequence
from dataclasses import replace
from pathlib import Path

from ..text import Document, Edit, Place, Span, text_between
from .next_edit import REPEAT, EditProposal, NextDecision, NextEdit
from .pending import (
    end_of_edit,
    end_of_last,
    makes,
    moved,
    proposal_of,
    without_overlaps,
)
from .repeat import Repeated, find_repetition, sites_of
from .ring import EditRing
from .settled import SettledEdit
from .sources import EditQuestion, NextSetup

# Seconds of rest before a search begins after a change elsewhere.
REST = 0.15
# How much longer than others a source that costs money waits, in seconds.
PAID_WAITS = 0.1


class NextEdits:
    """The ring, the pending edit and what was refused, of one user.

    clock, sleep: monotonic time and waiting, in seconds.
    setup: what holds for a workspace folder.
    may_send: whether a document of a workspace folder may be sent, as it is now.
    `on_change` hears of each new pending edit, and of None when it is gone;
    `on_decision` of every decision.
    """

    def __init__(
        self,
        *,
        clock: Callable[[], float],
        sleep: Callable[[float], Awaitable[None]],
        setup: Callable[[Path | None], NextSetup],
        may_send: Callable[[str, Path | None], bool] = lambda _uri, _folder: True,
    ) -> None:
        self._clock = clock
        self._sleep = sleep
        self._setup = setup
        self._may_send = may_send
        self._ring = EditRing(clock)
        self._ids = itertools.count(1)
        self._documents: dict[str, Document] = {}
        self._refused: set[Hashable] = set()
        self._repeated: Repeated | None = None
        self._task: asyncio.Task[None] | None = None
        # Whether the task asks the sources, and does not just wait.
        self._asking = False
        self._last: NextDecision | None = None
        self.pending: NextEdit | None = None
        self.on_change: Callable[[NextEdit | None], None] | None = None
        self.on_decision: Callable[[NextDecision], None] | None = None

    # Documents.

    def changed(
        self,
        before: Document,
        after: Document,
        edits: Sequence[Edit],
        folder: Path | None = None,
    ) -> NextEdit | None:
        """Take in a change of a document that may be sent.

        Returns the pending edit if that is what the change has made.
        """
        self._documents[after.uri] = after
        taken = self._follow(before, after, edits)
        settled = self._ring.changed(before, after, edits, folder)
        if self._ring.open and self._ring.open.undone:
            # What led to the pending edit may be gone with what was undone.
            self._show(None)
        if taken is not None:
            settled = self._ring.settle(now=True) or settled
        self._start(settled)
        return taken

    def closed(self, uri: str) -> None:
        """The document was closed, or may not be sent any more."""
        self._documents.pop(uri, None)
        self._ring.forget(uri)
        if self.pending and self.pending.uri == uri:
            self._show(None)

    @property
    def last_edited(self) -> str | None:
        """The URI of the document that was edited last."""
        if self._ring.open:
            return self._ring.open.document.uri
        return self._ring.last_uri

    # What the editor asks.

    async def next(
        self, document: Document, place: Place | None, folder: Path | None
    ) -> tuple[NextEdit | None, str | None]:
        """The next edit in a document, or the name of the reason why there is none.

        Waits until the last change has settled.  `place` is where to look from, by
        default the end of the last edit.
        """
        while self._task and not self._task.done():
            await asyncio.wait({self._task})
        pending = self.pending
        if pending and pending.uri == document.uri and place is None:
            return pending, None
        document = self._documents.get(document.uri, document)
        last = self._last
        if place is None and last and not last.edit and last.document is document:
            return None, last.reason
        edits = self._edits(folder, document.language)
        where = place or end_of_last(edits, document)
        decision = await self._decide(document, where, folder, invoked=True)
        if decision.edit:
            self._show(decision.edit)
        return decision.edit, decision.reason

    def edits_of(self, id_: str, *, all_: bool = False) -> tuple[Edit, ...] | None:
        """The edits that applying the pending edit makes; None for a stale id.

        `all_`: those of all places that remain of its pattern.
        """
        pending = self.pending
        if pending is None or pending.id != id_:
            return None
        one = Edit(pending.span, pending.new_text)
        document = self._documents.get(pending.uri)
        if not all_ or self._repeated is None or document is None:
            return (one,)
        sites = sites_of(document, self._repeated.template, pending.span.start)
        return without_overlaps(
            (one, *(Edit(site.span, site.new_text) for site in sites))
        )

    def dismiss(self, id_: str | None) -> bool:
        """The user refuses the pending edit; its pattern stays silent from now on."""
        pending = self.pending
        if pending is None or (id_ is not None and pending.id != id_):
            return False
        self._refused.add(pending.key)
        self._last = None
        self._show(None)
        return True

    def refresh(self) -> None:
        """The settings have changed: what is no longer allowed is not shown."""
        self._last = None
        if self.pending and not self._setup(None).repeats:
            self._show(None)

    async def aclose(self) -> None:
        if self._task:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    # Inside.

    def _edits(
        self, folder: Path | None, language: str = ""
    ) -> tuple[SettledEdit, ...]:
        """The settled edits of a workspace folder; those that may no longer be sent are
        forgotten.
        """
        edits = self._ring.edits(folder, language)
        for uri in {edit.uri for edit in edits}:
            if not self._may_send(uri, folder):
                self.closed(uri)
        return self._ring.edits(folder, language)

    def _follow(
        self, before: Document, after: Document, edits: Sequence[Edit]
    ) -> NextEdit | None:
        """Move the pending edit with a change, or drop it; it, if it was made."""
        pending = self.pending
        if pending is None or pending.uri != after.uri:
            return None
        if len(edits) == 1 and makes(before, after, pending):
            self._show(None)
            return pending
        span: Span | None = pending.span
        for edit in edits:
            span = span and moved(span, edit)
        if span is None or text_between(after, span) != pending.old_text:
            self._show(None)
        else:
            self.pending = replace(pending, span=span, version=after.version)
            if self.on_change and span != pending.span:
                self.on_change(self.pending)
        return None

    def _start(self, settled: SettledEdit | None) -> None:
        """Look for the next edit, now or when the open region has settled."""
        if self._task and not self._task.done():
            if settled is None and not self._asking:
                return
            self._task.cancel()
        self._task = asyncio.get_running_loop().create_task(self._look(settled))

    async def _look(self, settled: SettledEdit | None) -> None:
        if settled is not None:
            # A change elsewhere is typing: the search waits until that rests.
            await self._sleep(REST)
            await self._propose(settled)
        undone = self._ring.undone_edits
        while (at := self._ring.settles_at) is not None:
            await self._sleep(max(at - self._clock(), 0))
            if self._ring.settles_at != at:
                continue
            if settled := self._ring.settle(now=True):
                await self._propose(settled)
        # What was undone is not to be repeated either.
        if self._ring.undone_edits != undone:
            self._show(None)

    async def _propose(self, settled: SettledEdit) -> None:
        """Ask the sources after an edit has settled."""
        document = self._documents.get(settled.uri)
        if document is None:
            return
        place = end_of_edit(settled, document)
        decision = await self._decide(document, place, settled.folder, invoked=False)
        if decision.edit:
            self._show(decision.edit)

    async def _decide(
        self, document: Document, place: Place, folder: Path | None, *, invoked: bool
    ) -> NextDecision:
        """Ask the sources, and record what came of it."""
        started = self._clock()
        proposal, reason, source = None, "superseded", None
        self._asking = True
        try:
            proposal, reason, source = await self._proposed(document, place, folder)
            proposal, reason = self._still_true(document, proposal, reason)
        finally:
            self._asking = False
            edit = self._edit(document, proposal) if proposal else None
            decision = NextDecision(
                document=document,
                place=edit.span.start if edit else place,
                invoked=invoked,
                source=source,
                edit=edit,
                reason=None if edit else reason,
                milliseconds=(self._clock() - started) * 1000,
            )
            self._last = decision
            if self.on_decision and (edit is None or edit is not self.pending):
                self.on_decision(decision)
        return decision

    def _still_true(
        self, document: Document, proposal: EditProposal | None, reason: str
    ) -> tuple[EditProposal | None, str]:
        """A proposal for text that has changed meanwhile is dropped."""
        current = self._documents.get(document.uri)
        if proposal and current is not None and current.version != document.version:
            return None, "contradicted"
        return proposal, reason

    async def _proposed(
        self, document: Document, place: Place, folder: Path | None
    ) -> tuple[EditProposal | None, str, str | None]:
        """The first proposal, or the reason of the last source that was asked for none;
        and that source's name.
        """
        setup = self._setup(folder)
        edits = self._edits(folder, document.language)
        reason, asked = "next-edit-off", None
        if setup.repeats:
            asked = REPEAT
            repeated, reason = await find_repetition(
                document, edits, place, frozenset(self._refused)
            )
            if repeated:
                self._repeated = repeated
                return proposal_of(repeated), "", asked
        for source in setup.sources:
            await self._sleep(PAID_WAITS)
            current = self._documents.get(document.uri)
            if current is not None and current.version != document.version:
                return None, "superseded", asked
            asked = source.name
            history = self._edits(folder)
            question = EditQuestion(document, place, history)
            proposal, reason = await source.propose(question)
            if proposal and proposal.key in self._refused:
                proposal, reason = None, "refused-pattern"
            if proposal:
                self._repeated = None
                return proposal, "", asked
        return None, reason, asked

    def _edit(self, document: Document, proposal: EditProposal) -> NextEdit:
        """The proposal as an edit; the pending one, if it proposes that again."""
        pending = self.pending
        if (
            pending
            and (pending.uri, pending.version) == (document.uri, document.version)
            and (pending.span, pending.new_text) == (proposal.span, proposal.new_text)
        ):
            return pending
        return NextEdit(
            id=f"n{next(self._ids)}",
            uri=document.uri,
            version=document.version,
            span=proposal.span,
            old_text=text_between(document, proposal.span),
            new_text=proposal.new_text,
            source=proposal.source,
            confidence=proposal.confidence,
            remaining=proposal.remaining,
            key=proposal.key,
        )

    def _show(self, edit: NextEdit | None) -> None:
        if edit is self.pending:
            return
        self.pending = edit
        if self.on_change:
            self.on_change(edit)
