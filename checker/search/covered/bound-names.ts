/**
 * Members as a function sees them: by the names that it binds them to. So what is counted of a function with one
 * binding is counted of it with each, and stays as it is when members are renamed.
 */
import type { Binding, Domains } from "../../model/action.js";
import { type IndexSet, type Member, memberInfo, nameOf } from "../../model/scalarset.js";
import type { Layout } from "../../model/state.js";
import { formatNaming, keyOf } from "../../model/value.js";
import { textOf } from "./value-text.js";

export class BoundNames {
  /** By member: the first name that is bound to it. */
  private readonly names = new Map<unknown, string>();
  /** The sets of which some member is bound. */
  private readonly sets = new Set<IndexSet>();

  constructor(private readonly binding: Binding<Domains>) {
    for (const [name, value] of Object.entries(binding)) {
      const set = typeof value === "symbol" ? memberInfo(value)?.set : undefined;
      if (set === undefined) continue;
      if (!this.names.has(value)) this.names.set(value, name);
      this.sets.add(set);
    }
  }

  /** Returns the name that is bound to a member; of a fixed member its own; else `other kernel` or `any kernel`. */
  readonly of = (member: Member): string => {
    const bound = this.names.get(member);
    if (bound !== undefined) return bound;
    const { set } = memberInfo(member)!;
    if (set.extends !== undefined) return nameOf(member);
    return `${this.sets.has(set) ? "other" : "any"} ${set.name}`;
  };

  /** Returns all that a direct member of a set can be called, as far as there surely is such a member. */
  possible(set: IndexSet, layout: Layout): string[] {
    const bound = Object.entries(this.binding).filter(([, value]) => memberInfo(value as symbol)?.set === set);
    const others = layout.sizeOf(set) > bound.length ? [`${bound.length > 0 ? "other" : "any"} ${set.name}`] : [];
    return [...bound.filter(([name, value]) => this.names.get(value) === name).map(([name]) => name), ...others];
  }

  /** Returns the name of a slot, as `copy[k]` or `link[k][other kernel]`. */
  slot(layout: Layout, slot: number): string {
    const { variable, indices } = layout.slots[slot]!;
    const { sets } = layout.declarations[variable]!;
    return variable + indices.map((index, i) => `[${this.of(sets[i]!.member(index))}]`).join("");
  }

  /** Returns a value as reports show it; of a channel, the number of its messages. */
  text(value: unknown): string {
    return textOf(value, (inner) => formatNaming(inner, this.of));
  }

  /** Returns a text that two values share if they are the same under these names. */
  key(value: unknown): string {
    return keyOf(value, { member: (member) => `@${this.of(member)}` });
  }

  /** Returns a text that two bindings share if what they bind is the same under these names. */
  get bindingKey(): string {
    return Object.values(this.binding)
      .map((value) => this.key(value))
      .join();
  }
}
