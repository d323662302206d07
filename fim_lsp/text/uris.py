"""URIs of files, as clients write them."""

from __future__ import annotations

import os
import re
from pathlib import Path
from urllib.parse import unquote

_DRIVE = re.compile(r"/[A-Za-z]:")


def path_of(uri: str) -> Path | None:
    """The absolute path that a `file` URI names; None for other schemes.

    None too for `file://` alone, which Neovim sends for a buffer without a name.

    `#` and `?` are taken as part of the name: clients that forget to escape them
    mean a file, and no client sends a query with a `file` URI.
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
