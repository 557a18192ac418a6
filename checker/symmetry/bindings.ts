/** Functions with bindings, under renamings of members: which is which, renamed. */
import type { Bound } from "../model/instance.js";
import { keyOf } from "../model/value.js";
import type { Permutation } from "./orbits.js";

/** For each the places, in the list, of the same function with the binding that each permutation makes of its own. */
export function renamedBindings(
  all: readonly Bound<object>[],
  permutations: readonly Pick<Permutation, "rename">[],
): (number | undefined)[][] {
  const placeOf = new Map<object, Map<string, number>>();
  all.forEach(({ of, binding }, place) => {
    const places = placeOf.get(of) ?? new Map<string, number>();
    placeOf.set(of, places.set(keyOfBinding(binding), place));
  });
  return all.map(({ of, binding }) =>
    permutations.map(({ rename }) => placeOf.get(of)!.get(keyOfBinding(binding, rename))),
  );
}

/** A text that is equal for bindings to equal values only, after a renaming. */
export function keyOfBinding(binding: object, rename: Permutation["rename"] = (value) => value): string {
  return Object.entries(binding)
    .map(([name, value]) => `${name}: ${keyOf(rename(value))}`)
    .join();
}
