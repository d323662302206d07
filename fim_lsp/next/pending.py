"""The pending edit: the one proposed edit that the user can apply or dismiss now."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Hashable, Sequence
from dataclasses import replace

from ..text import Document, Edit, Span, text_between
from .moving import makes, moved, without_overlaps
from .next_edit import EditProposal, NextEdit
from .repeat import Refusals, Repeated, sites_of


class PendingEdit:
    """Follows the text as it changes, and remembers what the user dismissed.

    edit: the pending edit; None while there is none.
    repeated: the pattern of which the pending edit is one place; None for the edit of
        a model.
    refused: the keys of the edits that the user dismissed.
    on_change: called with each new pending edit, and with None when it is gone.
    """

    def __init__(self) -> None:
        self.edit: NextEdit | None = None
        self.repeated: Repeated | None = None
        self.refused: set[Hashable] = set()
        self.on_change: Callable[[NextEdit | None], None] | None = None
        self._ids = itertools.count(1)

    def show(self, edit: NextEdit | None) -> None:
        """Make `edit` the pending one."""
        if edit is self.edit:
            return
        self.edit = edit
        if self.on_change:
            self.on_change(edit)

    def follow(
        self, before: Document, after: Document, edits: Sequence[Edit]
    ) -> NextEdit | None:
        """Move the pending edit with a change, or drop it if the change touches it.

        Returns the pending edit if the change is that edit.
        """
        pending = self.edit
        if pending is None or pending.uri != after.uri:
            return None
        if len(edits) == 1 and makes(before, after, pending):
            self.show(None)
            return pending
        span: Span | None = pending.span
        for edit in edits:
            span = span and moved(span, edit)
        if span is None or text_between(after, span) != pending.old_text:
            self.show(None)
        else:
            self.edit = replace(pending, span=span, version=after.version)
            if self.on_change and span != pending.span:
                self.on_change(self.edit)
        return None

    def named(self, document: Document, proposal: EditProposal) -> NextEdit:
        """A proposal with an id of its own; the pending edit if it is the same."""
        pending = self.edit
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

    def edits(
        self, id_: str, document: Document | None, refusals: Refusals
    ) -> tuple[Edit, ...] | None:
        """What applying the pending edit changes; None if `id_` is not its id.

        With a document, all places in it that remain of the pattern are changed too.
        """
        pending = self.edit
        if pending is None or pending.id != id_:
            return None
        one = Edit(pending.span, pending.new_text)
        if self.repeated is None or self.repeated.is_run or document is None:
            return (one,)
        template, place = self.repeated.template, pending.span.start
        sites = sites_of(document, template, place, refusals)
        return without_overlaps(
            (one, *(Edit(site.span, site.new_text) for site in sites))
        )

    def dismiss(self, id_: str | None) -> bool:
        """Drop the pending edit, and refuse others of its kind from now on.

        Returns False if `id_` is not the id of the pending edit.
        """
        pending = self.edit
        if pending is None or (id_ is not None and pending.id != id_):
            return False
        self.refused.add(pending.key)
        self.show(None)
        return True
