"""Starts the server with the packages beside this file: no command line, no colours."""  # noqa: INP001 - a script, not part of a package

from __future__ import annotations

import logging
import os
import sys

# httpx looks for a command line of its own, which is not here.
sys.modules.setdefault("httpx._main", None)  # type: ignore[arg-type]  # "absent"


def main() -> int:
    from fim_lsp.server.create import create_server  # noqa: PLC0415 - after the line above
    from fim_lsp.server.transport import run_stdio  # noqa: PLC0415
    from fim_lsp.session.session import Session  # noqa: PLC0415

    logging.basicConfig(format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    logging.getLogger("fim_lsp").setLevel(logging.WARNING)
    server = create_server(lambda: Session(environ=os.environ), fixed_log_level=False)
    return run_stdio(server)


if __name__ == "__main__":
    sys.exit(main())
