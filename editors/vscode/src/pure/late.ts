// Whether VS Code stopped waiting for an answer, and nobody typed or moved.

/** A request for grey text: the place with the version of its text, and when it was. */
export interface Asked {
  readonly place: string;
  /** In milliseconds. */
  readonly at: number;
}

/** Sooner than this it is the user who ends a request, as with Escape. */
const PATIENCE_MS = 500;

/**
 * Whether a request that was cancelled is to be made once more. `here` is the place of
 * the cursor now, `last` the place that was last asked about once more.
 */
export function isGivenUp(
  asked: Asked,
  here: string | undefined,
  last: string | undefined,
  now: number,
): boolean {
  const isThere = here === asked.place && last !== asked.place;
  return isThere && now - asked.at >= PATIENCE_MS;
}
