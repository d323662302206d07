"""workspace/configuration, workspace/didChangeConfiguration, initializationOptions.

Several clients send empty settings by habit.  Empty settings do not count, and those of
`initialize` stay in force.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any

from lsprotocol import types as lsp

from ..client import NoAnswer
from ..server import FimServer

log = logging.getLogger(__name__)

# The section of the client's settings that belongs to the server.
SECTION = "fim-lsp"
# The most seconds that the client may take to answer.
_SECONDS = 5.0


def initial(ls: FimServer, options: Any) -> None:
    """Apply the settings in the `initializationOptions`."""
    ls.initial_settings = _values(options)
    _apply(ls, {})


async def subscribe(ls: FimServer) -> None:
    """Ask for the settings, and to be told when they change."""
    if ls.client.capabilities.registers_configuration:
        registration = lsp.Registration(
            id=SECTION,
            method=lsp.WORKSPACE_DID_CHANGE_CONFIGURATION,
            register_options={"section": SECTION},
        )
        await _ask(
            ls,
            lsp.CLIENT_REGISTER_CAPABILITY,
            lsp.RegistrationParams([registration]),
        )
    if ls.client.capabilities.pulls_configuration:
        await _pull(ls, {})


def did_change(ls: FimServer, params: lsp.DidChangeConfigurationParams) -> None:
    if ls.client.capabilities.pulls_configuration:
        ls.spawn(_pull(ls, params.settings))
    else:
        _apply(ls, params.settings)


async def _pull(ls: FimServer, otherwise: Any) -> None:
    """Ask the client for its settings and apply them; without an answer `otherwise`."""
    item = lsp.ConfigurationItem(section=SECTION)
    answer = await _ask(
        ls, lsp.WORKSPACE_CONFIGURATION, lsp.ConfigurationParams([item])
    )
    pulled = answer[0] if isinstance(answer, list) and answer else None
    _apply(ls, pulled if _values(pulled) else otherwise)


async def _ask(ls: FimServer, method: str, params: Any) -> Any:
    try:
        return await ls.client.ask(method, params, seconds=_SECONDS)
    except NoAnswer:
        log.info("The client did not answer %s.", method)
        return None


def _apply(ls: FimServer, values: Any) -> None:
    ls.configure(_values(values) or ls.initial_settings)


def _values(raw: Any) -> Mapping[str, Any]:
    """The server's settings in `raw`, which may be in a table under its name."""
    if not isinstance(raw, Mapping):
        return {}
    ours = raw.get(SECTION)
    return ours if isinstance(ours, Mapping) else raw
