// Asks again for grey text where VS Code has given up: some 750 ms after a key it ends
// a request that has no answer yet, and opens its list of suggestions instead.
import * as vscode from "vscode";
import type { Middleware } from "vscode-languageclient/node";
import { type Asked, isGivenUp } from "./pure/late";

const AGAIN_MS = 50; // until VS Code has done what it does after giving up

type Provide = NonNullable<Middleware["provideInlineCompletionItems"]>;

/** Hands requests on, and has VS Code ask once more where it stopped waiting too early. */
export function createLateAnswers(): Provide {
  let last: string | undefined; // the place that was asked about again
  return async (document, position, context, token, next) => {
    const asked: Asked = { place: placeOf(document, position), at: Date.now() };
    try {
      return await next(document, position, context, token);
    } finally {
      const { isCancellationRequested } = token;
      if (isCancellationRequested && isGivenUp(asked, here(), last, Date.now())) {
        last = asked.place;
        setTimeout(() => {
          if (here() === asked.place) askAgain();
        }, AGAIN_MS);
      }
    }
  };
}

/** An automatic request, which joins the answer that is still on its way. */
function askAgain(): void {
  void vscode.commands.executeCommand("editor.action.inlineSuggest.trigger", {
    explicit: false,
  });
}

/** The place of the cursor, if the window is in use and nothing is selected. */
function here(): string | undefined {
  const editor = vscode.window.activeTextEditor;
  if (editor === undefined || !vscode.window.state.focused) return undefined;
  const { document, selections } = editor;
  const [only, ...others] = selections;
  const isCursor = only !== undefined && only.isEmpty && others.length === 0;
  return isCursor ? placeOf(document, only.active) : undefined;
}

function placeOf(document: vscode.TextDocument, { line, character }: vscode.Position) {
  return `${document.uri.toString()} ${document.version} ${line}:${character}`;
}
