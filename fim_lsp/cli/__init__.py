"""The command line: one file per sub-command, imported when it is called."""

from __future__ import annotations

import difflib
import gc
import io
import sys
from importlib import import_module
from types import MappingProxyType

import click

from .. import __version__
from ..errors import FimError
from .output import put, say

# The help line of each command.  A command is an attribute, with its own name, of the
# module with its own name; there `try`, a keyword of Python, is `try_`, and a dash is
# an underscore.
COMMANDS = MappingProxyType(
    {
        "serve": "Serve an editor over stdin and stdout (the default).",
        "try": "Play an editing session in this terminal.",
        "login": "Store the key of a provider, once it is proved to work.",
        "connect": "Find out how an endpoint completes, and set it up.",
        "logout": "Forget the stored key of a provider.",
        "setup": "Configure EDITOR to start fim-lsp.",
        "complete": "Complete at one place of a file.",
        "act": "Run one chat action on a file.",
        "doctor": "Check keys, network and model, and say what to do.",
        "models": "List what the endpoint offers.",
        "balance": "Show what the account holds.",
        "usage": "Show requests, acceptance and cost.",
        "settings": "Show the settings in force and where each is from.",
        "shell-completion": "Print the completion script of SHELL.",
    }
)

# The thresholds of Python's garbage collector, and those while a command is imported:
# nearly all that is made then stays, and looking at it again takes a tenth of the time.
USUAL, WHILE_IMPORTING = gc.get_threshold(), (2000, 1000, 1000)

_ABOUT = """\
fim-lsp {version}: AI completion for every editor that speaks LSP.

It is a language server: editors start it over a pipe, as  fim-lsp --stdio

  fim-lsp try                     see it work in this terminal, no key needed
  fim-lsp login                   set up your model at DeepSeek
  fim-lsp connect URL             set up any other model server
  fim-lsp setup EDITOR --write    set up your editor
  fim-lsp --help                  all commands"""


class Failure(click.ClickException):
    """One sentence on stderr, exit code 1."""

    def show(self, file: object = None) -> None:
        del file
        say(self.message)


class Commands(click.Group):
    """A group whose commands are imported when they are called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        del ctx
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        del ctx
        if cmd_name not in COMMANDS:
            return None
        name = cmd_name.replace("-", "_")
        module = import_module(f".{name}", __name__)
        # What was imported stays until the process ends: the collector need not look at
        # it again.
        gc.freeze()
        gc.set_threshold(*USUAL)
        command = getattr(module, "try_" if name == "try" else name)
        assert isinstance(command, click.Command)
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args[0] not in COMMANDS:
            near = difflib.get_close_matches(args[0], COMMANDS, n=1)
            hint = f"; did you mean {near[0]}?" if near else "."
            raise click.UsageError(f"There is no command {args[0]}{hint}", ctx)
        return super().resolve_command(ctx, args)

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Options without a command are those of `serve`."""
        own = {name for param in self.get_params(ctx) for name in param.opts}
        if args and args[0].startswith("-") and args[0] not in own:
            args = ["serve", *args]
        return super().parse_args(ctx, args)

    def format_commands(
        self, ctx: click.Context, formatter: click.HelpFormatter
    ) -> None:
        del ctx
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))

    def invoke(self, ctx: click.Context) -> object:
        try:
            return super().invoke(ctx)
        except FimError as error:
            raise Failure(error.sentence) from error


@click.command(
    cls=Commands,
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"]},
)
@click.version_option(__version__, prog_name="fim-lsp")
@click.pass_context
def cli(ctx: click.Context) -> None:
    """AI completion for every editor that speaks LSP, on your own model account."""
    if ctx.invoked_subcommand is not None:
        return
    if on_terminal():
        put(_ABOUT.format(version=__version__))
        return
    serve = cli.get_command(ctx, "serve")
    assert serve is not None
    ctx.invoke(serve)


def on_terminal() -> bool:
    """Whether a person, not an editor, is at the other end of stdin."""
    return sys.stdin is not None and sys.stdin.isatty()


def main() -> None:
    # httpx brings a command line of its own along, whose imports are a tenth of our
    # start and 5 MB; this tells it that there is none.
    sys.modules.setdefault("httpx._main", None)  # type: ignore[arg-type]  # "absent"
    gc.set_threshold(*WHILE_IMPORTING)
    for stream in (sys.stdout, sys.stderr):
        # A terminal with another encoding must not make a command fail half-way.
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")
    cli(prog_name="fim-lsp")
