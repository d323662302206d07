"""What the server and its echo child say to each other: JSON with a length before it.

Each message is four bytes of length, then a JSON object.  The server says
  {"start": folder, "near": path|null, "limits": {…}}  once, first
  {"may": bool}                           the answer to an `ask`
  {"overlay": path, "lines": […]}         an open document, lines without ends
  {"forget": path}                        it was closed; the file counts again
  {"guess": id, "question": {…}}
and the child
  {"ask": path}                           may this be read?
  {"ready": lines}                        how many lines can be searched
  {"answer": id, "guess": {…}|null}
"""

from __future__ import annotations

import json
import struct
from typing import Any

HEAD = struct.Struct(">I")
# Far above any message we send; a longer one means that the stream is not ours.
MOST_BYTES = 16_000_000

FrameMessage = dict[str, Any]


def pack(message: FrameMessage) -> bytes:
    body = json.dumps(message, ensure_ascii=False, separators=(",", ":")).encode(
        "utf-8", "surrogatepass"
    )
    return HEAD.pack(len(body)) + body


def length_of(head: bytes) -> int:
    """The length of the body that follows `head`; ValueError when it cannot be."""
    (length,) = HEAD.unpack(head)
    if length > MOST_BYTES:
        raise ValueError(f"a message of {length} bytes")
    return int(length)


def unpack(body: bytes) -> FrameMessage:
    message: FrameMessage = json.loads(body.decode("utf-8", "surrogatepass"))
    return message
