/**
 * Evaluations of a model's functions: what a function finds where it reads, in one state, with one binding and message.
 * The functions are actions, the rules of cells, and invariants.
 */
import { isRecord } from "immutable";
import type { Run } from "../../model/action.js";
import { type ActionInstance, type Instance, nameOfInstance } from "../../model/instance.js";
import type { Interchangeable } from "../../model/interchangeable.js";
import type { AnyState } from "../../model/state.js";
import { cellName } from "../../model/table.js";
import { attempt } from "../../model/thrown.js";
import { type AnyRecord, fieldsOf } from "../../model/value.js";
import { FunctionReads } from "../../observe/function-reads.js";
import { forBinding, type Observed } from "../../observe/observed.js";
import type { Read } from "../../observe/recorder.js";
import type { Engine } from "../engine/engine.js";
import type { ObservedModel } from "../engine/observed-model.js";
import { BoundNames } from "./bound-names.js";
import type { FunctionCoverage } from "./coverage.js";
import { type Found, FunctionCounters, type Input } from "./function-counters.js";
import type { ValueCounters } from "./value-counters.js";

/** A message that a function receives. */
export interface Received {
  readonly slot: number;
  readonly atom: number;
  readonly value: unknown;
  /** Where it comes from, as `down.Grant`. */
  readonly source: string;
  /** The fields that the function has read of it, as `down.Grant.data`; of what is no record, `down`. */
  readonly read: ReadonlySet<string>;
}

type Invariant = ObservedModel["invariants"][number];
/** A value that was read, with the name of the field. */
interface FieldRead {
  readonly slot: number;
  readonly field: string;
  /** The field within its variable, as `.at`; empty if there is none. */
  readonly suffix: string;
  readonly value: unknown;
}

export class Evaluations {
  private readonly instance: Instance;
  private readonly functionReads: FunctionReads;
  private readonly actions = new Map<string, FunctionCounters>();
  /** By table and cell. */
  private readonly cells = new Map<string, FunctionCounters>();
  /** By place among the instance's properties. */
  private readonly invariants = new Map<number, FunctionCounters>();
  /** By what it is: a function as its reads are asked for. */
  private readonly observed = new Map<string, Observed<never>>();
  private readonly names = new Map<object, BoundNames>();

  /** @param interchangeable the members that are renamed; undefined if none are */
  constructor(
    private readonly engine: Engine,
    interchangeable: Interchangeable | undefined,
  ) {
    const { families, model } = engine;
    this.instance = families.instance;
    this.functionReads = new FunctionReads(families, interchangeable);
    for (const { action } of this.instance.actions) {
      if (action.reception !== undefined) continue;
      this.actions.set(action.name, counters("action", action.name, action.where));
    }
    for (const { name: table, rows, columns, cells } of this.instance.tables) {
      const prefix = this.instance.tables.length === 1 ? "" : `${table}: `;
      for (const row of rows)
        for (const column of columns) {
          const { kind, where } = cells[row]![column]!;
          const cell = cellName(row, column);
          if (kind !== "impossible") this.cells.set(keyOfCell(table, cell), counters("cell", prefix + cell, where));
        }
    }
    for (const { place } of model.invariants) {
      const { name, where } = this.instance.properties[place]!;
      this.invariants.set(place, counters("invariant", name, where));
    }
  }

  /**
   * Returns the input of an evaluation of an action or, of one that receives by a table, of the rule of the cell;
   * undefined if the cell is impossible.
   * @param run what the action has come to
   */
  ofAction(row: Uint16Array, action: ActionInstance, run: Run<AnyState>, message?: Received): Input | undefined {
    const { cell } = run;
    const of =
      cell === undefined ? this.actions.get(action.action.name) : this.cells.get(keyOfCell(cell.table, cell.name));
    if (of === undefined) return undefined;
    const takes = message && { slot: message.slot, message: message.atom };
    const looking = this.looking(`${action.index} ${message?.atom}`, takes, () =>
      this.forAction(action, (state, of, message) => of.action.run(state, of.binding, message)),
    );
    // What the row is made of was found before the rule was asked, and is the same in the whole cell.
    const before = cell === undefined ? [] : this.rowReads(row, action);
    const reads = this.functionReads
      .of(looking, row)
      .filter(({ column, domain }) => !before.some((read) => read.column === column && read.domain === domain));
    const names = this.namesOf(action);
    const [inMessage, read] = message === undefined ? [[], []] : this.foundInMessage(action, message);
    return of.inputOf(names, this.found(names, reads), inMessage, read);
  }

  ofInvariant(row: Uint16Array, invariant: Invariant): Input {
    const { place, binding, tree } = invariant;
    const property = this.instance.properties[place]!;
    const looking = this.looking(`invariant ${tree}`, undefined, () =>
      forBinding(binding, (state, binding) => {
        if (property.kind === "invariant")
          attempt(
            () => property.name,
            () => property.holds(state, binding),
          );
        return { kind: "disabled" };
      }),
    );
    const names = this.namesOf(invariant);
    return this.invariants.get(place)!.inputOf(names, this.found(names, this.functionReads.of(looking, row)), [], []);
  }

  /** Tells the values which field the rows of a receiver's table are the values of. */
  noteRow(row: Uint16Array, receiver: ActionInstance, name: string, values: ValueCounters): void {
    const reads = this.rowReads(row, receiver).map((read) => this.fieldRead(read));
    values.noteRow(receiver.action.reception!.table.name, name, reads);
  }

  coverage(values: ValueCounters): FunctionCoverage[] {
    const all = [...this.actions.values(), ...this.cells.values(), ...this.invariants.values()];
    return all.map((of) => of.coverage((field) => values.heldBy(field), this.instance.layout));
  }

  /** Returns what the function of the row that a receiver is in reads. */
  private rowReads(row: Uint16Array, receiver: ActionInstance): readonly Read[] {
    const looking = this.looking(`row ${receiver.index}`, undefined, () =>
      this.forAction(receiver, (state, { action, binding }) => action.reception!.row(state, binding)),
    );
    return this.functionReads.of(looking, row);
  }

  private looking(
    key: string,
    takes: Observed<never>["takes"],
    make: () => Pick<Observed<never>, "run" | "binding" | "renamed">,
  ): Observed<never> {
    const known = this.observed.get(key);
    if (known !== undefined) return known;
    const made = { name: () => key, takes, onThrow: () => [], ...make() };
    this.observed.set(key, made);
    return made;
  }

  private forAction(
    action: ActionInstance,
    look: (state: AnyState, action: ActionInstance, message: unknown) => unknown,
  ): Pick<Observed<never>, "run" | "binding" | "renamed"> {
    return this.engine.model.forAction(action, (action, state, message) => {
      attempt(
        () => nameOfInstance(action),
        () => look(state, action, message),
      );
      return { kind: "disabled" };
    });
  }

  private namesOf(bound: Pick<ActionInstance, "binding">): BoundNames {
    const names = this.names.get(bound) ?? new BoundNames(bound.binding);
    this.names.set(bound, names);
    return names;
  }

  private fieldRead(read: Read): FieldRead {
    const { slot, field } = this.engine.families.placeOf(read);
    const suffix = field === undefined ? "" : `.${field}`;
    const { variable } = this.instance.layout.slots[slot]!;
    return { slot, suffix, field: variable + suffix, value: read.domain.interner.valueOf(read.id) };
  }

  private found(names: BoundNames, reads: readonly Read[]): Found[] {
    return reads.map((read) => {
      const { slot, suffix, field, value } = this.fieldRead(read);
      const name = names.slot(this.instance.layout, slot) + suffix;
      return { read: name, field, text: names.text(value), key: names.key(value) };
    });
  }

  /**
   * Returns what is in a message, and the names of the reads of it; of a cell without the message's kind, which is the
   * column.
   */
  private foundInMessage(action: ActionInstance, message: Received): readonly [Found[], string[]] {
    const { value, source, read } = message;
    const names = this.namesOf(action);
    const found = (name: string, field: string, value: unknown): Found => {
      return { read: name, field, text: names.text(value), key: names.key(value) };
    };
    if (!isRecord(value)) return [[found("message", source, value)], read.size > 0 ? ["message"] : []];
    const record = value as unknown as AnyRecord;
    const kind = action.action.reception && action.action.kinds?.of(value);
    const fields = fieldsOf(record).filter((field) => kind === undefined || record.get(field) !== kind);
    return [
      fields.map((field) => found(`message.${field}`, `${source}.${field}`, record.get(field))),
      fields.filter((field) => read.has(`${source}.${field}`)).map((field) => `message.${field}`),
    ];
  }
}

function counters(of: FunctionCoverage["of"], name: string, where: Parameters<typeof placeOf>[0]): FunctionCounters {
  return new FunctionCounters({ of, name, place: () => placeOf(where) });
}

function placeOf(where: ActionInstance["action"]["where"] | undefined) {
  return where?.place();
}

function keyOfCell(table: string, cell: string): string {
  return `${table}: ${cell}`;
}
