/** Which bound functions are renamings of each other. */
import type { Bound } from "../model/instance.js";
import { keyOf } from "../model/value.js";
import type { Permutation } from "./orbits.js";

/**
 * For each function of `all`, by permutation: the place in `all` of the same function with the renamed binding;
 * undefined if it is not there.
 */
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

/** A text for the binding after `rename`. Two bindings have equal texts only if their values are equal. */
export function keyOfBinding(binding: object, rename: Permutation["rename"] = (value) => value): string {
  return Object.entries(binding)
    .map(([name, value]) => `${name}: ${keyOf(rename(value))}`)
    .join();
}
