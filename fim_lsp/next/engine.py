"""The engine of next edits: hears of each change, and answers the editor.

A change goes into the ring of edits.  When the region of the change has settled, the
sources are asked in turn, and the first edit that a source proposes becomes the
pending edit.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path

from ..privacy import touches_key
from ..text import Document, Edit, Place
from .moving import end_of_edit, end_of_last
from .next_edit import REPEAT, EditProposal, NextDecision, NextEdit
from .pending import PendingEdit
from .repeat import Refusals, Repeated, find_repetition
from .ring import EditRing
from .settled import SettledEdit
from .sources import EditQuestion, NextSetup

# Seconds without a further change before a search begins, where the user has moved on
# to another region.
REST = 0.15
# Further seconds before a source that costs money is asked.
PAID_WAITS = 0.1


class NextEdits:
    """The edits of one user, and the pending edit.

    clock, sleep: monotonic time and waiting, in seconds.
    setup: who is asked for documents of a workspace folder.
    may_send: whether a document, given by its URI, of a workspace folder may be sent;
        by default, every document may.
    on_decision: called with each decision.
    """

    def __init__(
        self,
        *,
        clock: Callable[[], float],
        sleep: Callable[[float], Awaitable[None]],
        setup: Callable[[Path | None], NextSetup],
        may_send: Callable[[str, Path | None], Awaitable[bool]] | None = None,
    ) -> None:
        self._clock = clock
        self._sleep = sleep
        self._setup = setup
        self._may_send = may_send
        self._ring = EditRing(clock)
        self._documents: dict[str, Document] = {}
        self._task: asyncio.Task[None] | None = None
        # Whether the task is asking the sources; else it waits for an edit to settle.
        self._asking = False
        self._last: NextDecision | None = None
        self.pending = PendingEdit()
        self.on_decision: Callable[[NextDecision], None] | None = None

    # Documents.

    def changed(
        self,
        before: Document,
        after: Document,
        edits: Sequence[Edit],
        folder: Path | None = None,
    ) -> NextEdit | None:
        """Note a change of a document that may be sent.

        Returns the pending edit if the change is that edit.
        """
        self._documents[after.uri] = after
        taken = self.pending.follow(before, after, edits)
        settled = self._ring.changed(before, after, edits, folder)
        if self._ring.open and self._ring.open.undone:
            # The user may have undone the edits that led to the pending edit.
            self.pending.show(None)
        if taken is not None:
            settled = self._ring.settle(now=True) or settled
        self._start(settled)
        return taken

    def closed(self, uri: str) -> None:
        """The document was closed, or may not be sent any more."""
        self._documents.pop(uri, None)
        self._ring.forget(uri)
        if self.pending.edit and self.pending.edit.uri == uri:
            self.pending.show(None)

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

        Waits until the last change has settled.  The search begins at `place`, by
        default the end of the last edit.
        """
        while self._task and not self._task.done():
            await asyncio.wait({self._task})
        pending = self.pending.edit
        if pending and pending.uri == document.uri and place is None:
            return pending, None
        document = self._documents.get(document.uri, document)
        last = self._last
        if place is None and last and not last.edit and last.document is document:
            return None, last.reason
        edits = await self._edits(folder, document.language)
        where = place or end_of_last(edits, document)
        decision = await self._decide(document, where, folder, invoked=True)
        if decision.edit:
            self.pending.show(decision.edit)
        return decision.edit, decision.reason

    def edits_of(self, id_: str, *, all_: bool = False) -> tuple[Edit, ...] | None:
        """What applying the pending edit changes; None if `id_` is not its id.

        With `all_`, all places that remain of its pattern are changed.
        """
        pending = self.pending.edit
        document = self._documents.get(pending.uri) if pending and all_ else None
        refusals = self._refusals(document) if document else Refusals()
        return self.pending.edits(id_, document, refusals)

    def dismiss(self, id_: str | None) -> bool:
        """Drop the pending edit, and refuse others of its kind from now on.

        Returns False if `id_` is not the id of the pending edit.
        """
        is_dismissed = self.pending.dismiss(id_)
        if is_dismissed:
            self._last = None
        return is_dismissed

    def refresh(self) -> None:
        """The settings have changed: hide a pending edit if next edits are now off."""
        self._last = None
        if self.pending.edit and not self._setup(None).repeats:
            self.pending.show(None)

    async def aclose(self) -> None:
        if self._task:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    # Inside.

    async def _edits(
        self, folder: Path | None, language: str = ""
    ) -> tuple[SettledEdit, ...]:
        """The settled edits of a workspace folder in a language, or in all of them.

        Edits of documents that may no longer be sent are forgotten first.
        """
        edits = self._ring.edits(folder, language)
        for uri in {edit.uri for edit in edits}:
            if self._may_send and not await self._may_send(uri, folder):
                self.closed(uri)
        return self._ring.edits(folder, language)

    def _refusals(self, document: Document) -> Refusals:
        """What the user does not want in a document."""
        lines = self._ring.undone_lines(document)
        return Refusals(frozenset(self.pending.refused), lines)

    def _start(self, settled: SettledEdit | None) -> None:
        """Look for the next edit, now or when the open region has settled."""
        if self._task and not self._task.done():
            if settled is None and not self._asking:
                return
            self._task.cancel()
        self._task = asyncio.get_running_loop().create_task(self._look(settled))

    async def _look(self, settled: SettledEdit | None) -> None:
        """Search after `settled`, and after each region that settles from now on."""
        if settled is not None:
            # The change elsewhere may be typing; the search waits for a rest.
            await self._sleep(REST)
            await self._propose(settled)
        undone = self._ring.undone_edits
        while (at := self._ring.settles_at) is not None:
            await self._sleep(max(at - self._clock(), 0))
            if self._ring.settles_at != at:
                continue
            if settled := self._ring.settle(now=True):
                await self._propose(settled)
        # An edit that was undone should not be proposed elsewhere.
        if self._ring.undone_edits != undone:
            self.pending.show(None)

    async def _propose(self, settled: SettledEdit) -> None:
        """Ask the sources after an edit has settled."""
        document = self._documents.get(settled.uri)
        if document is None:
            return
        place = end_of_edit(settled, document)
        decision = await self._decide(document, place, settled.folder, invoked=False)
        if decision.edit:
            self.pending.show(decision.edit)

    async def _decide(
        self, document: Document, place: Place, folder: Path | None, *, invoked: bool
    ) -> NextDecision:
        """Ask the sources, and record the decision."""
        started = self._clock()
        proposal, reason, source = None, "superseded", None
        self._asking = True
        try:
            proposal, reason, source = await self._proposed(document, place, folder)
            proposal, reason = self._still_true(document, proposal, reason)
        finally:
            self._asking = False
            edit = self.pending.named(document, proposal) if proposal else None
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
            if self.on_decision and (edit is None or edit is not self.pending.edit):
                self.on_decision(decision)
        return decision

    def _may_be_told(self, edit: SettledEdit) -> bool:
        """Whether a model may hear of an edit: not if it is a part of a private key,
        whose first line may have been written later than the edit.
        """
        document = self._documents.get(edit.uri)
        return not edit.in_key and (
            document is None
            or not touches_key(document.lines, edit.line, edit.line + len(edit.new))
        )

    def _still_true(
        self, document: Document, proposal: EditProposal | None, reason: str
    ) -> tuple[EditProposal | None, str]:
        """Drop a proposal if the document has changed since the sources were asked."""
        current = self._documents.get(document.uri)
        if proposal and current is not None and current.version != document.version:
            return None, "contradicted"
        return proposal, reason

    async def _proposed(
        self, document: Document, place: Place, folder: Path | None
    ) -> tuple[EditProposal | None, str, str | None]:
        """The first proposal, a reason, and the name of the source asked last.

        The reason is empty with a proposal; without one, it is the last source's.
        """
        setup = self._setup(folder)
        edits = await self._edits(folder, document.language)
        reason, asked = "next-edit-off", None
        if setup.repeats:
            asked = REPEAT
            repeated, reason = await find_repetition(
                document, edits, place, self._refusals(document)
            )
            if repeated:
                self.pending.repeated = repeated
                return _proposal_of(repeated), "", asked
        for source in setup.sources:
            await self._sleep(PAID_WAITS)
            current = self._documents.get(document.uri)
            if current is not None and current.version != document.version:
                return None, "superseded", asked
            asked = source.name
            edits_so_far = await self._edits(folder)
            history = tuple(filter(self._may_be_told, edits_so_far))
            question = EditQuestion(document, place, history)
            proposal, reason = await source.propose(question)
            if proposal and proposal.key in self.pending.refused:
                proposal, reason = None, "refused-pattern"
            if proposal:
                self.pending.repeated = None
                return proposal, "", asked
        return None, reason, asked


def _proposal_of(repeated: Repeated) -> EditProposal:
    return EditProposal(
        span=repeated.site.span,
        new_text=repeated.site.new_text,
        source=REPEAT,
        confidence=repeated.confidence,
        key=repeated.template.key,
        remaining=len(repeated.sites),
    )
