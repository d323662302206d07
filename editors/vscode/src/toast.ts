// Messages. A toast without buttons shows one line and cuts the rest; a button opens it.
import * as vscode from "vscode";
import { isRepeated, needsButton, type Said } from "./pure/present";

export type Severity = "information" | "warning" | "error";
export type Buttons = Readonly<Record<string, () => unknown>>;

const WRITE = {
  information: vscode.window.showInformationMessage,
  warning: vscode.window.showWarningMessage,
  error: vscode.window.showErrorMessage,
} as const;

let last: Said = { text: "", at: 0 };

/** Shows `sentence` so that all of it can be read, and runs the button that is chosen. */
export async function toast(
  severity: Severity,
  sentence: string,
  buttons: Buttons = {},
): Promise<void> {
  const now = Date.now();
  if (isRepeated(sentence, last, now)) return;
  last = { text: sentence, at: now };
  const titles = Object.keys(buttons);
  if (needsButton(sentence, titles)) titles.push("OK");
  const chosen = await WRITE[severity](sentence, ...titles);
  if (chosen !== undefined) await buttons[chosen]?.();
}
