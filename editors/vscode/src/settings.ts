// The settings as the server reads them. Pure.

/** The section `fim-lsp` without what is not set and what is the extension's own. */
export function serverSettings(section: unknown): Record<string, unknown> {
  const { server: _, ...rest } = (section ?? {}) as Record<string, unknown>;
  return withoutNull(rest) as Record<string, unknown>;
}

/** The user's own chat actions: id and title. */
export function ownActions(section: unknown): readonly { id: string; title: string }[] {
  const chat = (section as { chat?: { actions?: unknown } } | undefined)?.chat;
  const actions = Object.entries((chat?.actions ?? {}) as Record<string, unknown>);
  return actions.map(([id, action]) => {
    const title = (action as { title?: unknown } | null)?.title;
    return { id, title: typeof title === "string" ? title : id };
  });
}

function withoutNull(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNull);
  if (typeof value !== "object" || value === null) return value;
  const set = Object.entries(value).filter(([, inner]) => inner !== null);
  return Object.fromEntries(set.map(([key, inner]) => [key, withoutNull(inner)]));
}
