// Other extensions that draw ghost text: two of them answer each other's keys.

export interface Rival {
  readonly id: string;
  readonly name: string;
  /** The setting that switches its inline suggestions off, and the value that does. */
  readonly off?: { readonly setting: string; readonly value: unknown };
}

const EVERYWHERE = { "*": false };

export const RIVALS: readonly Rival[] = [
  {
    id: "GitHub.copilot",
    name: "GitHub Copilot",
    off: { setting: "github.copilot.enable", value: EVERYWHERE },
  },
  {
    id: "GitHub.copilot-chat",
    name: "GitHub Copilot",
    off: { setting: "github.copilot.enable", value: EVERYWHERE },
  },
  {
    id: "Codeium.codeium",
    name: "Windsurf (Codeium)",
    off: { setting: "codeium.enableConfig", value: EVERYWHERE },
  },
  {
    id: "Supermaven.supermaven",
    name: "Supermaven",
    off: { setting: "supermaven.enable", value: EVERYWHERE },
  },
  {
    id: "Continue.continue",
    name: "Continue",
    off: { setting: "continue.enableTabAutocomplete", value: false },
  },
  {
    id: "sourcegraph.cody-ai",
    name: "Cody",
    off: { setting: "cody.autocomplete.enabled", value: false },
  },
  {
    id: "TabbyML.vscode-tabby",
    name: "Tabby",
    off: { setting: "tabby.inlineCompletion.triggerMode", value: "manual" },
  },
  {
    id: "ggml-org.llama-vscode",
    name: "llama.vscode",
    off: { setting: "llama-vscode.enabled", value: false },
  },
  { id: "TabNine.tabnine-vscode", name: "Tabnine" },
  { id: "AmazonWebServices.amazon-q-vscode", name: "Amazon Q" },
  { id: "Google.geminicodeassist", name: "Gemini Code Assist" },
  { id: "VisualStudioExptTeam.vscodeintellicode-completions", name: "IntelliCode" },
  { id: "rjmacarthy.twinny", name: "twinny" },
];

/** The rivals that are enabled and whose inline suggestions are not switched off. */
export function activeRivals(
  isEnabled: (id: string) => boolean,
  setting: (key: string) => unknown,
): readonly Rival[] {
  return RIVALS.filter(
    (rival) =>
      isEnabled(rival.id) &&
      (rival.off === undefined || !isOff(setting(rival.off.setting), rival.off.value)),
  );
}

/** The value that is off for all languages, also for those in the present value. */
export function switchedOff(current: unknown, off: unknown): unknown {
  if (typeof off !== "object" || off === null) return off;
  const kept = Object.keys(current ?? {}).map((key) => [key, false]);
  return { ...Object.fromEntries(kept), ...off };
}

function isOff(current: unknown, off: unknown): boolean {
  if (typeof off !== "object" || off === null) return current === off;
  const values = Object.values(current ?? {});
  return values.length > 0 && values.every((value) => value === false);
}
