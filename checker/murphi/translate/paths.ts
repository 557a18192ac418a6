/** Ways through places: to their leaves, for what is surely written, and to what a rule may write. */
import { type Place, quoted, type Step } from "./code.js";
import type { WrittenPlace } from "./env.js";
import type { Slot } from "./pass.js";
import { leavesOf } from "./target-types.js";

/** Returns the text that leads from a value to a field or an element. */
export function access(step: Step): string {
  if (step.kind === "key") return `.get(${step.text})!`;
  return /^[A-Za-z_$][\w$]*$/.test(step.name) ? `.${step.name}` : `[${quoted(step.name)}]`;
}

/** Returns the text of a field or an index, as `set` takes it. */
export function keyText(step: Step): string {
  return step.kind === "key" ? step.text : quoted(step.name);
}

/** Returns the indices of the family, and the steps within its value. */
export function split({ root, steps }: Place): {
  readonly indices: readonly string[];
  readonly inner: readonly Step[];
} {
  const count = root.kind === "state" ? root.of.sets.length : 0;
  return { indices: steps.slice(0, count).map(keyText), inner: steps.slice(count) };
}

/** Returns what is said of a written place when one asks whether a rule has changed it. */
export function writtenPlace(place: Place, isKnown: (text: string) => boolean): WrittenPlace | undefined {
  const { root } = place;
  if (root.kind !== "state") return undefined;
  const { indices, inner } = split(place);
  const cut = inner.findIndex((step) => step.kind === "key" && !isKnown(step.text));
  const steps = inner.slice(0, cut < 0 ? undefined : cut);
  return {
    variable: root.of.name,
    indices: root.of.sets.map((_, i) => (indices[i] !== undefined && isKnown(indices[i]) ? indices[i] : null)),
    steps: steps.map((step) => ({ text: access(step), isField: step.kind === "field" })),
  };
}

/** Returns the path of a place, for what is surely written: an index has its type behind it. */
export function pathOf({ root, steps }: Place): readonly string[] | undefined {
  if (root.kind === "value") return undefined;
  const first = root.kind === "state" ? `state ${root.of.name}` : `local ${root.text}`;
  return [
    first,
    ...steps.map((step) =>
      step.kind === "field" ? `.${step.field}` : `[${step.isStable ? step.text : "?"}:${step.index.id}]`,
    ),
  ];
}

export function leavesOfPlace(place: Place): readonly { readonly path: readonly string[]; readonly slot: Slot }[] {
  const path = pathOf(place);
  if (path === undefined) return [];
  return leavesOf(place.type, place.slot).map((leaf) => ({ path: [...path, ...leaf.steps], slot: leaf.slot }));
}
