"""Case files through a whole engine: gate, flight, stream in pieces, reply, offer."""

from __future__ import annotations

from dataclasses import replace

from fim_lsp.api.requests import Delta
from fim_lsp.completion.casefile import Case, CaseOffer, mark_cursor

from .typist import Typist

# The engine names what an empty answer says of the place, the rules what they saw.
SAME = {"nothing-follows": "nothing-visible"}
# Characters of a piece: few enough that every rule meets half a line.
PIECE = 5


async def through_engine(case: Case) -> CaseOffer:
    """Complete as in an editor, the model answering piece by piece."""
    typist = Typist(mark_cursor(case.before, case.after), languages={"*": True})
    typist.document = replace(typist.document, language=case.language)
    typist.engine.opened(typist.document)
    asked = typist.start(case.trigger)
    await typist.clock.advance(1.0)
    if typist.model.streams:
        pieces = typist.model.last.pieces
        for at in range(0, len(case.answer), PIECE):
            pieces.put_nowait(Delta(text=case.answer[at : at + PIECE]))
        pieces.put_nowait(Delta(finish_reason=case.options.get("finish", "stop")))
        pieces.put_nowait(None)
        await typist.clock.advance(1.0)
    offer = await asked
    rules, reason = offer.decision.rules, offer.decision.reason or ""
    if not offer.suggestions:
        reason = SAME.get(reason) or (rules[-1] if rules else reason)
        return CaseOffer("", rules=rules, reason=reason)
    item = offer.suggestions[0]
    covered = item.span.end.column - item.span.start.column
    return CaseOffer(item.text, replaces=covered, rules=rules)
