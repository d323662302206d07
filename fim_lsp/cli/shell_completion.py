"""`fim-lsp shell-completion SHELL`: the script that completes commands in a shell."""

from __future__ import annotations

import click
from click.shell_completion import get_completion_class

from .output import put


@click.command("shell-completion")
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
@click.pass_context
def shell_completion(ctx: click.Context, shell: str) -> None:
    """Print the script that completes commands and options in SHELL.

    bash: add `eval "$(fim-lsp shell-completion bash)"` to ~/.bashrc; zsh likewise to
    ~/.zshrc; fish: `fim-lsp shell-completion fish | source` in config.fish.
    """
    kind = get_completion_class(shell)
    assert kind is not None
    put(kind(ctx.find_root().command, {}, "fim-lsp", "_FIM_LSP_COMPLETE").source())
