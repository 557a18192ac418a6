/**
 * The variables of a popcheck model for those of a Murphi file. An array over scalarsets is a family by their members,
 * so that members can be exchanged; whatever else lies within one variable is a record of its cells.
 */
import { Map as ImmutableMap, List, Record as RecordFactory } from "immutable";
import { Bag } from "../model/channel.js";
import type { IndexSet, Member } from "../model/scalarset.js";
import { AnyState, writerOf } from "../model/state.js";
import { matrix, perMember, single, type Variable, type Variables } from "../model/variables.js";
import type { GlobalVariable } from "./check-declaration.js";
import { asField, nameOfValue } from "./message.js";
import { type Type, type Value, valuesOf } from "./types.js";

/** One cell of a Murphi variable: which values of arrays lead to it. */
interface Cell {
  /** The names on the way: `.Dir.Line[1]`, without those of scalarsets. */
  readonly path: string;
  readonly sets: readonly IndexSet[];
  readonly members: readonly Member[];
  readonly isMultiset: boolean;
  /** The beginning of the path that leads to a process which is no member of a scalarset; empty if there is none. */
  readonly of: string;
}

/** Where popcheck has a cell. */
export interface Location {
  readonly reader: string;
  /** The sets that index the variable. */
  readonly sets: readonly IndexSet[];
  readonly writer: string;
  /** The members that index the variable: at most two, as many as a family has. */
  readonly members: readonly Member[];
  /** The field of the variable's record; undefined if its value is no record. */
  readonly field: string | undefined;
  /** The key in the value's map; undefined if its value is no map. */
  readonly key: unknown;
}

/** A state, of which nothing is known but its readers and writers. */
type AnyReaders = Readonly<Record<string, (...given: readonly unknown[]) => unknown>>;

/** A family is indexed by two sets at the most. What more scalarsets index lies in maps. */
const MOST_SETS = 2;

export class StateVariables {
  readonly variables: Variables;
  /** The value of each cell in a state of which nothing is written yet. */
  readonly initial: readonly Value[];
  private readonly locations: readonly Location[];

  /**
   * @param globals the variables of the file
   * @param ranged the sets that rules and properties range over
   * @param scalarsets all sets whose members can be exchanged
   * @param split the types of processes that are no scalarsets: an array over one is a variable for each process
   */
  constructor(
    globals: readonly GlobalVariable[],
    ranged: ReadonlySet<IndexSet>,
    scalarsets: readonly IndexSet[],
    split: ReadonlySet<Type> = new Set(),
  ) {
    const declared: Record<string, Variable<unknown, never>> = {};
    const locations: Location[] = [];
    const initial: Value[] = [];
    const names = new Names();
    for (const { name, type } of globals) {
      const cells = cellsOf(type, split);
      const groups = grouped(cells);
      for (const group of groups) {
        const variable = new FamilyOfCells(
          group.map((place) => cells[place]!),
          groups.length > 1,
          (path) => names.free(name + path),
        );
        declared[variable.name] = variable.declared();
        for (const place of group) locations[initial.length + place] = variable.locationOf(cells[place]!);
      }
      initial.push(...cells.map(({ isMultiset }) => (isMultiset ? Bag.of<Value>() : null)));
    }
    // Popcheck exchanges the members of sets that index a variable, or that something ranges over, and of no others.
    const indexing = new Set(Object.values(declared).flatMap(({ sets }) => sets));
    for (const set of scalarsets)
      if (!indexing.has(set) && !ranged.has(set)) declared[names.free(set.name)] = perMember(set, true) as never;
    this.variables = declared;
    this.locations = locations;
    this.initial = initial;
  }

  /** Returns where popcheck has a cell. */
  locationOf(cell: number): Location {
    return this.locations[cell]!;
  }

  /** Reads a cell of a state. */
  read(state: unknown, cell: number): Value {
    const { reader, members, field, key } = this.locations[cell]!;
    let value = (state as AnyReaders)[reader]!(...members);
    if (field !== undefined) value = (value as AnyRecord).get(field);
    if (key !== undefined) value = (value as ImmutableMap<unknown, unknown>).get(key);
    return value as Value;
  }

  /** Returns the state with a cell written. */
  write<S>(state: S, cell: number, value: Value): S {
    const { reader, writer, members, field, key } = this.locations[cell]!;
    const readers = state as unknown as AnyReaders;
    const whole = () => readers[reader]!(...members);
    const written = (): unknown => {
      if (field === undefined && key === undefined) return value;
      if (field === undefined) return (whole() as ImmutableMap<unknown, unknown>).set(key, value);
      const record = whole() as AnyRecord;
      if (key === undefined) return record.set(field, value);
      return record.set(field, (record.get(field) as ImmutableMap<unknown, unknown>).set(key, value));
    };
    return readers[writer]!(...members, written()) as S;
  }
}

type AnyRecord = RecordFactory<Record<string, unknown>>;

function cellsOf(type: Type, split: ReadonlySet<Type>): readonly Cell[] {
  const cells: Cell[] = [];
  const walk = (
    of: Type,
    path: string,
    sets: readonly IndexSet[],
    members: readonly Member[],
    process: string,
  ): void => {
    if (of.kind === "record") {
      for (const field of of.fields) walk(field.type, `${path}.${field.name}`, sets, members, process);
    } else if (of.kind === "array") {
      // Of a union of several scalarsets, the arrays by each of them are variables of their own.
      const parts = of.index.kind === "union" ? of.index.of : [of.index];
      const isOne = parts.filter(({ kind }) => kind === "scalarset").length < 2;
      for (const part of parts)
        for (const value of valuesOf(part)) {
          const element = `${path}[${nameOfValue(value)}]`;
          if (part.kind !== "scalarset")
            walk(of.element, element, sets, members, process === "" && split.has(part) ? element : process);
          else
            walk(
              of.element,
              isOne ? path : `${path}[${part.set.name}]`,
              [...sets, part.set],
              [...members, value as Member],
              process,
            );
        }
    } else cells.push({ path, sets, members, isMultiset: of.kind === "multiset", of: process });
  };
  walk(type, "", [], [], "");
  return cells;
}

/**
 * Returns the places of cells that become one variable each: those that the same sets index, for each process that is
 * no member of one. A multiset is a variable of its own, since popcheck looks into channels there.
 */
function grouped(cells: readonly Cell[]): readonly (readonly number[])[] {
  const groups = new Map<string, number[]>();
  cells.forEach(({ path, sets, isMultiset, of }, place) => {
    const key = JSON.stringify([sets.map(({ serial }) => serial), of, isMultiset ? path : ""]);
    const group = groups.get(key) ?? [];
    group.push(place);
    groups.set(key, group);
  });
  return [...groups.values()];
}

/** Returns the longest beginning that paths share and that ends before a field or an element. */
function sharedBeginning(paths: readonly string[]): string {
  const [first = "", ...others] = paths;
  if (others.length === 0) return first;
  let length = 0;
  while (length < first.length && others.every((path) => path[length] === first[length])) length++;
  const cut = Math.max(first.lastIndexOf(".", length), first.lastIndexOf("[", length));
  return cut < 0 ? "" : first.slice(0, cut);
}

/** Names of variables, none of which a state has already. */
class Names {
  private readonly taken = new Set<string>();

  free(wanted: string): string {
    let name = wanted;
    while (this.isTaken(name)) name += "'";
    for (const each of [name, writerOf(name)]) this.taken.add(each);
    return name;
  }

  private isTaken(name: string): boolean {
    return [name, writerOf(name)].some(
      (each) => each in AnyState.prototype || ["layout", "source"].includes(each) || this.taken.has(each),
    );
  }
}

/** The cells that become one variable of popcheck's. */
class FamilyOfCells {
  readonly name: string;
  private readonly sets: readonly IndexSet[];
  private readonly paths: readonly string[];
  /** The beginning of all paths that is a part of the name. */
  private readonly inName: string;
  private readonly isRecord: boolean;
  private readonly value: unknown;

  /**
   * @param isPart whether it is one of several variables for one of the file's: its name tells which
   * @param nameFor returns a free name, given what all cells of the variable share of their paths
   */
  constructor(cells: readonly Cell[], isPart: boolean, nameFor: (path: string) => string) {
    this.paths = [...new Set(cells.map(({ path }) => path))];
    this.sets = cells[0]!.sets;
    this.inName = isPart ? sharedBeginning(this.paths) : "";
    this.name = nameFor(this.inName);
    const empty = cells[0]!.isMultiset ? Bag.of<Value>() : null;
    const keys = new Set(cells.map(keyOf));
    const one = this.sets.length <= MOST_SETS ? empty : ImmutableMap([...keys].map((key) => [key, empty]));
    // A record of one field is a record, unless the field has given the variable its name.
    this.isRecord = this.paths.length > 1 || (!isPart && this.paths[0]!.startsWith(".") && !cells[0]!.isMultiset);
    this.value = this.isRecord
      ? new (recordOf(
          this.paths.map((path) => this.fieldAt(path)),
          one,
        ))()
      : one;
  }

  declared(): Variable<unknown, never> {
    const [rows, columns] = this.sets;
    const { value } = this;
    const variable =
      rows === undefined
        ? single(value)
        : columns === undefined
          ? perMember(rows, () => value)
          : matrix(rows, columns, () => value);
    return variable as unknown as Variable<unknown, never>;
  }

  private fieldAt(path: string): string {
    return asField(path.slice(this.inName.length));
  }

  locationOf(cell: Cell): Location {
    return {
      reader: this.name,
      sets: this.sets,
      writer: writerOf(this.name),
      members: cell.members.slice(0, MOST_SETS),
      field: this.isRecord ? this.fieldAt(cell.path) : undefined,
      key: keyOf(cell),
    };
  }
}

function keyOf({ members }: Cell): unknown {
  const rest = members.slice(MOST_SETS);
  return rest.length < 2 ? rest[0] : List(rest);
}

function recordOf(fields: readonly string[], value: unknown): new () => AnyRecord {
  class Cells extends RecordFactory<Record<string, unknown>>(
    Object.fromEntries(fields.map((field) => [field, value])),
  ) {}
  return Cells as unknown as new () => AnyRecord;
}
