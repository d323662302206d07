"""The private names of pygls on which the server relies."""

from __future__ import annotations

import re
from pathlib import Path

from pygls.protocol import LanguageServerProtocol, default_converter

from fim_lsp.server import protocol
from fim_lsp.server.server import FimServer
from fim_lsp.session.session import Session

SERVER = Path(protocol.__file__).parent


def test_the_private_names_of_pygls_that_are_used_exist() -> None:
    """They may change with any minor release, so that the release is pinned."""
    source = Path(protocol.__file__).read_text(encoding="utf-8")
    used = set(re.findall(r"(?:self|super\(\))\.(_[a-z]\w*)", source))
    server = FimServer(lambda: Session(environ={}))
    theirs = LanguageServerProtocol(server, default_converter())  # type: ignore[no-untyped-call]  # pygls
    ours = set(re.findall(r"def (_[a-z]\w*)|self\.(_[a-z]\w*)(?:: [^=]+)? = ", source))
    own = {name for pair in ours for name in pair if name}
    relied_on = used - own | {"_register_builtin_features"}
    assert "_request_futures" in relied_on
    assert {name for name in relied_on if not hasattr(theirs, name)} == set()


def test_only_one_file_uses_private_names_of_pygls() -> None:
    using = {
        path.name
        for path in SERVER.rglob("*.py")
        if re.search(r"protocol\._[a-z]", path.read_text(encoding="utf-8"))
    }
    assert using == set()
