"""Case files through a whole engine: gate, flight, stream in pieces, reply, offer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from fim_lsp.api.requests import Delta
from fim_lsp.completion.casefile import Case, CaseOffer

from .clock import settle
from .typist import Typist

# The engine names what an empty answer says of the place, the rules what they saw.
SAME = {"nothing-follows": "nothing-visible"}
# Characters of a piece: few enough that every rule meets half a line.
PIECE = 5

# A piece of an answer, and the seconds that pass before it comes.
TimedPiece = tuple[float, str]


def even_pieces(answer: str) -> list[TimedPiece]:
    return [(0.0, answer[at : at + PIECE]) for at in range(0, len(answer), PIECE)]


async def through_engine(
    case: Case, pieces: Sequence[TimedPiece] | None = None
) -> CaseOffer:
    """Complete as in an editor, the model answering piece by piece."""
    before, after = (text.replace("$0", r"\$0") for text in (case.before, case.after))
    typist = Typist(f"{before}$0{after}", languages={"*": True})
    typist.document = replace(typist.document, language=case.language)
    typist.engine.opened(typist.document)
    asked = typist.start(case.trigger)
    await typist.clock.advance(1.0)
    if typist.model.streams:
        stream = typist.model.last
        for pause, piece in even_pieces(case.answer) if pieces is None else pieces:
            if pause:
                await typist.clock.advance(pause)
            stream.pieces.put_nowait(Delta(text=piece))
        finish = case.options.get("finish", "stop")
        stream.pieces.put_nowait(Delta(finish_reason=finish))
        stream.pieces.put_nowait(None)
        await settle()
    await typist.clock.advance(1.0)
    offer = await asked
    await typist.engine.aclose()
    rules, reason = offer.decision.rules, offer.decision.reason or ""
    if not offer.suggestions:
        reason = SAME.get(reason) or (rules[-1] if rules else reason)
        return CaseOffer("", rules=rules, reason=reason)
    item = offer.suggestions[0]
    covered = item.span.end.column - item.span.start.column
    return CaseOffer(item.text, replaces=covered, rules=rules)
