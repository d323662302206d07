"""initialize, initialized, shutdown, exit."""

from __future__ import annotations

from lsprotocol import types as lsp

from .. import parent
from ..documents import Documents
from ..server import FimServer
from . import configuration


def initialize(ls: FimServer, params: lsp.InitializeParams) -> None:
    ls.documents = Documents(ls.client.capabilities.encoding, _folders(params))
    ls.session.privacy.uri_of = ls.documents.notebooks.uri_of
    if not ls.client.capabilities.needs_menu:
        # Those who draw inline completions need no menu to open by itself.
        ls.protocol.fm.feature_options.pop(lsp.TEXT_DOCUMENT_COMPLETION, None)
    configuration.initial(ls, params.initialization_options)
    # A number that names no process here is of another container or machine.
    if params.process_id is not None and parent.is_alive(params.process_id):
        ls.spawn(_end_with(ls, params.process_id))


def initialized(ls: FimServer, params: lsp.InitializedParams) -> None:
    del params
    ls.notices.open()
    ls.spawn(configuration.subscribe(ls))
    ls.spawn(ls.session.warm_up())


def shutdown(ls: FimServer, params: object) -> None:
    """Answer what is still open; files and streams are closed at the end."""
    del params
    ls.protocol.cancel_all()


def exit_(ls: FimServer, params: object) -> None:
    del params
    ls.end()


async def _end_with(ls: FimServer, process_id: int) -> None:
    await parent.until_gone(process_id)
    ls.end()


def _folders(params: lsp.InitializeParams) -> list[str]:
    """The workspace folders' URIs; older clients know a root only."""
    if params.workspace_folders is not None:
        return [folder.uri for folder in params.workspace_folders]
    if params.root_uri is not None:
        return [params.root_uri]
    return [f"file://{params.root_path}"] if params.root_path else []
