"""The paths that URIs of clients name."""

from __future__ import annotations

import os
import re
from pathlib import Path
from urllib.parse import unquote

# The beginning of a path on Windows, such as `/C:/project`.
_DRIVE = re.compile(r"/[A-Za-z]:")


def path_of(uri: str) -> Path | None:
    """The absolute path that a `file` URI names; None for any other URI.

    `file://` alone, which Neovim sends for a buffer without a name, is None as well.
    `#` and `?` are taken as parts of the file's name, because some clients do not
    escape them, and no client sends a query with a `file` URI.
    """
    scheme, colon, rest = uri.partition(":")
    if not colon or scheme.lower() != "file":
        return None
    host, path = "", rest
    if rest.startswith("//"):
        host, slash, path = rest[2:].partition("/")
        path = slash + path
    path = unquote(path, errors="surrogateescape")
    if "\0" in path or not path.startswith("/"):
        return None
    if host and host.lower() != "localhost":
        return Path(f"//{unquote(host)}{path}")
    if os.name == "nt" and _DRIVE.match(path):
        path = path[1:]
    return Path(path)
