"""Why nothing is offered or sent: a table with a row for each reason.

Decisions, refusals, the status and chat actions give the name of a reason.  Only this
table has the words that the user reads about the reason.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Reason:
    """One reason.

    name: the name in `why`, `--json` and the status; it never changes.
    because: words that follow "because" in a sentence.
    way_out: a sentence that says what the user can do; empty if `because` is enough.
    command: the LSP command that a status offers as the way out.
    passing: whether the trouble goes away by itself.
    quiet: whether the status shows the reason without opening a message.
    """

    name: str
    because: str
    way_out: str = ""
    command: str | None = None
    passing: bool = False
    quiet: bool = False


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a source is not asked now: a reason's name, and a sentence for the user."""

    reason: str
    sentence: str


_TABLE: Final = (
    # The place and the document.
    Reason(
        "disabled",
        "completion is switched off",
        "fim-lsp.toggle switches it on.",
        command="fim-lsp.toggle",
    ),
    Reason(
        "snoozed",
        "completion is snoozed",
        "fim-lsp.snooze with 0 minutes ends the pause.",
        command="fim-lsp.snooze",
    ),
    Reason(
        "language-off",
        "completion is off for this language",
        "The setting completion.languages can switch it on.",
    ),
    Reason("secret", "files with such names may hold secrets"),
    Reason(
        "ignored-by-git",
        "git ignores the file",
        "fim-lsp.allowFile allows it until the server ends.",
    ),
    Reason(
        "excluded",
        "the settings exclude this file",
        "The setting privacy.include can allow it again.",
    ),
    Reason("scheme", "the document is not a file, an untitled file or a notebook cell"),
    Reason("not-open", "the editor has not opened the document"),
    Reason("too-large", "the document is larger than 3,000,000 characters"),
    Reason(
        "manual",
        "completion is set to manual and was not invoked",
        "Invoke it, or change completion.trigger or completion.languages.",
    ),
    Reason("nearly-empty", "there is too little text in the file"),
    Reason("long-line", "the line is longer than 5,000 characters"),
    Reason("mid-word", "the cursor is inside a word"),
    Reason("in-secret", "the cursor is inside a key or a token, which is never sent"),
    Reason("mid-code", "code follows the cursor on its line"),
    Reason(
        "statement-ended",
        "the statement before the cursor is complete",
        "A new line, or invoking completion, asks the model.",
    ),
    # What the user has just done.
    Reason("deletion", "a character was just deleted"),
    Reason("undo", "a change was just undone"),
    Reason("bulk-edit", "more than 3 lines were just changed at once"),
    Reason("several-places", "several places were just changed at once"),
    Reason("after-accept", "a suggestion was just accepted on this line"),
    Reason("dismissed", "you typed something else here a moment ago"),
    # The provider.
    Reason("no-provider", "no model is set up", "`fim-lsp login` sets one up."),
    Reason(
        "settings",
        "the settings name a provider that cannot be used",
        "`fim-lsp doctor` says which provider, and why.",
        command="fim-lsp.doctor",
    ),
    Reason(
        "key-missing",
        "the provider's key is missing",
        "`fim-lsp login` stores one.",
        command="fim-lsp.doctor",
    ),
    Reason(
        "key-refused",
        "the provider refused the key",
        "`fim-lsp doctor` says where the key comes from.",
        command="fim-lsp.doctor",
    ),
    Reason(
        "balance",
        "the account's balance is used up",
        "Top it up on the provider's website.",
        command="fim-lsp.balance",
    ),
    Reason("rate-limited", "the provider asked to wait", passing=True),
    Reason(
        "back-off",
        "the provider failed and is given time to recover",
        "Invoke completion to try at once.",
        passing=True,
    ),
    Reason(
        "unreachable",
        "the provider cannot be reached",
        "Invoke completion to try at once.",
        passing=True,
        quiet=True,
    ),
    Reason("loading", "the server is loading its model", passing=True),
    Reason(
        "over-budget",
        "today's budget is used up",
        "fim-lsp.continueToday goes on until midnight.",
        command="fim-lsp.continueToday",
    ),
    Reason("failed", "the request failed"),
    # The request and its answer.
    Reason("superseded", "a newer request took its place"),
    Reason("contradicted", "the text changed while the answer was on its way"),
    Reason("closed", "the document was closed"),
    Reason("nothing-follows", "the model had nothing to add here"),
    Reason("rejected", "the answer did not fit here"),
    Reason(
        "unsure",
        "the model was less sure than completion.minConfidence asks for",
        "A lower completion.minConfidence shows it.",
    ),
    Reason("not-yet", "the answer did not arrive in time"),
    # The next edit.
    Reason(
        "next-edit-off",
        "next edits are switched off",
        "The settings nextEdit.enabled and nextEdit.sources switch them on.",
    ),
    Reason("nothing-settled", "nothing was edited that could be repeated"),
    Reason("no-pattern", "the last edits have no pattern in common"),
    Reason("nothing-left", "the same change is not possible anywhere else"),
    Reason("refused-pattern", "you dismissed an edit of this kind"),
    Reason("no-edit", "the model saw nothing to change"),
    Reason("reversal", "the model wanted to take back what you just did"),
    Reason("wholesale-deletion", "the model wanted to delete too much"),
    Reason("outside-region", "the model wanted to change text it was not asked about"),
    Reason("unparsable", "the model's answer could not be read as an edit"),
    Reason("unrelated", "the model's answer was about other text"),
    Reason("marks-in-text", "the text contains marks that would mislead the model"),
    Reason("cut-off", "the model's answer was cut off"),
    Reason("stale-id", "this edit is not proposed any more"),
    Reason("no-edits-applied", "the editor did not apply the edit"),
    # Echo.
    Reason("echo-no-folder", "echo repeats only from an open workspace folder"),
    Reason(
        "echo-never",
        "echo does not read a home folder or a whole drive",
        "Open the folder of one project.",
    ),
    Reason("echo-building", "echo is still reading the workspace"),
    Reason("echo-small", "echo answers only in workspaces of at least 500 lines"),
    Reason(
        "echo-resting",
        "echo is silent until tomorrow, as five suggestions in a row were not wanted",
    ),
    Reason("echo-quiet", "echo found no reliable repetition for this place"),
)

REASONS: Final[Mapping[str, Reason]] = {reason.name: reason for reason in _TABLE}

# The row for a name that is not in the table.
_UNNAMED: Final = Reason("unknown", "of a reason that has no name yet")


def reason_of(name: str | None) -> Reason:
    """The reason called `name`; a row with general words if there is no such reason."""
    return REASONS.get(name or "", _UNNAMED)
