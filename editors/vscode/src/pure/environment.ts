// The environment of the server's process: the stored keys and VS Code's proxy.

export interface Proxy {
  readonly url: string | undefined;
  readonly except: readonly string[];
}

/** The variables for the server: those of the editor, with keys and proxy on top. */
export function serverEnvironment(
  inherited: NodeJS.ProcessEnv,
  keys: ReadonlyMap<string, string>,
  proxy: Proxy,
): NodeJS.ProcessEnv {
  const { ELECTRON_RUN_AS_NODE: _, ...variables } = inherited;
  for (const [variable, key] of keys) {
    variables[variable] = key;
  }
  if (proxy.url !== undefined && proxy.url !== "") {
    // Both spellings: programs disagree on which of them wins.
    variables.HTTPS_PROXY = proxy.url;
    variables.https_proxy = proxy.url;
    if (proxy.except.length > 0) {
      variables.NO_PROXY = proxy.except.join(",");
      variables.no_proxy = variables.NO_PROXY;
    }
  }
  return variables;
}

/** A pasted key without the line end that came with it, or why it cannot be one. */
export function cleanKey(pasted: string): { key: string } | { problem: string } {
  const key = pasted.trim();
  if (key === "") return { problem: "The key is empty." };
  // eslint-disable-next-line no-control-regex -- they are what is looked for
  if (/[\s\u0000-\u001f\u007f]/.test(key)) {
    return { problem: "A key has no spaces and no line breaks in it." };
  }
  return { key };
}
