// One message when another extension draws ghost text too.
import * as vscode from "vscode";
import { activeRivals, type Rival, switchedOff } from "./pure/rivals";

const ASKED = "rivals-asked-about";
const ONLY_THIS = "Use Only fim-lsp";
const KEEP = "Keep Both";

/** Asks once about each set of rivals; the answer is remembered. */
export async function offerToBeAlone(memory: vscode.Memento): Promise<void> {
  const settings = vscode.workspace.getConfiguration();
  const rivals = activeRivals(
    (id) => vscode.extensions.getExtension(id) !== undefined,
    (key) => settings.get(key),
  );
  const asked = memory.get<readonly string[]>(ASKED) ?? [];
  if (rivals.every(({ id }) => asked.includes(id))) return;
  await memory.update(ASKED, [...asked, ...rivals.map(({ id }) => id)]);
  const names = [...new Set(rivals.map(({ name }) => name))].join(" and ");
  const sentence = `${names} also shows grey text while you type. Two at once answer to the same keys.`;
  const chosen = await vscode.window.showInformationMessage(sentence, ONLY_THIS, KEEP);
  if (chosen === ONLY_THIS) await silence(rivals);
}

/** By their own setting where it is known, else the user is shown where to disable it. */
async function silence(rivals: readonly Rival[]): Promise<void> {
  const settings = vscode.workspace.getConfiguration();
  const others: Rival[] = [];
  for (const rival of rivals) {
    const { off } = rival;
    if (
      off === undefined ||
      settings.inspect(off.setting)?.defaultValue === undefined
    ) {
      others.push(rival);
      continue;
    }
    const value = switchedOff(settings.get(off.setting), off.value);
    await settings.update(off.setting, value, vscode.ConfigurationTarget.Global);
  }
  if (others.length > 0) {
    const query = others.map(({ id }) => `@id:${id}`).join(" ");
    await vscode.commands.executeCommand("workbench.extensions.search", query);
  }
}
