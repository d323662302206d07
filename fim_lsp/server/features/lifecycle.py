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
        # A client that draws inline completions need not open a menu as well.
        ls.protocol.fm.feature_options.pop(lsp.TEXT_DOCUMENT_COMPLETION, None)
    configuration.initial(ls, params.initialization_options)
    # An id without a process here is that of a process in another container or machine.
    if params.process_id is not None and parent.is_alive(params.process_id):
        ls.spawn(_end_with(ls, params.process_id))


def initialized(ls: FimServer, params: lsp.InitializedParams) -> None:
    del params
    ls.notices.open()
    ls.spawn(configuration.subscribe(ls))
    ls.spawn(ls.session.warm_up())


def shutdown(ls: FimServer, params: object) -> None:
    """Cancel the requests that are still open; `exit` closes files and streams."""
    del params
    ls.protocol.cancel_all()


def exit_(ls: FimServer, params: object) -> None:
    del params
    ls.end()


async def _end_with(ls: FimServer, process_id: int) -> None:
    await parent.until_gone(process_id)
    ls.end()


def _folders(params: lsp.InitializeParams) -> list[str]:
    """The URIs of the workspace folders; older clients have only a root."""
    if params.workspace_folders is not None:
        return [folder.uri for folder in params.workspace_folders]
    if params.root_uri is not None:
        return [params.root_uri]
    return [f"file://{params.root_path}"] if params.root_path else []
