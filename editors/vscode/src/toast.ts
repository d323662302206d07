// Messages. A toast without buttons shows one line and cuts the rest; a button opens it.
import * as vscode from "vscode";
import { needsButton } from "./pure/present";

export type Severity = "information" | "warning" | "error";
export type Buttons = Readonly<Record<string, () => unknown>>;

const WRITE = {
  information: vscode.window.showInformationMessage,
  warning: vscode.window.showWarningMessage,
  error: vscode.window.showErrorMessage,
} as const;

const AGAIN_MS = 2000;
let last = { text: "", at: 0 };

/** The server shows the error of a command and also answers it; it is shown once. */
function isRepeated(sentence: string): boolean {
  const text = sentence.replace(/^fim-lsp: /, "");
  const now = Date.now();
  const repeated = text === last.text && now - last.at < AGAIN_MS;
  last = { text, at: now };
  return repeated;
}

/** Shows `sentence` so that all of it can be read, and runs the button that is chosen. */
export async function toast(
  severity: Severity,
  sentence: string,
  buttons: Buttons = {},
): Promise<void> {
  if (isRepeated(sentence)) return;
  const titles = Object.keys(buttons);
  if (needsButton(sentence, titles)) titles.push("OK");
  const chosen = await WRITE[severity](sentence, ...titles);
  if (chosen !== undefined) await buttons[chosen]?.();
}
