/** Which types are processes, for pictures: said by the user, or guessed from what they index. */
import { type Process, type SingleProcess, singleProcess } from "../model/process.js";
import type { Member } from "../model/scalarset.js";
import type { CheckedFile } from "./check-file.js";
import { type Said, unknownName } from "./drawing-words.js";
import type { GlobalCell } from "./global-cells.js";
import {
  countOf,
  type EnumType,
  isSame,
  type RangeType,
  type ScalarsetType,
  type SimpleType,
  type Type,
  type Value,
  valuesOf,
} from "./types.js";

/** A type whose values are processes: members of a scalarset, or each a single process. */
export type ProcessType = ScalarsetType | EnumType | RangeType;

export interface FoundProcesses {
  /** In the order of their lanes. */
  readonly types: readonly ProcessType[];
  /** The variables each of which is the one variable of a single process. */
  readonly variables: readonly string[];
}

/** Names of types that index arrays and are no processes: addresses, data, slots of queues. */
const NO_PROCESS = /addr|block|line|page|loc|data|val|word|msg|mess|packet|slot|chan|queue|^vc|^index|version|stamp/i;
/** The greatest number of processes that a range or an enum is guessed to be. */
const MOST_GUESSED = 16;

/** Returns the names of a file's types. Of a type with two names, it has the first. */
export function typeNames({ types }: CheckedFile): ReadonlyMap<Type, string> {
  const names = new Map<Type, string>();
  for (const [name, type] of types) if (!names.has(type)) names.set(type, name);
  return names;
}

/**
 * Returns the processes that the user says.
 * @throws UsageError or LoadError, by who said it, for a name that is no type of processes and no variable
 */
export function saidProcesses({ types, globals }: CheckedFile, { names }: Said): FoundProcesses {
  const found: ProcessType[] = [];
  const variables: string[] = [];
  for (const said of names) {
    const type = types.get(said.name);
    if (type === undefined) {
      const isVariable = globals.some(({ name }) => name === said.name);
      if (!isVariable)
        throw unknownName(said, "type or variable", [...types.keys(), ...globals.map(({ name }) => name)]);
      variables.push(said.name);
    } else {
      const parts = type.kind === "union" ? type.of : [type];
      for (const part of parts) {
        if (part.kind !== "scalarset" && part.kind !== "enum" && part.kind !== "range")
          throw said.refused(
            `${said.name} is ${part.kind === "boolean" ? "a boolean" : `a type of ${part.kind}s`}, whose values are no processes`,
          );
        if (!found.includes(part)) found.push(part);
      }
    }
  }
  return { types: found, variables };
}

/**
 * Guesses the processes: scalarsets that index variables other than messages and whose names are not those of addresses
 * or data, with the enums that are in a union with one; where there is no such scalarset, ranges and enums with a name
 * that index whole variables and that rulesets range over.
 */
export function guessedProcesses(file: CheckedFile, cells: readonly GlobalCell[]): FoundProcesses {
  const names = typeNames(file);
  const own = cells.filter(({ message }) => message === undefined);
  const indexing = new Set(own.flatMap(({ indices }) => indices.map(({ type }) => type)));
  const isNamed = (type: Type) => !NO_PROCESS.test(names.get(type) ?? "");
  const sets = [...file.types.values()].filter(
    (type, i, all): type is ScalarsetType =>
      type.kind === "scalarset" && all.indexOf(type) === i && indexing.has(type) && isNamed(type),
  );
  if (sets.length > 0) {
    const unions = [...file.types.values()].flatMap((type) => (type.kind === "union" ? [type.of] : []));
    const beside = unions.filter((parts) => parts.some((part) => sets.includes(part as ScalarsetType))).flat();
    const enums = beside.filter((part, i): part is EnumType => part.kind === "enum" && beside.indexOf(part) === i);
    return { types: [...sets, ...enums], variables: [] };
  }
  const outermost = new Set(own.flatMap(({ indices: [first] }) => (first === undefined ? [] : [first.type])));
  const ranged = new Set(
    file.rules.flatMap(({ binders }) => binders.flatMap((of) => (of.kind === "quantifier" ? [of.of.type] : []))),
  );
  const others = [...names.keys()].filter(
    (type): type is EnumType | RangeType =>
      (type.kind === "range" || type.kind === "enum") &&
      ranged.has(type) &&
      outermost.has(type) &&
      isNamed(type) &&
      countOf(type) <= MOST_GUESSED,
  );
  return { types: others, variables: [] };
}

/** A process that is no member of a scalarset, and the value that stands for it. */
interface ValueProcess {
  readonly type: EnumType | RangeType;
  readonly value: Value;
  readonly process: SingleProcess;
}

/** The processes of a file, by the values that stand for them. */
export class ProcessesByValue {
  private readonly singles: readonly ValueProcess[];
  private readonly types: readonly ProcessType[];

  /**
   * @param variablesOf returns popcheck's variables that are those of the process with a value
   * @param names the names of types
   */
  constructor(
    { types }: FoundProcesses,
    names: ReadonlyMap<Type, string>,
    variablesOf: (type: ProcessType, value: Value) => readonly string[],
  ) {
    this.types = types;
    const singles: ValueProcess[] = [];
    const taken = new Set<string>();
    for (const type of types) {
      if (type.kind === "scalarset") continue;
      for (const value of valuesOf(type)) {
        const own = String(value);
        // Two ranges share numbers.
        const name = taken.has(own) ? `${names.get(type)} ${own}` : own;
        taken.add(name);
        // singleProcess takes a process that has no variable of its own for that of its name.
        singles.push({ type, value, process: { ...singleProcess(name), variables: variablesOf(type, value) } });
      }
    }
    this.singles = singles;
  }

  /** Returns the processes in the order of their lanes. */
  get all(): readonly Process[] {
    return this.types.flatMap((type): readonly Process[] =>
      type.kind === "scalarset"
        ? [type.set]
        : this.singles.flatMap((single) => (single.type === type ? [single.process] : [])),
    );
  }

  /** Returns the single processes that values of types stand for. */
  get single(): readonly SingleProcess[] {
    return this.singles.map(({ process }) => process);
  }

  /** Tells whether a type is one of processes. Another range of the same bounds is none. */
  has(type: Type): boolean {
    return this.types.includes(type as ProcessType);
  }

  /** Returns the single process of a value; undefined if there is none. */
  singleOf(type: Type, value: Value): SingleProcess | undefined {
    return this.singles.find((single) => single.value === value && single.type === type)?.process;
  }

  /**
   * Returns the process that a value stands for which names a process in a message; null if it stands for none.
   * @param type the type of the value, which may be another range of the same bounds
   */
  processOf(type: SimpleType, value: Value): Member | SingleProcess | null {
    const parts = type.kind === "union" ? type.of : [type];
    for (const each of this.types) {
      if (!parts.some((part) => isSame(part, each)) || !valuesOf(each).includes(value)) continue;
      return each.kind === "scalarset" ? (value as Member) : this.singleOf(each, value)!;
    }
    return null;
  }

  /** Tells whether the values of a type name its processes, so that one in a step's name says whose it is. */
  isNamedByValues(type: Type): boolean {
    if (type.kind === "scalarset") return this.has(type);
    const of = this.singles.filter((single) => single.type === type);
    return of.length > 0 && of.every(({ value, process }) => process.name === String(value));
  }

  /** Returns the single process of an enum's member. */
  named(member: string): SingleProcess | undefined {
    return this.singles.find(({ type, value }) => type.kind === "enum" && value === member)?.process;
  }
}
