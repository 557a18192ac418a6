/** The counters of actions, of their bindings up to symmetry, and of the choices that they bind. */
import type { Action, Binding, Choice, Domains } from "../../model/action.js";
import { type ActionInstance, nameOfInstance } from "../../model/instance.js";
import type { Interchangeable } from "../../model/interchangeable.js";
import { memberInfo } from "../../model/scalarset.js";
import type { AnyState } from "../../model/state.js";
import { format, keyOf } from "../../model/value.js";
import { Counter } from "./counter.js";
import type { ActionCoverage } from "./coverage.js";
import { covered } from "./table-counters.js";

/** The bindings of an action that are renamings of each other. */
interface BindingClass {
  /** The first of them. */
  readonly name: string;
  bindings: number;
  readonly counter: Counter;
}

/** The counters of one action. */
interface CountersOfAction {
  readonly action: Action<AnyState>;
  readonly counter: Counter;
  /** By what the bindings of a class have in common. */
  readonly classes: Map<string, BindingClass>;
  /** By name that is bound to a choice, and by the key of the value. */
  readonly choices: ReadonlyMap<string, ReadonlyMap<string, { readonly name: string; readonly counter: Counter }>>;
}

export class ActionCounters {
  private readonly byName = new Map<string, CountersOfAction>();

  /** @param interchangeable the members that are renamed; undefined if none are */
  constructor(
    actions: readonly ActionInstance[],
    private readonly interchangeable: Interchangeable | undefined,
  ) {
    for (const instance of actions) {
      const { action, binding } = instance;
      const of = this.byName.get(action.name) ?? countersOf(action);
      this.byName.set(action.name, of);
      const key = this.keyOfClass(binding);
      const known = of.classes.get(key);
      if (known === undefined)
        of.classes.set(key, { name: nameOfInstance(instance), bindings: 1, counter: new Counter() });
      else known.bindings++;
    }
  }

  /** Returns a text that two bindings have in common if renaming interchangeable members makes one of the other. */
  private keyOfClass(binding: Binding<Domains>): string {
    const members: unknown[] = [];
    return Object.values(binding)
      .map((value) => {
        const set = typeof value === "symbol" ? memberInfo(value)?.set : undefined;
        if (set === undefined || !this.interchangeable?.has(set)) return keyOf(value);
        if (!members.includes(value)) members.push(value);
        return `member ${members.indexOf(value)} of ${set.serial}`;
      })
      .join();
  }

  /** Returns the counters that a step of an action is counted by. */
  of({ action, binding }: ActionInstance): Counter[] {
    const { counter, classes, choices } = this.byName.get(action.name)!;
    // A member that is bound where a choice has members besides its values has no counter of its own.
    const chosen = [...choices].flatMap(([name, values]) => values.get(keyOf(binding[name]))?.counter ?? []);
    return [counter, classes.get(this.keyOfClass(binding))!.counter, ...chosen];
  }

  get coverage(): ActionCoverage[] {
    return [...this.byName].map(([name, { action, counter, classes, choices }]) => ({
      ...{ name, place: action.where.place() ?? null, ...counter.covered },
      bindings: [...classes.values()].map(({ counter, ...of }) => ({ ...of, ...counter.covered })),
      choices: [...choices].map(([name, values]) => ({
        name,
        values: covered([...values.values()].map(({ name, counter }) => [name, counter])),
      })),
    }));
  }
}

function countersOf(action: Action<AnyState>): CountersOfAction {
  const choices = Object.entries(action.domains).flatMap(([name, domain]) => {
    if ((domain as Choice<unknown>).kind !== "choice") return [];
    const { values } = domain as Choice<unknown>;
    const counters = values.map((value) => [keyOf(value), { name: format(value), counter: new Counter() }] as const);
    return [[name, new Map(counters)] as const];
  });
  return { action, counter: new Counter(), classes: new Map(), choices: new Map(choices) };
}
