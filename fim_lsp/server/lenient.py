"""Corrects harmless mistakes in the messages of clients."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lsprotocol import types as lsp


def needed_params(method: str, params: Any, encoding: str) -> Mapping[str, Any] | None:
    """The parts of params that the server needs, as clients may misspell the others."""
    match method, params:
        case lsp.INITIALIZE, dict():
            # The server reads the raw capabilities itself; pygls needs the encoding.
            general = {"general": {"positionEncodings": [encoding]}}
            return {**params, "capabilities": general}
        case lsp.TEXT_DOCUMENT_CODE_ACTION, {"context": dict() as context}:
            return {**params, "context": {**context, "diagnostics": []}}
    return None


def without_odd_tokens(params: dict[str, Any]) -> dict[str, Any]:
    """`params` without tokens that are neither a number nor a text."""
    return {
        name: value
        for name, value in params.items()
        if name not in {"workDoneToken", "partialResultToken"} or is_id(value)
    }


def is_id(value: object) -> bool:
    return isinstance(value, int | str) and not isinstance(value, bool)


def id_of(message: Any) -> Any:
    """The id of `message`, None where it has none that may be answered."""
    id_ = message.get("id") if isinstance(message, Mapping) else None
    return id_ if is_id(id_) else None
