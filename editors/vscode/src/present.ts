// `fim-lsp/status` in the words and icons of VS Code. Pure.

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
  readonly command?: string | { title?: string; command: string } | null;
}

export interface Presented {
  readonly bar: string;
  readonly tooltip: string;
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
  const verb = kind === "inactive" ? "switch completion on" : "switch completion off";
  return {
    bar: `${ICONS[kind] ?? ICONS.normal} fim-lsp`,
    tooltip: [...lines, `Click to ${verb}.`].filter(Boolean).join("\n"),
    text,
    detail,
    severity: kind === "warning" || kind === "error" ? kind : "information",
    busy: kind === "busy",
  };
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
