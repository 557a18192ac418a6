/**
 * The shape of a model: what must be so before a search can mean anything. TypeScript sees most of it in an author's
 * editor, but types are not looked at when a model runs, and some of it no type says. `checkShape` looks at the model
 * once it is instantiated; `ReceiverRows` (receiver-rows.ts) at what actions write, as soon as they write it.
 */
import { isRecord } from "immutable";
import { LoadError, UsageError } from "../errors.js";
import type { Action, Domains } from "./action.js";
import type { Values } from "./bound.js";
import type { Compassion } from "./compassion.js";
import type { Constraint } from "./constraint.js";
import type { AnyModel } from "./model.js";
import { refuseOtherMaker } from "./module-copy.js";
import type { ParameterValues } from "./parameters.js";
import { hasGoals, noError, noFailedAssertion, type Property } from "./property.js";
import type { ReceiverRows } from "./receiver-rows.js";
import { type IndexSet, type Member, nameOf } from "./scalarset.js";
import { initialStandings } from "./standings.js";
import { type AnyState, type Layout, writerOf } from "./state.js";
import type { StepFairness } from "./step-fairness.js";
import { cellName, type DescribedTable, type NamedTable } from "./table.js";
import { type AnyRecord, described, fieldsOf, notAValue, wrongIn } from "./value.js";
import type { Variables } from "./variables.js";
import { checkCapacities } from "./within-capacities.js";

/**
 * Checks the declared variables.
 * @throws LoadError for what is no variable, and for names that clash
 */
export function checkVariables(model: AnyModel, declared: unknown): Variables {
  if (typeof declared !== "object" || declared === null)
    throw new LoadError(`variables of ${model.name} returned ${described(declared)}\n  Return an object of variables.`);
  const writers = new Map<string, string>();
  for (const [name, variable] of Object.entries(declared)) {
    if ((variable as { kind?: unknown } | null)?.kind !== "variable")
      throw new LoadError(
        `the variable ${name} of ${model.name} is ${described(variable)}
  Declare it with single, perMember, perPair or matrix.${ifUndefined(variable)}`,
      );
    const other = writers.get(writerOf(name));
    if (other !== undefined)
      throw new LoadError(
        `the variables ${other} and ${name} of ${model.name} would both be written by ${writerOf(name)}\n  Rename one of them.`,
      );
    writers.set(writerOf(name), name);
    for (const set of (variable as Variables[string]).sets)
      refuseOtherMaker(`the index set ${set.name} of the variable ${name} of ${model.name}`, set);
  }
  return declared as Variables;
}

/** Checks the declared actions, and their receive tables. @throws LoadError for the first mistake */
export function checkActions(model: AnyModel, declared: unknown): readonly Action<AnyState>[] {
  const actions = listOf<Action<AnyState>>(model, "actions", "action", declared);
  for (const action of actions) {
    if (action?.kind !== "action" || typeof action.run !== "function")
      throw new LoadError(
        `one of the actions of ${model.name} is ${described(action)}\n  Make each with action or receive of the vocabulary.${ifUndefined(action)}`,
      );
    refuseOtherMaker(`action ${action.name} of ${model.name}`, action.where);
    checkDomains(`action ${action.name}, declared at ${action.where},`, action.domains);
    if (action.reception !== undefined)
      checkTable(action.reception.table, `the receive table "${action.reception.table?.name}"`);
  }
  refuseTwice(model, "actions", actions);
  refuseOtherTables(tablesOf(actions));
  return actions;
}

/** Checks the declared constraints. @throws LoadError for the first mistake */
export function checkConstraints(model: AnyModel, declared: unknown): readonly Constraint<AnyState>[] {
  const constraints = listOf<Constraint<AnyState>>(model, "constraints", "constraint", declared);
  for (const constraint of constraints) {
    const kind: string | undefined = constraint?.kind;
    if ((kind !== "state constraint" && kind !== "action constraint") || typeof constraint.holds !== "function")
      throw new LoadError(
        `one of the constraints of ${model.name} is ${described(constraint)}\n  Make each with constraint or actionConstraint of the vocabulary.${ifUndefined(constraint)}`,
      );
    checkDomains(`the constraint "${constraint.name}"`, constraint.domains);
  }
  refuseTwice(model, "constraints", constraints);
  return constraints;
}

/** Checks what is declared of fairness. @throws LoadError for the first mistake */
export function checkFairness(
  model: AnyModel,
  declared: unknown,
): readonly (Compassion<AnyState> | StepFairness<AnyState>)[] {
  const all = listOf<Compassion<AnyState> | StepFairness<AnyState>>(model, "fairness", "assumption", declared);
  for (const of of all) {
    const kind: string | undefined = of?.kind;
    if ((kind !== "compassion" && kind !== "step fairness") || !Array.isArray(of.actions))
      throw new LoadError(
        `one of the assumptions of fairness of ${model.name} is ${described(of)}\n  Make each with compassion, weakFairness or strongFairness of the vocabulary.`,
      );
    checkDomains(`the assumption "${of.name}"`, of.domains);
  }
  return all;
}

/** Names that no property of a model may have, with what reports call so. */
const RESERVED: Readonly<Record<string, string>> = {
  [noError.name]: "what functions of the model throw",
  [noFailedAssertion.name]: "assertions of the model that fail",
};

/** Checks the declared properties. @throws LoadError for the first mistake */
export function checkProperties(model: AnyModel, declared: unknown): readonly Property<AnyState>[] {
  const properties = listOf<Property<AnyState>>(model, "properties", "property", declared);
  for (const property of properties) {
    const kind: string | undefined = property?.kind;
    const functions = FUNCTIONS[kind as keyof typeof FUNCTIONS];
    if (functions === undefined || typeof property.name !== "string")
      throw new LoadError(
        `one of the properties of ${model.name} is ${described(property)}\n  Make each with always, reachable, noDeadlock, … of the vocabulary.${ifUndefined(property)}`,
      );
    const own = property as unknown as Readonly<Record<string, unknown>>;
    for (const name of functions) {
      if (typeof own[name] === "function") continue;
      throw new LoadError(`${name} of the property "${property.name}" is ${described(own[name])}, not a function`);
    }
    const reserved = RESERVED[property.name];
    if (reserved !== undefined)
      throw new LoadError(
        `a property of ${model.name} is called "${property.name}"\n  Rename it: so reports call ${reserved}.`,
      );
    refuseOtherMaker(`the property "${property.name}" of ${model.name}`, property.where);
    if ("domains" in property) checkDomains(`the property "${property.name}"`, property.domains);
    if (!hasGoals(property)) continue;
    for (const goal of listOf<(typeof property.goals)[number]>(
      model,
      `goals of "${property.name}"`,
      "goal",
      property.goals,
    ))
      if ("domains" in goal) checkDomains(`the goal "${goal.label}"`, goal.domains);
  }
  refuseTwice(model, "properties", properties);
  return properties;
}

/** By kind of property: its functions. */
const FUNCTIONS: Readonly<Record<Property<unknown>["kind"], readonly string[]>> = {
  invariant: ["holds", "explain"],
  initial: ["holds", "explain"],
  "step invariant": ["holds", "explain"],
  reachable: [],
  coverage: [],
  "no deadlock": ["stuck", "explain"],
  "no unspecified reception": [],
  eventually: ["holds", "explain"],
  "leads to": ["from", "holds", "explain"],
  "always eventually": ["holds", "explain"],
  "eventually always": ["holds", "explain"],
};

function listOf<T>(model: AnyModel, name: string, noun: string, declared: unknown): readonly T[] {
  if (Array.isArray(declared)) return declared as T[];
  throw new LoadError(
    `${name} of ${model.name} returned ${described(declared)}\n  Return a list, of one ${noun} or more.`,
  );
}

/** What to add to the remedy if nothing is where a declaration of another file may be meant. */
function ifUndefined(what: unknown): string {
  return what === undefined
    ? " If another file declares it, that file may import this one: what is declared later is still undefined then. Break the circle."
    : "";
}

function checkDomains(of: string, domains: unknown): asserts domains is Domains {
  if (typeof domains !== "object" || domains === null)
    throw new LoadError(
      `${of} has as its domains ${described(domains)}\n  Give an object, as { k: kernels }; {} if there is nothing to choose.`,
    );
  for (const [name, domain] of Object.entries(domains)) {
    const kind = (domain as { kind?: unknown } | null)?.kind;
    refuseOtherMaker(`${of} takes ${name} from an index set that`, domain);
    if (kind === "index set" || kind === "choice") continue;
    throw new LoadError(
      `${of} takes ${name} from ${described(domain)}\n  Give an index set, or a choice made with oneOf or optional.${ifUndefined(domain)}`,
    );
  }
}

function refuseTwice(model: AnyModel, noun: string, things: readonly { readonly name: string }[]): void {
  const names = things.map(({ name }) => name);
  const twice = names.find((name, i) => names.indexOf(name) < i);
  if (twice === undefined) return;
  throw new LoadError(
    `${model.name} has two ${noun} called "${twice}"\n  Rename one: reports, traces and options tell them apart by their names.`,
  );
}

/** Returns the receive tables of actions, each once. */
export function tablesOf(actions: readonly Action<AnyState>[]): readonly NamedTable[] {
  return [...new Set(actions.flatMap(({ reception }) => (reception === undefined ? [] : [reception.table])))];
}

/** Refuses two tables of one name that are not alike, since goals and reports name cells by the table's name. */
function refuseOtherTables(tables: readonly NamedTable[]): void {
  for (const [i, table] of tables.entries()) {
    const other = tables.slice(0, i).find(({ name }) => name === table.name);
    if (other === undefined || shapeOf(other) === shapeOf(table)) continue;
    throw new LoadError(`two different receive tables are called "${table.name}"\n  Rename one of them.`);
  }
}

function shapeOf({ rows, columns, cells }: DescribedTable): string {
  const kinds = rows.map((row) => columns.map((column) => [cells[row]![column]!.kind, cells[row]![column]!.says]));
  return JSON.stringify([rows, columns, kinds]);
}

/**
 * Checks that a table has the cells of its rows and columns, and no others.
 * @param named names the table in errors
 * @throws LoadError for the first mistake
 */
function checkTable(table: DescribedTable, named: string): void {
  const { rows, columns, cells } = table;
  for (const [what, names] of [
    ["rows", rows],
    ["columns", columns],
  ] as const) {
    if (!Array.isArray(names) || names.length === 0 || names.some((name) => typeof name !== "string"))
      throw new LoadError(`${what} of ${named} is ${described(names)}\n  Give a list of names.`);
    const twice = names.find((name, i) => names.indexOf(name) < i);
    if (twice !== undefined) throw new LoadError(`${named} has ${twice} twice among its ${what}\n  Take one out.`);
  }
  if (typeof cells !== "object" || cells === null)
    throw new LoadError(`${named} has no cells, but ${described(cells)}`);
  for (const row of rows) {
    const ofRow = Object.hasOwn(cells, row) ? cells[row] : undefined;
    if (typeof ofRow !== "object" || ofRow === null)
      throw new LoadError(
        `${named} has no cells for its row ${row}${strangers(cells, rows)}\n  Give a rule, or impossible("why"), for each kind of message.`,
      );
    for (const column of columns) {
      const cell: unknown = Object.hasOwn(ofRow, column) ? ofRow[column] : undefined;
      const kind = (cell as { kind?: unknown } | null | undefined)?.kind;
      if (kind === "rule" || kind === "impossible") continue;
      const is = cell === undefined ? "has no cell" : `has ${described(cell)} as its cell`;
      throw new LoadError(
        `${named} ${is} ${cellName(row, column)}${strangers(ofRow, columns)}\n  Give a rule, or impossible("why").${Object.hasOwn(ofRow, column) ? ifUndefined(cell) : ""}`,
      );
    }
  }
}

/** Says which names are given that nobody asks for: one of them may be a misspelt one. */
function strangers(given: object, known: readonly string[]): string {
  const strange = Object.keys(given).filter((name) => !known.includes(name));
  return strange.length === 0 ? "" : `; it has some for ${strange.join(", ")}`;
}

/** A model with its parameters fixed, as far as its shape goes. */
interface Shaped {
  readonly model: AnyModel;
  readonly parameters: ParameterValues;
  readonly layout: Layout;
  readonly initial: readonly Values[];
  readonly properties: readonly Property<AnyState>[];
  readonly fairness: readonly { readonly name: string }[];
  readonly tables: readonly NamedTable[];
  readonly receiverRows: ReceiverRows;
}

/**
 * Checks what a model says of itself besides its actions and properties: its initial states, the table that it
 * describes itself by, its headlines, and the cells that its goals name.
 * @throws LoadError for the first mistake
 */
export function checkShape(instance: Shaped): void {
  const { model, parameters, layout, initial } = instance;
  refuseTwice(model, "assumptions of fairness", instance.fairness);
  checkMemberNames(model, layout);
  checkInitial(instance);
  checkCapacities(layout, initial);
  const described = model.table?.(parameters);
  if (described !== undefined) checkTable(described, `the table of ${model.name}`);
  checkGoals(instance);
  for (const property of instance.properties) property.refuseMisfit?.(layout);
  for (const [name, field] of Object.entries(model.headline ?? {}))
    checkField(layout, initial, "headline", name, field);
  checkStandings(instance);
  for (const [name, fields] of Object.entries(model.heldBack ?? {}))
    for (const field of [fields].flat()) checkField(layout, initial, "heldBack", name, field);
  const rows = instance.receiverRows;
  for (const values of initial) rows.checkInitial(values);
}

/** Checks that a name stands for one member: traces, conditions and data for other tools know members by names. */
function checkMemberNames(model: AnyModel, layout: Layout): void {
  const named = new Map<string, { readonly member: Member; readonly set: IndexSet }>();
  for (const set of layout.indexSets())
    for (const member of layout.membersOf(set)) {
      const name = nameOf(member);
      const other = named.get(name);
      if (other !== undefined && other.member !== member)
        throw new LoadError(
          `${other.set.name} and ${set.name} of ${model.name} both have a member called ${name}\n  Give one of these index sets another prefix.`,
        );
      named.set(name, { member, set });
    }
}

function checkInitial({ layout, initial }: Shaped): void {
  const known = new Set<unknown>();
  for (const values of initial) {
    for (const [slot, value] of values.entries()) {
      if (known.has(value)) continue;
      const wrong = wrongIn(value);
      if (wrong !== undefined)
        throw new LoadError(notAValue(`the initial value of ${layout.slots[slot]!.name} is`, wrong).message);
      known.add(value);
    }
  }
}

/** Checks that each goal that names cells names those of a table that some action receives by. */
function checkGoals({ properties, tables }: Shaped): void {
  for (const property of properties) {
    if (!hasGoals(property)) continue;
    for (const goal of property.goals) {
      if (!("anyCellOf" in goal)) continue;
      const table = tables.find(({ name }) => name === goal.table);
      const of = `the goal "${goal.label}" of "${property.name}"`;
      if (table === undefined)
        throw new LoadError(`${of} is about the receive table "${goal.table}", by which no action receives`);
      const cells = table.rows.flatMap((row) => table.columns.map((column) => cellName(row, column)));
      const stranger = goal.anyCellOf.find((cell) => !cells.includes(cell));
      if (stranger !== undefined)
        throw new LoadError(`${of} names ${stranger}, and the receive table "${table.name}" has no such cell`);
    }
  }
}

/** Checks that declared standings are distinct names, and that the initial ones are among them. */
function checkStandings({ model, layout, initial }: Shaped): void {
  for (const [variable, standings] of Object.entries(model.standings ?? {})) {
    if (!layout.variables.includes(variable))
      throw new LoadError(
        `standings names the variable ${variable}, and there is none: ${layout.variables.join(", ")}`,
      );
    if (!Array.isArray(standings) || standings.some((name) => typeof name !== "string"))
      throw new LoadError(`standings of ${variable} is ${described(standings)}\n  Give a list of names.`);
    const twice = standings.find((name, i) => standings.indexOf(name) < i);
    if (twice !== undefined) throw new LoadError(`standings of ${variable} names ${twice} twice\n  Take one out.`);
    const missing = initialStandings({ model, layout, initial }, variable).find((name) => !standings.includes(name));
    if (missing !== undefined)
      throw new LoadError(
        `${variable} stands in ${missing} in an initial state, and its standings are ${standings.join(", ")}\n  Add it.`,
      );
  }
}

/** Checks that a variable exists, and that the records that it holds at first have a field. */
function checkField(layout: Layout, initial: readonly Values[], option: string, variable: string, field: string): void {
  if (!layout.variables.includes(variable))
    throw new LoadError(`${option} names the variable ${variable}, and there is none: ${layout.variables.join(", ")}`);
  const family = layout.familyOf(variable);
  for (const values of initial) {
    for (const [slot, value] of values.entries()) {
      if (layout.slots[slot]!.family !== family || value === null) continue;
      if (!isRecord(value))
        throw new LoadError(
          `${option} asks for a field of ${variable}, which holds no record, but ${described(value)}`,
        );
      const fields = fieldsOf(value as AnyRecord);
      if (!fields.includes(field))
        throw new LoadError(
          `${option} of ${variable} names the field ${field}, and its records have ${fields.join(", ")}`,
        );
    }
  }
}

/** Refuses a model that both lists the property and says that nobody need ask. */
export function refuseContradiction(model: AnyModel, properties: readonly Property<AnyState>[]): void {
  const listed = properties.find(({ kind }) => kind === "no unspecified reception");
  if (listed !== undefined && model.ignoresUnspecifiedReceptions !== undefined)
    throw new UsageError(
      `${model.name} lists the property "${listed.name}", and ignores unspecified receptions: keep one of the two`,
    );
}
