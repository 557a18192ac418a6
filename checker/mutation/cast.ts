/** Who takes part in a step, in words: the receiver of its message, the kernel that `at` is bound to. */
import type { Instance } from "../model/instance.js";
import { isSingle } from "../model/process.js";
import type { ChangeSeen } from "./survey.js";
import { ANOTHER, namesAt } from "./words.js";

/** The places of the ends of a channel among its indices, as far as they are known. */
export interface Ends {
  readonly from: number | undefined;
  readonly to: number | undefined;
}

/** Returns the ends of the channels of a family, as declared. By pair the first sends unless something else is said. */
export function endsOf({ layout, model }: Instance, family: number): Ends {
  const variable = layout.variables[family]!;
  const declared = model.channels?.[variable];
  const indices = layout.declarations[variable]!.sets.length;
  const place = (end: unknown, otherwise: number | undefined) => {
    if (end === "index" || end === "first index") return 0;
    if (end === "second index") return 1;
    return end === undefined && indices === 2 ? otherwise : undefined;
  };
  return { from: place(declared?.from, 0), to: place(declared?.to, 1) };
}

/** What is said of a message that is sent. */
export interface SendingTold {
  readonly does: string;
  readonly not: string;
  /** It goes to another member. */
  readonly astray: string;
  /** It goes the other way. */
  readonly back: string;
}

/** Who takes part in the steps of an action. */
export class Cast {
  private readonly told = new Map<string, string>();

  /** @param name the name of the action */
  constructor(
    private readonly instance: Instance,
    name: string,
  ) {
    const { layout } = instance;
    const { action, takes, binding } = instance.actions.find(({ action }) => action.name === name)!;
    for (const [name, domain] of Object.entries(action.domains)) {
      const set = domain.kind === "index set" ? domain : domain.set;
      if (set !== undefined) this.told.set(name, `${set.name} ${name}`);
    }
    if (takes === undefined) return;
    const names = namesAt(layout, takes, binding);
    const { from, to } = endsOf(instance, layout.slots[takes]!.family);
    if (from !== undefined && this.told.has(names[from]!)) this.told.set(names[from]!, "the sender");
    if (to !== undefined && this.told.has(names[to]!)) this.told.set(names[to]!, "the receiver");
  }

  /** Tells what becomes of a message. @param rather follows the message */
  sending({ family, names, place, words }: ChangeSeen, { from, to }: Ends, rather = ""): SendingTold {
    const { layout, model } = this.instance;
    const variable = layout.variables[family]!;
    const declared = model.channels?.[variable];
    const at = (index: number | undefined, end: unknown) => {
      if (isSingle(end)) return end.name;
      if (index === undefined) return undefined;
      const { name } = layout.declarations[variable]!.sets[index]!;
      return names[index] === ANOTHER ? `another ${name}` : (this.told.get(names[index]!) ?? names[index]);
    };
    const [sender, receiver] = [at(from, declared?.from), at(to, declared?.to)];
    const message = words + rather;
    const way = receiver === undefined ? ` into ${place}` : ` to ${receiver}`;
    const other = to === undefined ? "" : ` to another ${layout.declarations[variable]!.sets[to]!.name}`;
    const meant = to !== undefined && names[to] === ANOTHER ? "the one that it is meant for" : receiver;
    return {
      does: sender === undefined ? `${message} is put${way}` : `${sender} sends ${message}${way}`,
      not: sender === undefined ? `${message} is not put${way}` : `${sender} does not send ${message}${way}`,
      astray: `${sender === undefined ? `${message} is put` : `${sender} sends ${message}`}${other} than ${meant}`,
      back: `${message} goes from ${receiver} to ${sender}, and not the other way`,
    };
  }
}
