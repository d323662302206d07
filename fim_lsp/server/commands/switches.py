"""accepted, toggle, snooze, allowFile, clearCache."""

from __future__ import annotations

from typing import Any

from ...reasons import reason_of
from ...session.snooze import clock_time
from .call import Command

# The length of a snooze that names none.
DEFAULT_MINUTES = 30


async def accepted(call: Command) -> None:
    """`[id]`: the editor took a suggestion.  The text has told so already."""
    if (id_ := call.text("id")) is not None:
        call.server.session.accepted(id_)


async def toggle(call: Command) -> Any:
    """`[on?]`: completion on or off; without a value, the other."""
    wish = call.first if isinstance(call.first, bool) else None
    on = call.server.session.settings.toggle(wish)
    return call.say(f"Completion is {'on' if on else 'off'}.") | {"enabled": on}


async def snooze(call: Command) -> Any:
    """`[{"minutes"?}]`: no automatic completion for so long; 0 ends the pause."""
    minutes = call.option("minutes")
    if not isinstance(minutes, int | float) or isinstance(minutes, bool):
        minutes = DEFAULT_MINUTES
    pause = call.server.session.snooze
    pause.start(minutes)
    if pause.until is None:
        return call.say("Completion is automatic again.") | {"until": None}
    sentence = f"Nothing is completed automatically until {clock_time(pause.until)}."
    return call.say(sentence) | {"until": pause.until}


async def allow_file(call: Command) -> Any:
    """`[uri]`: a file that is ignored by git may be completed, for this session.

    Other files that are never sent stay so, and the answer says why.
    """
    uri = call.text("uri")
    if uri is None:
        return call.say("Name the file to allow by its URI.")
    privacy, folder = call.server.session.privacy, call.server.documents.folder(uri)
    privacy.allow(uri)
    if refusal := await privacy.check(uri, folder):
        reason = reason_of(refusal)
        sentence = f"This file is still not completed because {reason.because}."
        return call.say(f"{sentence} {reason.way_out}".rstrip()) | {"allowed": False}
    sentence = "This file may be completed until the server ends."
    return call.say(sentence) | {"allowed": True}


async def clear_cache(call: Command) -> Any:
    call.server.session.engine.clear()
    return call.say("The answers that were kept are forgotten.")
