"""Files that hold secrets, told by their names alone."""

from __future__ import annotations

import re
from pathlib import PurePath

_FOLDERS = frozenset({".ssh", ".aws"})
_IN_FOLDERS = frozenset({(".kube", "config"), (".docker", "config.json")})
_NAMES = re.compile(
    r"""
      \.env (?:\..*)?
    | .*\.(?:pem|key|p12|pfx|crt|cert|jks|kdbx|tfvars|tfstate)
    | id_(?:rsa|dsa|ecdsa|ed25519).*
    | \.(?:netrc|npmrc|pypirc|pgpass|git-credentials)
    | (?:secrets|credentials)
      (?:\.(?:json|yaml|yml|toml|ini|env|properties|csv))?
    """,
    re.VERBOSE | re.DOTALL,
)


def is_secret(path: PurePath) -> bool:
    """Whether a file of this name is never sent; upper and lower case are one."""
    parts = [part.casefold() for part in path.parts]
    if not parts:
        return False
    # Some file systems drop dots and blanks at the end; `~` marks a backup copy.
    parts[-1] = parts[-1].rstrip(" .~")
    return (
        _NAMES.fullmatch(parts[-1]) is not None
        or not _FOLDERS.isdisjoint(parts[:-1])
        or tuple(parts[-2:]) in _IN_FOLDERS
    )
