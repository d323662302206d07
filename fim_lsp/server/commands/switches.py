"""fim-lsp.accepted, toggle, snooze, allowFile, clearCache."""

from __future__ import annotations

from typing import Any

from ...reasons import reason_of
from ...session.snooze import clock_time
from .call import Command

# The minutes of a pause if the arguments name none.
DEFAULT_MINUTES = 30


async def accepted(call: Command) -> None:
    """`[id]`: counts a suggestion as accepted, unless its text has shown that."""
    if (id_ := call.text("id")) is not None:
        call.server.session.accepted(id_)


async def toggle(call: Command) -> Any:
    """`[on?]`: switches completion on or off, by default to the other state."""
    wanted = call.first if isinstance(call.first, bool) else None
    on = call.server.session.settings.toggle(wanted)
    return call.say(f"Completion is {'on' if on else 'off'}.") | {"enabled": on}


async def snooze(call: Command) -> Any:
    """`[{"minutes"?}]`: pauses automatic completion; 0 minutes end the pause."""
    minutes = call.number("minutes")
    pause = call.server.session.snooze
    pause.start(DEFAULT_MINUTES if minutes is None else minutes)
    if pause.until is None:
        return call.say("Completion is automatic again.") | {"until": None}
    sentence = f"Nothing is completed automatically until {clock_time(pause.until)}."
    return call.say(sentence) | {"until": pause.until}


async def allow_file(call: Command) -> Any:
    """`[uri]`: allows completion in a file that git ignores, until the server ends.

    A file that is never sent for another reason is not allowed; the answer says why.
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
    """Forget the answers that are kept for reuse."""
    call.server.session.engine.clear()
    return call.say("The answers that were kept are forgotten.")
