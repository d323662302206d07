"""fim-lsp serve: the language server."""

from __future__ import annotations

import logging
import os
import sys
from pathlib import Path

import click

from ..errors import FimError
from ..server.create import create_server
from ..server.transport import run_stdio, run_tcp
from ..session.session import Session
from .log_lines import CountingFilter
from .output import say

LEVELS = ("error", "warning", "info", "debug")
_FORMAT = "%(asctime)s %(levelname)s %(name)s: %(message)s"


@click.command()
@click.option("--stdio", is_flag=True, help="Use standard input and output (default).")
@click.option("--tcp", metavar="HOST:PORT", help="For debugging: serve one client.")
@click.option(
    "--log-file",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write the log here instead of to standard error.",
)
@click.option("--log-level", type=click.Choice(LEVELS), help="Overrides log.level.")
def serve(
    *, stdio: bool, tcp: str | None, log_file: Path | None, log_level: str | None
) -> None:
    """Run the language server; editors start it this way."""
    if stdio and tcp:
        raise click.UsageError("--stdio and --tcp exclude each other.")
    address = _address(tcp) if tcp else None
    _start_log(log_file, log_level or "warning")
    server = create_server(
        lambda: Session(environ=os.environ), fixed_log_level=log_level is not None
    )
    if address is None:
        sys.exit(run_stdio(server))
    try:
        code = run_tcp(server, *address, on_listening=_say_where)
    except FimError as error:
        raise click.ClickException(error.sentence) from error
    except OSError as error:
        raise click.ClickException(
            f"{tcp} cannot be used: {error.strerror}."
        ) from error
    sys.exit(code)


def _address(text: str) -> tuple[str, int]:
    """`127.0.0.1:9000` or `[::1]:9000`."""
    host, _, port = text.rpartition(":")
    if not host or not port.isdecimal() or int(port) > 0xFFFF:  # noqa: PLR2004  the largest port
        raise click.UsageError(f"--tcp wants HOST:PORT, not {text}.")
    return host.strip("[]"), int(port)


def _say_where(host: str, port: int) -> None:
    say(f"Listening on {host}:{port}")


def _start_log(file: Path | None, level: str) -> None:
    """One handler for all; only our own loggers follow the level."""
    handler: logging.Handler = logging.StreamHandler()
    if file is not None:
        try:
            handler = logging.FileHandler(file, encoding="utf-8")
        except OSError as error:
            sentence = f"The log file {file} cannot be written: {error.strerror}."
            raise click.ClickException(sentence) from error
    handler.setFormatter(logging.Formatter(_FORMAT))
    handler.addFilter(CountingFilter())
    logging.basicConfig(level=logging.WARNING, handlers=[handler])
    logging.getLogger("fim_lsp").setLevel(level.upper())
