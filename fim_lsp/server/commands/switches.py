"""accepted, toggle, allowFile, clearCache."""

from __future__ import annotations

from typing import Any

from .call import Command


async def accepted(call: Command) -> None:
    """`[id]`: the editor took a suggestion.  The text has told so already."""
    if (id_ := call.text("id")) is not None:
        call.server.session.accepted(id_)


async def toggle(call: Command) -> Any:
    """`[on?]`: completion on or off; without a value, the other."""
    wish = call.first if isinstance(call.first, bool) else None
    on = call.server.session.settings.toggle(wish)
    return call.say(f"Completion is {'on' if on else 'off'}.") | {"enabled": on}


async def allow_file(call: Command) -> Any:
    """`[uri]`: a file that is ignored by git may be completed, for this session."""
    uri = call.text("uri")
    if uri is None:
        return call.say("Name the file to allow by its URI.")
    call.server.session.privacy.allow(uri)
    return call.say("This file may be completed until the server ends.")


async def clear_cache(call: Command) -> Any:
    call.server.session.engine.clear()
    return call.say("The answers that were kept are forgotten.")
