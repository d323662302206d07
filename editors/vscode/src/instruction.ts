// The input box of “Edit with Instruction…”.
import * as vscode from "vscode";

export function askInstruction(): Thenable<string | undefined> {
  return vscode.window.showInputBox({
    title: "Edit with instruction",
    prompt: "What is to change in the selection?",
    placeHolder: "for example: return early instead of nesting",
    validateInput: (text) =>
      text.trim() === "" ? "Say what is to change." : undefined,
  });
}

/** The arguments of `fim-lsp.act` with the instruction; undefined if the user gave up. */
export async function withInstruction(
  args: readonly unknown[],
): Promise<readonly unknown[] | undefined> {
  const [call, ...rest] = args as [Record<string, unknown> | undefined, ...unknown[]];
  if (call?.action !== "edit" || call.instruction !== undefined) return args;
  const instruction = await askInstruction();
  return instruction === undefined ? undefined : [{ ...call, instruction }, ...rest];
}
