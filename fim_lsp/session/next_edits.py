"""Next edits among the decisions and counts of completion."""

from __future__ import annotations

from ..completion.decision import Decision, Outcome, Timings, Trigger
from ..money.counts import COMPLETION, NEXT_EDIT
from ..next.next_edit import NextDecision


def as_decision(decision: NextDecision, now: float) -> Decision:
    """A decision about the next edit as `why` shows it; `now` in epoch seconds.

    The id of an offer is the edit's own; a silence gets its id from the journal.
    """
    edit = decision.edit
    return Decision(
        id=edit.id if edit else "",
        time=now,
        uri=decision.document.uri,
        language=decision.document.language,
        place=decision.place,
        trigger=Trigger.INVOKED if decision.invoked else Trigger.AUTOMATIC,
        outcome=Outcome.NEXT_EDIT if edit else Outcome.SILENT,
        reason=decision.reason,
        source=decision.source,
        timings=Timings(total=decision.milliseconds),
        shown=(edit.new_text or edit.old_text) if edit else "",
        reply=edit.id if edit else None,
    )


def kind_of(decision: Decision) -> str:
    """What a decision is counted as."""
    return NEXT_EDIT if decision.outcome is Outcome.NEXT_EDIT else COMPLETION
