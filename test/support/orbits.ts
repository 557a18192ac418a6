/** The number of orbits of a model's states, by the reference semantics alone. */
import type { Values } from "../../checker/model/bound.js";
import { Instance } from "../../checker/model/instance.js";
import type { AnyModel } from "../../checker/model/model.js";
import { rename, successorsOf } from "../../checker/model/reference.js";
import { type Member, ordersOf, renamingOf } from "../../checker/model/scalarset.js";
import { scalarsetsOf } from "../../checker/model/scalarsets.js";
import { keyOf } from "../../checker/model/value.js";

/** Returns the number of orbits of a model's states under renamings of all its sets. */
export function orbitsIn(model: AnyModel, given: Readonly<Record<string, unknown>>): number {
  const instance = new Instance(model, given);
  const { layout } = instance;
  const renamings = scalarsetsOf(instance).reduce<((member: Member) => Member)[]>(
    (all, set) => {
      const orders = ordersOf(Array.from({ length: layout.sizeOf(set) }, (_, i) => i));
      const ofSet = orders.map((to) => renamingOf(set, to));
      return all.flatMap((before) => ofSet.map((then) => (member: Member) => then(before(member))));
    },
    [(member) => member],
  );
  const keyOfOrbit = (values: Values) =>
    renamings
      .map((member) =>
        rename(values, member, instance)
          .map((value) => keyOf(value))
          .join(),
      )
      .sort()[0]!;
  const found = new Map<string, Values>();
  const add = (values: Values) => void (found.has(keyOfOrbit(values)) || found.set(keyOfOrbit(values), values));
  instance.initial.forEach(add);
  for (const values of found.values()) for (const { next } of successorsOf(instance, values)) if (next) add(next);
  return found.size;
}
