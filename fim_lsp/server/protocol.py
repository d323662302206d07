"""Answers each message exactly once, where pygls' own protocol does not.

pygls does not answer params of the wrong shape, and sends tracebacks to the client.
Here each message is checked before pygls dispatches it, and all failures end in one
reporter.  No other file uses private names of pygls.
"""

from __future__ import annotations

import asyncio
import contextvars
import itertools
import json
import logging
from collections.abc import Mapping
from concurrent.futures import Future
from enum import Enum
from typing import Any, Protocol, TypeVar

from lsprotocol import types as lsp
from pygls.exceptions import JsonRpcException
from pygls.protocol import LanguageServerProtocol

from ..text import Encoding
from .lenient import id_of, needed_params, without_odd_tokens

log = logging.getLogger(__name__)

# Methods that pygls handles by itself, and that the features handle instead: its
# documents split lines wrongly, its `exit` ends the interpreter, its commands cannot be
# cancelled.
_REPLACED = (
    lsp.SHUTDOWN,
    lsp.EXIT,
    lsp.TEXT_DOCUMENT_DID_OPEN,
    lsp.TEXT_DOCUMENT_DID_CHANGE,
    lsp.TEXT_DOCUMENT_DID_CLOSE,
    lsp.NOTEBOOK_DOCUMENT_DID_OPEN,
    lsp.NOTEBOOK_DOCUMENT_DID_CHANGE,
    lsp.NOTEBOOK_DOCUMENT_DID_CLOSE,
    lsp.WORKSPACE_DID_CHANGE_WORKSPACE_FOLDERS,
    lsp.WORKSPACE_EXECUTE_COMMAND,
    lsp.WINDOW_WORK_DONE_PROGRESS_CANCEL,
)

_NOT_INITIALIZED = lsp.ErrorCodes.ServerNotInitialized
_INVALID_REQUEST = lsp.ErrorCodes.InvalidRequest

MessageId = int | str

T = TypeVar("T")


class Writer(Protocol):
    """Where answers go; `write` never blocks."""

    def write(self, data: bytes) -> object: ...

    def close(self) -> object: ...


class Phase(Enum):
    """Where the conversation stands."""

    NEW = "new"
    RUNNING = "running"
    SHUT_DOWN = "shut down"


class Host(Protocol):
    """The server, which the protocol tells what it reads and what went wrong."""

    def meet(self, params: Mapping[str, Any]) -> Encoding:
        """Note the raw params of `initialize`; the unit of columns that is spoken."""
        ...

    def report(self, error: BaseException) -> None:
        """Log a fault of the server's own."""
        ...


class FimProtocol(LanguageServerProtocol):
    """One conversation with one client."""

    def __init__(self, server: Any, converter: Any) -> None:
        self.phase = Phase.NEW
        self.answers: Writer | None = None
        self._host: Host = server
        self._encoding: Encoding = "utf-16"
        # The ids of our own questions that are not answered yet.
        self._asked: set[MessageId] = set()
        self._numbers = itertools.count(1)
        super().__init__(server, converter)

    def _register_builtin_features(self) -> None:
        super()._register_builtin_features()  # type: ignore[no-untyped-call]  # pygls
        for method in _REPLACED:
            self.fm.builtin_features.pop(method, None)

    # Converting between values of lsprotocol and raw JSON.

    def structured(self, raw: Any, kind: type[T]) -> T:
        """Raw JSON as a value of lsprotocol; raises what cattrs raises."""
        return self._converter.structure(raw, kind)

    def as_json(self, value: Any) -> Any:
        """A value of lsprotocol as raw JSON."""
        return self._converter.unstructure(value)

    # What comes in.

    def receive(self, body: bytes) -> None:
        """Take one message.  Never raises: what is wrong is answered or logged."""
        try:
            self._receive(body)
        except Exception as error:  # noqa: BLE001  one message must not end the rest
            self._report(error)

    def _receive(self, body: bytes) -> None:
        try:
            message = json.loads(body)
        except (ValueError, RecursionError):
            log.warning("A message of %d bytes is not JSON.", len(body))
            self._refuse(None, lsp.ErrorCodes.ParseError, "The message is not JSON.")
            return
        if not isinstance(message, dict) or message.get("jsonrpc") != "2.0":
            self._refuse(id_of(message), _INVALID_REQUEST, "Not a JSON-RPC message.")
        elif "method" not in message:
            self._receive_response(message)
        elif not isinstance(message["method"], str):
            self._refuse(id_of(message), _INVALID_REQUEST, "The method has no name.")
        elif "id" in message:
            self._receive_request(message)
        else:
            self._receive_notification(message)

    def refuse_too_long(self) -> None:
        """Answer a message that claims to be longer than any may be."""
        log.warning("A message was refused because of its length.")
        self._refuse(None, _INVALID_REQUEST, "The message is too long.")

    def cancel_all(self) -> None:
        """Cancel every request that is not answered yet, ours and theirs."""
        for future in tuple(self._request_futures.values()):
            future.cancel()

    def _receive_request(self, message: dict[str, Any]) -> None:
        id_, method = id_of(message), message["method"]
        if id_ is None:
            self._refuse(None, _INVALID_REQUEST, "The id must be a number or text.")
        elif self.phase is Phase.NEW and method != lsp.INITIALIZE:
            self._refuse(id_, _NOT_INITIALIZED, "The first request is initialize.")
        elif self.phase is Phase.SHUT_DOWN:
            self._refuse(id_, _INVALID_REQUEST, "The server is shut down.")
        elif self.phase is Phase.RUNNING and method == lsp.INITIALIZE:
            self._refuse(id_, _INVALID_REQUEST, "The server is initialized already.")
        elif id_ in self._request_futures:
            self._refuse(id_, _INVALID_REQUEST, "The id is in use.")
        elif not self._is_request(method):
            # A client that adds an id to a notification still means a notification.
            self._receive_notification(message)
            self._send_response(id_, result=None)
        elif not self._knows(method):
            code = lsp.ErrorCodes.MethodNotFound
            self._refuse(id_, code, f"There is no method {method[:100]}.")
        else:
            self._dispatch_request(id_, method, message)

    def _dispatch_request(
        self, id_: MessageId, method: str, message: dict[str, Any]
    ) -> None:
        try:
            params = self._params(method, message)
        except JsonRpcException:
            log.info("The params of request %s have the wrong shape.", method)
            code = lsp.ErrorCodes.InvalidParams
            self._refuse(id_, code, f"The params of {method} have the wrong shape.")
            return
        if method == lsp.INITIALIZE:
            self.phase = Phase.RUNNING
        elif method == lsp.SHUTDOWN:
            self.phase = Phase.SHUT_DOWN
        log.debug("Request %s: %s", id_, method)
        contextvars.copy_context().run(self._handle_request, id_, method, params)

    def _params(self, method: str, message: dict[str, Any]) -> Any:
        """The params as pygls' types; JsonRpcException where they have another shape.

        Parts that are not needed are left out where the params are not readable with
        them.
        """
        raw = message.get("params")
        if isinstance(raw, dict):
            raw = without_odd_tokens(raw)
            message = message | {"params": raw}
        if method == lsp.INITIALIZE and isinstance(raw, dict):
            self._encoding = self._host.meet(raw)
        try:
            return self.structure_message(message).params
        except JsonRpcException:
            needed = needed_params(method, raw, self._encoding)
            if needed is None:
                raise
            log.info("Some params of %s have the wrong shape.", method)
            return self.structure_message(message | {"params": needed}).params

    def _receive_notification(self, message: dict[str, Any]) -> None:
        method, params = message["method"], message.get("params")
        if self.phase is not Phase.RUNNING and method != lsp.EXIT:
            log.info("Notification %s came too early or too late.", method[:100])
            return
        if method != lsp.CANCEL_REQUEST and not self._knows(method):
            log.debug("Notification %s is unknown.", method[:100])
            return
        if self._is_request(method):
            log.info("The request %s came without an id.", method)
            return
        if self.get_message_type(method) is not None:
            try:
                params = self.structure_message(message).params
            except JsonRpcException:
                log.warning("The params of %s have the wrong shape.", method)
                return
        log.debug("Notification %s", method)
        contextvars.copy_context().run(self._handle_notification, method, params)

    def _receive_response(self, message: dict[str, Any]) -> None:
        id_ = id_of(message)
        if id_ not in self._asked:
            log.info("An answer came that nobody waits for.")
            return
        self._asked.discard(id_)
        future = self._request_futures.pop(id_, None)
        if future is None or future.done():
            return
        if isinstance(error := message.get("error"), dict):
            text, code = str(error.get("message")), error.get("code")
            number = code if isinstance(code, int) else None
            future.set_exception(JsonRpcException(text, code=number))
        else:
            future.set_result(message.get("result"))

    def _knows(self, method: str) -> bool:
        return method in self.fm.builtin_features or method in self.fm.features

    def _is_request(self, method: str) -> bool:
        """Whether a method wants an answer; unknown ones do where they have an id."""
        if method in (lsp.CANCEL_REQUEST, lsp.EXIT):
            return False
        types = lsp.METHOD_TO_TYPES.get(method)
        return types is None or types[1] is not None

    def _handle_cancel_notification(self, msg_id: Any) -> None:
        is_id = isinstance(msg_id, int | str)  # pygls accepts an id of any type
        if not is_id or msg_id in self._asked:
            log.info("A cancel names no request.")
        elif (future := self._request_futures.get(msg_id)) is not None:
            future.cancel()

    # What goes out.

    async def ask(self, method: str, params: Any) -> Any:
        """The client's raw result; raises JsonRpcException where it is an error."""
        id_ = f"fim-lsp-{next(self._numbers)}"
        self._asked.add(id_)
        try:
            question = self.send_request(method, params, msg_id=id_)
            return await asyncio.wrap_future(question)
        finally:
            self._asked.discard(id_)
            self._request_futures.pop(id_, None)

    def _send_handler_result(self, future: Future[Any], *, msg_id: MessageId) -> None:
        if self._request_futures.get(msg_id) is future:
            del self._request_futures[msg_id]
        if future.cancelled():
            self._refuse(msg_id, lsp.LSPErrorCodes.RequestCancelled, "Cancelled.")
            return
        try:
            self._send_response(msg_id, result=future.result())
        except JsonRpcException as error:
            self._refuse(msg_id, error.code, error.message)
        except Exception as error:  # noqa: BLE001  the one reporter
            self._report(error)
            code = lsp.ErrorCodes.InternalError
            self._refuse(
                msg_id, code, "Something went wrong inside fim-lsp; see its log."
            )

    def _check_handler_result(self, future: Future[Any]) -> None:
        if not future.cancelled() and (error := future.exception()) is not None:
            self._report(error)

    def _report(self, error: BaseException) -> None:
        self._host.report(error)

    def _refuse(self, id_: MessageId | None, code: int, sentence: str) -> None:
        self._send_data(
            {
                "jsonrpc": "2.0",
                "id": id_,
                "error": {"code": int(code), "message": sentence},
            }
        )

    def _send_data(self, data: Any) -> None:
        if self.answers is None:
            return
        body = json.dumps(data, default=self._serialize_message).encode()
        self.answers.write(b"Content-Length: %d\r\n\r\n%b" % (len(body), body))
