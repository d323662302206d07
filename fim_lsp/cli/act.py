"""`fim-lsp act FILE[:LINE[-LINE]] ACTION`: one chat action, as a diff."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import click
from rich.markdown import Markdown
from rich.text import Text

from ..chat.actions import Action, Needs, find_action
from ..chat.answer import Result
from ..chat.comments import find_comment
from ..chat.edits import reanchor
from ..chat.entry import ActionCall
from ..chat.result_data import diff, result_data
from ..chat.selection import Selection
from ..chat.turns import Step
from ..errors import InputError, OverBudget
from ..session.actions import run_action
from ..session.session import Session
from ..text import Document, Place, Span, apply, bare_line
from .console import VisibleConsole
from .files import place_in, read_document, refuse_notebook, workspace_folder
from .output import print_json, put, say
from .running import JSON, run

# The colour of a line of a diff, by the line's first character.
_COLOURS = {"+": "green", "-": "red", "@": "cyan"}
# The first and the last line, from 1.
LineRange = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Done:
    """An action that was run.  `path` is the file as the user named it."""

    path: Path
    action: Action
    result: Result

    def named(self, path: Path) -> str:
        """A path as the user would write it from here."""
        if path == self.path.absolute() and not self.path.is_absolute():
            return self.path.as_posix()
        here = Path.cwd()
        near = path.relative_to(here) if path.is_relative_to(here) else path
        return near.as_posix()


@click.command
@click.argument("target", metavar="FILE[:LINE[-LINE]]")
@click.argument("action")
@click.option(
    "--instruction", metavar="TEXT", help="What to do; “edit” cannot do without."
)
@click.option("--write", is_flag=True, help="Write the change instead of showing it.")
@click.option("--over-budget", is_flag=True, help="Run it even over today's budget.")
@JSON
def act(
    target: str,
    action: str,
    instruction: str | None,
    *,
    write: bool,
    over_budget: bool,
    as_json: bool,
) -> None:
    """Run one chat ACTION on a file, or on some of its lines.

    ACTION is fix, edit, explain, document, tests, types, simplify, optimise, comment
    or one of your own.
    """
    if action == "edit" and not (instruction or "").strip():
        raise click.UsageError("Say what to change: --instruction TEXT.")
    refuse_notebook(target)
    path, lines = parse_target(target)
    work = partial(_perform, path, lines, action, instruction, over_budget=over_budget)
    try:
        done = run(work)
    except OverBudget as error:
        hint = "--over-budget runs this action anyway."
        raise OverBudget(f"{error.sentence} {hint}") from None
    if write:
        save(done)
    if as_json:
        data = result_data(done.action, done.result, done.named)
        print_json(data, exact=("newText", "diff"))
    else:
        _show(done, written=write)


def parse_target(target: str) -> tuple[Path, LineRange | None]:
    """The file and the lines of `FILE[:LINE[-LINE]]`.

    Where a file of the whole name exists, it is meant, and no line.
    """
    match = re.fullmatch(r"(.+?):(\d+)(?:-(\d+))?", target, re.DOTALL)
    if match is None or Path(target).exists():
        return Path(target), None
    first = int(match[2])
    last = int(match[3] or first)
    if not 1 <= first <= last:
        raise click.UsageError(
            f"{target} is not FILE:LINE-LINE with lines from 1 in ascending order."
        )
    return Path(match[1]), (first, last)


async def _perform(
    path: Path,
    lines: LineRange | None,
    id_: str,
    instruction: str | None,
    session: Session,
    *,
    over_budget: bool,
) -> Done:
    """Run the action, with its progress shown; writes no file."""
    document, folder = read_document(path), workspace_folder(path)
    settings = session.settings.for_folder(folder)
    action = find_action(id_, settings.chat.actions)
    selection = _selection(document, path, action, lines)
    call = ActionCall(action, selection, folder, instruction)
    console = VisibleConsole(stderr=True)
    with console.status(f"{action.id} …") as status:

        def report(step: Step) -> None:
            status.update(Text(str(step)))
            if step.is_news and not console.is_terminal:
                say(step.message)

        result = await run_action(session, call, report, over_budget=over_budget)
    return Done(path, action, result)


def _selection(
    document: Document, path: Path, action: Action, lines: LineRange | None
) -> Selection:
    """The named lines, or all.  One line named for a fix or a comment is a cursor."""
    if action.needs is Needs.COMMENT and lines is None:
        lines = _first_comment(document)
    first, last = lines or (1, len(document.lines))
    place_in(document, path, last, 1)  # raises for a line that does not exist
    start, width = Place(first - 1, 0), len(bare_line(document.lines[last - 1]))
    is_cursor = action.needs is not Needs.SELECTION and lines and first == last
    end = start if is_cursor else Place(last - 1, width)
    return Selection(document, Span(start, end))


def _first_comment(document: Document) -> LineRange:
    for number, line in enumerate(document.lines, 1):
        if find_comment(line, document.language):
            return number, number
    raise InputError("No comment in this file begins with fim:")


def save(done: Done) -> None:
    """Write the change.  InputError where the files do not allow it."""
    result = done.result
    try:
        if result.new_file:
            result.new_file.parent.mkdir(parents=True, exist_ok=True)
            with result.new_file.open("x", encoding="utf-8", newline="") as file:
                file.write(result.new_text)
        elif result.edits:
            now = read_document(done.path)
            edits = reanchor(result.edits, result.document, now)
            if edits is None:
                raise InputError(
                    f"{done.path} was changed meanwhile, so nothing was written."
                )
            done.path.write_bytes(apply(now, edits, 0).text.encode())
    except OSError as error:
        path = result.new_file or done.path
        raise InputError(f"{path} cannot be written: {error.strerror}.") from None


def _show(done: Done, *, written: bool) -> None:
    """The change or the explanation on stdout, everything about it on stderr."""
    result, out = done.result, VisibleConsole()
    change = "" if result.markdown else diff(result, done.named)
    if not out.is_terminal:
        put(result.markdown or change, nl=False)
    elif result.markdown:
        out.print(Markdown(result.markdown))
    else:
        out.print(_coloured(change), end="", soft_wrap=True)
    if result.reason:
        say(result.reason)
    if result.outcome == "edited":
        hint = "Nothing was written. Add --write to write it."
        say("Written." if written else hint)
    if result.tokens:
        usage, cost = result.tokens.usage, result.cost
        count = usage.prompt + usage.completion
        about = "about " if result.tokens.estimated else ""
        price = f" · {about}{cost}" if cost else ""
        say(f"{result.model} · {about}{count} token{'s' * (count != 1)}{price}")


def _coloured(change: str) -> Text:
    coloured = Text()
    for line in change.splitlines(keepends=True):
        is_head = line.startswith(("+++", "---"))
        coloured.append(line, "bold" if is_head else _COLOURS.get(line[0], ""))
    return coloured
