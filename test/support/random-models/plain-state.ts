/**
 * States of described models as plain numbers and lists, with renaming and renumbering of their own. A level and a
 * member are numbers (-1: nobody), a set of members is a bit set, a map a list of levels (-1: no level), a stamp and a
 * floor a rank, a record and a message a list of fields, a channel a list of messages; those of a bag are sorted.
 */
import type { Description, Field, Scalar, SetName, Type, VariableOf } from "./description.js";

export type Plain = number | readonly Plain[];
export type PlainState = readonly Plain[];

export interface PlainSlot {
  readonly variable: VariableOf;
  readonly indices: readonly number[];
}

/** Where the values of a described model's variables stand in a state. */
export class PlainLayout {
  readonly slots: readonly PlainSlot[];
  private readonly slotsOf = new Map<string, number>();
  private readonly variables: ReadonlyMap<string, VariableOf>;

  constructor(readonly of: Description) {
    this.variables = new Map(of.variables.map((variable) => [variable.name, variable]));
    this.slots = of.variables.flatMap((variable) => this.indicesOf(variable).map((indices) => ({ variable, indices })));
    this.slots.forEach(({ variable, indices }, slot) => {
      this.slotsOf.set(`${variable.name} ${indices.join()}`, slot);
    });
  }

  sizeOf(set: SetName): number {
    return this.of.sizes[set];
  }

  variable(name: string): VariableOf {
    const variable = this.variables.get(name);
    if (variable === undefined) throw new Error(`no variable ${name}`);
    return variable;
  }

  slotOf(name: string, indices: readonly number[]): number {
    const slot = this.slotsOf.get(`${name} ${indices.join()}`);
    if (slot === undefined) throw new Error(`no slot ${name}[${indices.join()}]`);
    return slot;
  }

  private indicesOf(variable: VariableOf): number[][] {
    const [rows, columns] = variable.by.map((set) => Array.from({ length: this.sizeOf(set) }, (_, i) => i));
    if (rows === undefined) return [[]];
    if (columns === undefined) return rows.map((i) => [i]);
    return rows.flatMap((i) => columns.filter((j) => j !== i || !isOffDiagonal(variable)).map((j) => [i, j]));
  }

  /** The state in which every level is the first, every stamp the same, and everything else empty. */
  get first(): PlainState {
    return this.slots.map(({ variable: { type } }) => this.firstOf(type));
  }

  firstOf(type: Type): Plain {
    switch (type.kind) {
      case "level":
      case "set":
        return 0;
      case "member":
      case "floor":
        return -1;
      case "map":
        return Array<number>(this.sizeOf(type.set)).fill(-1);
      case "stamp":
        return 1;
      case "record":
        return type.fields.map((field) => this.firstOf(field.type));
      default:
        return [];
    }
  }

  /** Returns the state with the members of a set renamed: the one with index i gets the index to[i]. */
  rename(state: PlainState, set: SetName, to: readonly number[]): PlainState {
    const renamed: Plain[] = [];
    this.slots.forEach(({ variable, indices }, slot) => {
      const after = indices.map((index, i) => (variable.by[i] === set ? to[index]! : index));
      renamed[this.slotOf(variable.name, after)] = mapScalars(state[slot]!, variable.type, (value, type) =>
        renamedScalar(value, type, set, to),
      );
    });
    return renamed;
  }

  /** Returns the state with its stamps renumbered: their order stays, and nothing else of them. */
  renumber(state: PlainState): PlainState {
    const ranks = new Set<number>();
    let ordinals = false;
    const each = (change: (value: Plain, type: Scalar) => Plain) =>
      this.slots.map(({ variable }, slot) => mapScalars(state[slot]!, variable.type, change));
    each((value, { kind }) => {
      if (kind === "stamp") ranks.add(value as number);
      if (kind === "stamp" || kind === "floor") ordinals = true;
      return value;
    });
    if (!ordinals) return state;
    const before = [...ranks].sort((a, b) => a - b);
    const after = this.ranksAfter(before);
    return each((value, { kind }) => {
      if (kind === "stamp") return after[before.indexOf(value as number)]!;
      if (kind !== "floor") return value;
      const below = before.filter((rank) => rank <= (value as number)).length - 1;
      return below < 0 ? -1 : after[below]!;
    });
  }

  private ranksAfter(before: readonly number[]): number[] {
    const { keep, window } = this.of.ordinal;
    const after: number[] = [];
    before.forEach((rank, i) => {
      const fromTop = before.length - 1 - i;
      if (window !== undefined) after.push(i === 0 ? 1 : after[i - 1]! + Math.min(rank - before[i - 1]!, window + 1));
      else if (keep === undefined) after.push(2 * i + 1);
      else after.push(fromTop < keep ? 2 * (keep - fromTop) - 1 : 0);
    });
    return after;
  }
}

/** Whether a variable has values for pairs of different members of one set alone. */
export function isOffDiagonal({ by: [first, second], diagonal }: VariableOf): boolean {
  return second !== undefined && first === second && diagonal !== true;
}

/** Returns a value with its scalars changed; the messages of a bag are put into order again. */
export function mapScalars(value: Plain, type: Type, change: (value: Plain, type: Scalar) => Plain): Plain {
  const fields = (values: Plain, of: readonly Field[]): Plain =>
    of.map((field, i) => change((values as readonly Plain[])[i]!, field.type));
  if (!("fields" in type)) return change(value, type);
  if (type.kind === "record") return fields(value, type.fields);
  const messages = (value as readonly Plain[]).map((message) => fields(message, type.fields));
  return type.kind === "bag" ? sorted(messages) : messages;
}

/** The messages of a bag in the order that stands for all orders. */
export function sorted(messages: readonly Plain[]): Plain[] {
  return [...messages].sort((a, b) => (keyOfPlain(a) < keyOfPlain(b) ? -1 : 1));
}

export const keyOfPlain = (value: Plain): string => JSON.stringify(value);

function renamedScalar(value: Plain, type: Scalar, set: SetName, to: readonly number[]): Plain {
  if (!("set" in type) || type.set !== set) return value;
  if (type.kind === "member") return (value as number) < 0 ? value : to[value as number]!;
  if (type.kind === "set") return to.reduce((bits, after, i) => bits | ((((value as number) >> i) & 1) << after), 0);
  const after: Plain[] = [];
  to.forEach((place, i) => {
    after[place] = (value as readonly Plain[])[i]!;
  });
  return after;
}

/** All orders of 0 to `size` - 1, the identity first. */
export function permutationsOf(size: number): number[][] {
  const orders = (left: readonly number[]): number[][] =>
    left.length === 0
      ? [[]]
      : left.flatMap((first) => orders(left.filter((i) => i !== first)).map((rest) => [first, ...rest]));
  return orders(Array.from({ length: size }, (_, i) => i));
}
