"""The messages between the server and its echo child process.

A message is a JSON object after its length in bytes, as four bytes.  The server sends
  {"start": folder, "near": path|null, "limits": {…}}  first, and once
  {"may": bool}                           the answer to an `ask`
  {"overlay": path, "lines": […]}         an open document, its lines without ends
  {"forget": path}                        the document was closed; its file counts again
  {"guess": id, "question": {…}}          a question
and the child
  {"ask": path}                           whether a file or folder may be read
  {"ready": lines}                        how many lines can be searched
  {"answer": id, "guess": {…}|null}       the answer to a question
"""

from __future__ import annotations

import json
import struct
from typing import Any

# The length before each message.
HEAD = struct.Struct(">I")
# More bytes than any message has; a greater length means that the stream is damaged.
MOST_BYTES = 16_000_000

FrameMessage = dict[str, Any]


def pack(message: FrameMessage) -> bytes:
    """A message with its length, as it is sent."""
    body = json.dumps(message, ensure_ascii=False, separators=(",", ":")).encode(
        "utf-8", "surrogatepass"
    )
    return HEAD.pack(len(body)) + body


def length_of(head: bytes) -> int:
    """The length in bytes of the body that follows `head`.

    Raises ValueError where no message is so long.
    """
    (length,) = HEAD.unpack(head)
    if length > MOST_BYTES:
        raise ValueError(f"a message of {length} bytes")
    return int(length)


def unpack(body: bytes) -> FrameMessage:
    """The message in a body.  Raises ValueError where the body is not JSON."""
    message: FrameMessage = json.loads(body.decode("utf-8", "surrogatepass"))
    return message
