// API keys: kept in VS Code's secret storage, handed to the server by its environment.
import * as vscode from "vscode";
import { cleanKey } from "./pure/environment";
import presets from "./pure/presets.json";

type Preset = (typeof presets)[number];

export class Keys {
  constructor(private readonly secrets: vscode.SecretStorage) {}

  /** Variable and key of every provider that has one. */
  async all(): Promise<ReadonlyMap<string, string>> {
    const keys = new Map<string, string>();
    for (const { variable } of presets) {
      const key = await this.secrets.get(variable);
      if (key !== undefined) keys.set(variable, key);
    }
    return keys;
  }

  /** Asks for a provider and its key; true if one was stored. */
  async ask(): Promise<boolean> {
    const preset = await pickPreset("Whose API key?", presets);
    if (preset === undefined) return false;
    const pasted = await vscode.window.showInputBox({
      title: `API key for ${preset.name}`,
      prompt: "Kept in VS Code's secret storage, never in settings.",
      password: true,
      ignoreFocusOut: true,
      validateInput: (text) => {
        const cleaned = text === "" ? undefined : cleanKey(text);
        return cleaned && "problem" in cleaned ? cleaned.problem : undefined;
      },
    });
    if (pasted === undefined) return false;
    const cleaned = cleanKey(pasted);
    if ("problem" in cleaned) {
      void vscode.window.showWarningMessage(`${cleaned.problem} Nothing was stored.`);
      return false;
    }
    await this.secrets.store(preset.variable, cleaned.key);
    await chooseProvider(preset.name);
    return true;
  }

  /** Asks whose key to forget; true if one was removed. */
  async forget(): Promise<boolean> {
    const stored = await this.all();
    const having = presets.filter(({ variable }) => stored.has(variable));
    if (having.length === 0) {
      void vscode.window.showInformationMessage("VS Code stores no key for fim-lsp.");
      return false;
    }
    const preset = await pickPreset("Forget whose API key?", having);
    if (preset === undefined) return false;
    await this.secrets.delete(preset.variable);
    return true;
  }
}

async function pickPreset(
  title: string,
  choice: readonly Preset[],
): Promise<Preset | undefined> {
  const items = choice.map((preset) => ({
    label: preset.name,
    description: preset.variable,
    preset,
  }));
  return (await vscode.window.showQuickPick(items, { title }))?.preset;
}

/** Completes with the provider of the key; deepseek is found without a setting. */
async function chooseProvider(name: string): Promise<void> {
  const settings = vscode.workspace.getConfiguration("fim-lsp");
  const current = settings.get<string | null>("completion.provider") ?? null;
  const wanted = name === presets[0]?.name && current === null ? null : name;
  if (wanted !== current) {
    await settings.update(
      "completion.provider",
      wanted,
      vscode.ConfigurationTarget.Global,
    );
  }
}
