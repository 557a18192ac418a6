/** Ordinals of which a model tells only the greatest values apart, with all of their values told apart. */
import type { Ordinal } from "../model/ordinal.js";

/** Returns the ordinals of which the search of a model merges values that the model need not tell apart. */
export function mergedOrdinals(ordinals: readonly Ordinal[]): Ordinal[] {
  return ordinals.filter(({ keep }) => keep !== undefined);
}

/**
 * Runs `task` while all values of some ordinals are told apart. The ordinals are the author's, and others may use them:
 * so `task` must not let anybody else run before it is over, and leave nothing behind that searches go on with.
 */
export function toldApart<T>(ordinals: readonly Ordinal[], task: () => T): T {
  const writable = ordinals as readonly { keep: number | undefined }[];
  const kept = ordinals.map(({ keep }) => keep);
  for (const ordinal of writable) ordinal.keep = undefined;
  try {
    return task();
  } finally {
    writable.forEach((ordinal, i) => {
      ordinal.keep = kept[i];
    });
  }
}
