// `fim-lsp/status` in the words and icons of VS Code.
import { contributedCommands } from "./actions";

export interface Status {
  readonly kind: "normal" | "busy" | "warning" | "error" | "inactive";
  readonly reason?: string | null;
  readonly message?: string | null;
  readonly provider?: string | null;
  readonly model?: string | null;
  readonly today?: {
    readonly requests: number;
    readonly cost: string | number | null;
    readonly currency?: string | null;
  } | null;
  /** The server command that helps, if there is one. */
  readonly command?: string | null;
}

export interface Presented {
  readonly bar: string;
  readonly tooltip: string;
  /** What a click on the status bar's item runs. */
  readonly command: string;
  readonly text: string;
  readonly detail: string;
  readonly severity: "information" | "warning" | "error";
  readonly busy: boolean;
}

const ICONS: Record<Status["kind"], string> = {
  normal: "$(sparkle)",
  busy: "$(loading~spin)",
  warning: "$(warning)",
  error: "$(error)",
  inactive: "$(circle-slash)",
};

export function present(status: Status): Presented {
  const { kind } = status;
  const who = [status.provider, status.model].filter(Boolean).join(" · ");
  const text = status.message || (kind === "inactive" ? "Off" : who || "Ready");
  const detail = [who, today(status)].filter(Boolean).join(" · ");
  const lines = [`fim-lsp: ${text}`, who === text ? today(status) : detail];
  const click = isSnoozed(status)
    ? { command: "fimLsp.snooze", words: "end the snooze or change it" }
    : {
        command: "fimLsp.toggle",
        words: `switch completion ${kind === "inactive" ? "on" : "off"}`,
      };
  return {
    bar: `${ICONS[kind] ?? ICONS.normal} fim-lsp`,
    tooltip: [...lines, `Click to ${click.words}.`].filter(Boolean).join("\n"),
    command: click.command,
    text,
    detail,
    severity: kind === "warning" || kind === "error" ? kind : "information",
    busy: kind === "busy",
  };
}

/** Whether completion is silent for some minutes, and not switched off. */
export function isSnoozed(status: Status | undefined): boolean {
  return status?.kind === "inactive" && status.reason === "snoozed";
}

/** The command that helps, with its title. */
export function remedy(
  status: Status,
): { readonly title: string; readonly command: string } | undefined {
  const wanted = status.reason?.startsWith("key") ? "setKey" : status.command;
  const id = `fimLsp.${wanted?.replace(/^fim-lsp\./, "")}`;
  return contributedCommands().find(({ command }) => command === id);
}

const TOAST_CHARACTERS = 55; // what one line of a toast shows at its usual width

/** Whether a toast of this text would be cut: one with a button shows all of it. */
export function needsButton(sentence: string, buttons: readonly string[]): boolean {
  return buttons.length === 0 && sentence.length > TOAST_CHARACTERS;
}

/** A message on the screen, and when it came there, in milliseconds. */
export interface Said {
  readonly text: string;
  readonly at: number;
}

const AGAIN_MS = 2000;

/**
 * Whether a message adds nothing to the last one. The server shows the error of a command
 * and also answers it, and the status says the same with what follows from it.
 */
export function isRepeated(sentence: string, last: Said, now: number): boolean {
  const [text, before] = [sentence, last.text].map((one) =>
    one.replace(/^fim-lsp: /, ""),
  ) as [string, string];
  return now - last.at < AGAIN_MS && before.startsWith(text);
}

const HOUR_MS = 3_600_000;

/** Whether a message is shown too: for trouble, and once an hour for each kind. */
export function isNews(
  status: Status,
  said: ReadonlyMap<Status["kind"], number>,
  now: number,
): boolean {
  if (status.kind !== "error" && status.kind !== "warning") return false;
  return (
    Boolean(status.message) && now - (said.get(status.kind) ?? -HOUR_MS) >= HOUR_MS
  );
}

/** Today's requests and cost: `12 requests · $0.0031`. */
function today(status: Status): string {
  if (!status.today) return "";
  const { requests, cost, currency } = status.today;
  const count = `${requests} ${requests === 1 ? "request" : "requests"} today`;
  const amount = Number(cost ?? Number.NaN);
  if (!Number.isFinite(amount)) return count;
  const sign = currency === "USD" ? "$" : currency === "CNY" ? "¥" : "";
  const money = sign
    ? `${sign}${amount.toFixed(4)}`
    : `${amount.toFixed(4)} ${currency}`;
  return `${count} · ${money}`;
}
