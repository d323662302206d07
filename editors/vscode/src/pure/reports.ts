// Turns the answers of the server's commands into Markdown, or into one sentence.

export type Report = { readonly sentence: string } | { readonly markdown: string };

type Row = Readonly<Record<string, unknown>>;

/** The text for the answer of `fim-lsp.<id>`; undefined if there is nothing to show. */
export function reportOf(id: string, answer: unknown): Report | undefined {
  if (typeof answer !== "object" || answer === null) {
    return typeof answer === "string" ? { sentence: answer } : undefined;
  }
  const row = answer as Row;
  if (typeof row.markdown === "string") return { markdown: row.markdown };
  if (typeof row.message === "string") return { sentence: row.message };
  const format = FORMATS[id];
  return format?.(row) ?? { markdown: fenced(answer) };
}

const FORMATS: Readonly<Record<string, (answer: Row) => Report>> = {
  balance: (answer) => {
    const infos = rows(answer.balance_infos);
    const amounts = infos.map(
      (one) => `${word(one.total_balance)} ${word(one.currency)}`,
    );
    return { sentence: `The account holds ${amounts.join(" and ") || "nothing"}.` };
  },
  doctor: (answer) => {
    const lines = rows(answer.checks).map((check) => {
      const fix = word(check.fix);
      const line = `- **${word(check.name)}** (${word(check.status)}): ${word(check.detail)}`;
      return fix === "" ? line : `${line}\n  ${fix}`;
    });
    return { markdown: ["# Doctor", "", ...lines, ""].join("\n") };
  },
  models: (answer) => {
    const models = Array.isArray(answer.models) ? answer.models : [];
    const use = (name: unknown) => [
      ...(name === answer.completion ? ["completion"] : []),
      ...(name === answer.chat ? ["chat actions"] : []),
    ];
    const lines = models.map(
      (name) => `| \`${word(name)}\` | ${use(name).join(", ")} |`,
    );
    return { markdown: `# Models\n\n${table("| model | in use for |", lines)}` };
  },
};

/** A value for a sentence or a cell; what is no single word is left out. */
function word(value: unknown): string {
  return typeof value === "string" || typeof value === "number" ? String(value) : "";
}

function table(header: string, lines: readonly string[]): string {
  const columns = header.split("|").length - 2;
  return [header, `|${" --- |".repeat(columns)}`, ...lines, ""].join("\n");
}

function rows(value: unknown): readonly Row[] {
  const list: readonly unknown[] = Array.isArray(value) ? value : [];
  return list.filter((one): one is Row => typeof one === "object" && one !== null);
}

function fenced(value: unknown): string {
  return `\`\`\`json\n${JSON.stringify(value, undefined, 2)}\n\`\`\`\n`;
}
