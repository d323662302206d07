// The settings as the server reads them.

/**
 * The section `fim-lsp` without what is the extension's own. What is not set stays in it
 * as `null`, which is how the server reads "not set".
 */
export function serverSettings(section: unknown): Record<string, unknown> {
  const { server: _, ...rest } = (section ?? {}) as Record<string, unknown>;
  return rest;
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
