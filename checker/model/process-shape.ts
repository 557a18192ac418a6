/** What a model says of its processes and channels, compared with its variables and actions. */
import { isRecord } from "immutable";
import { LoadError } from "../errors.js";
import type { Action } from "./action.js";
import type { Values } from "./bound.js";
import { Channel } from "./channel.js";
import type { AnyModel } from "./model.js";
import { type AnyEnd, type AnyEnds, isSingle, messageFields, partsOf } from "./process.js";
import { type IndexSet, nameOf } from "./scalarset.js";
import type { AnyState, Layout } from "./state.js";
import { type AnyRecord, described, fieldsOf } from "./value.js";

/** A model with its parameters fixed, as far as its processes and channels go. */
interface Shaped {
  readonly model: AnyModel;
  readonly layout: Layout;
  readonly initial: readonly Values[];
  readonly actions: readonly { readonly action: Action<AnyState> }[];
}

/**
 * Checks the declared processes, the ends of channels, and whose steps actions are.
 * @throws LoadError for the first mistake
 */
export function checkProcesses(instance: Shaped): void {
  checkNames(instance);
  const { channels } = instance.model;
  if (channels !== undefined && !isFields(channels))
    throw new LoadError(
      `channels of ${instance.model.name} is ${described(channels)}\n  Give an object: the ends of each channel by its name.`,
    );
  for (const [name, ends] of Object.entries(channels ?? {})) if (ends !== undefined) checkEnds(instance, name, ends);
  for (const { action } of instance.actions) checkBy(instance, action);
}

function isFields(value: unknown): boolean {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function checkNames({ model, layout, initial }: Shaped): void {
  const declared: unknown = model.processes;
  if (declared === undefined) return;
  if (!Array.isArray(declared))
    throw new LoadError(
      `processes of ${model.name} is ${described(declared)}\n  Give a list of index sets and single processes.`,
    );
  const names = new Set<string>();
  const owners = new Map<string, string>();
  const add = (name: string, variables: readonly string[]) => {
    if (names.has(name))
      throw new LoadError(`two processes of ${model.name} are called ${name}\n  Rename one: pictures tell them apart by their names.`); // biome-ignore format: one message
    names.add(name);
    for (const variable of variables) {
      if (!layout.variables.includes(variable))
        throw new LoadError(
          `the process ${name} has the variable ${variable}, and there is none: ${layout.variables.join(", ")}\n  Give the names of its variables: singleProcess("${name}", "variable").`,
        );
      if (!model.unsent?.includes(variable) && channelHeld(layout, initial, variable))
        throw new LoadError(
          `the process ${name} has the variable ${variable} of messages\n  Say who sends and receives them in channels; only what is the process's own is its variable.`,
        );
      const other = owners.get(variable);
      if (other !== undefined)
        throw new LoadError(`the variable ${variable} belongs to two processes, ${other} and ${name}`);
      owners.set(variable, name);
    }
  };
  for (const process of declared as unknown[]) {
    if (isSingle(process)) add(process.name, process.variables);
    else if (isIndexSet(process)) {
      if (!layout.indexSets().includes(process))
        throw new LoadError(
          `processes of ${model.name} has the index set ${process.name}, by which no variable is declared\n  Take it out.`,
        );
      for (const member of layout.membersOf(process)) add(nameOf(member), []);
    } else
      throw new LoadError(
        `one of the processes of ${model.name} is ${described(process)}\n  Give an index set, or a single process made with singleProcess.`,
      );
  }
}

function isIndexSet(process: unknown): process is IndexSet {
  return (process as { kind?: unknown } | null | undefined)?.kind === "index set";
}

/** Returns the values that a variable holds in the initial states. */
function valuesOf(layout: Layout, initial: readonly Values[], variable: string): unknown[] {
  const family = layout.variables.indexOf(variable);
  return initial.flatMap((values) => values.filter((_, slot) => layout.slots[slot]!.family === family));
}

function channelHeld(layout: Layout, initial: readonly Values[], variable: string): boolean {
  return valuesOf(layout, initial, variable).some((value) => value instanceof Channel);
}

function checkEnds(instance: Shaped, name: string, ends: AnyEnds): void {
  const { layout, initial } = instance;
  const of = `the channel ${name}`;
  if (!isFields(ends)) throw new LoadError(`the ends of ${of} are ${described(ends)}\n  Give { from, to }.`);
  const { variable, field } = partsOf(name, layout.variables);
  if (!layout.variables.includes(variable))
    throw new LoadError(
      `channels names the variable ${variable}, and there is none: ${layout.variables.join(", ")}\n  Name a channel by its variable, or by variable.field.`,
    );
  if (field !== undefined) checkField(valuesOf(layout, initial, variable), of, variable, field, ends);
  else if (!channelHeld(layout, initial, variable))
    throw new LoadError(
      `${of} is the variable ${variable}, which holds no messages\n  Name a bag or a queue, or a field of a record: "${variable}.field".`,
    );
  for (const end of ["from", "to"] as const) checkEnd(instance, `${end} of ${of}`, variable, ends[end]);
}

function checkField(values: readonly unknown[], of: string, variable: string, field: string, ends: AnyEnds): void {
  const { empty } = ends;
  for (const value of values) {
    if (!isRecord(value))
      throw new LoadError(`${of} is a field of ${variable}, which holds no record, but ${described(value)}`);
    const fields = fieldsOf(value as AnyRecord);
    const named = messageFields(field, ends).flatMap(({ field, payload }) => [field, ...[payload].flat()]);
    const stranger = named.find((name) => !fields.includes(name));
    if (stranger !== undefined)
      throw new LoadError(`${of} has the field ${stranger}, and records of ${variable} have ${fields.join(", ")}`);
  }
  if (empty === undefined)
    throw new LoadError(`${of} does not say what is no message\n  Give empty: the value of ${field} when none is there.`); // biome-ignore format: one message
}

/** By number of indices of a variable: the ends that name one of them. */
const INDEX_ENDS: readonly (readonly string[])[] = [[], ["index"], ["first index", "second index"]];

function checkEnd({ model, layout }: Shaped, of: string, variable: string, end: AnyEnd | undefined): void {
  if (end === undefined || typeof end === "function") return;
  const processes: readonly unknown[] = model.processes ?? [];
  if (isSingle(end)) {
    if (processes.includes(end)) return;
    throw new LoadError(`${of} is the process ${end.name}, which is not declared\n  Put it into processes.`);
  }
  const { sets } = layout.declarations[variable]!;
  const indexEnds = INDEX_ENDS[sets.length] ?? [];
  const index = indexEnds.indexOf(end);
  if (index < 0) {
    const words = [...indexEnds.map((each) => `"${each}"`), "a single process", "a function of the message"];
    throw new LoadError(`${of} is ${described(end)}\n  Give ${words.join(", or ")}.`);
  }
  if (!processes.includes(sets[index]))
    throw new LoadError(
      `${of} is a ${sets[index]!.name}, which is no process of ${model.name}\n  Put the index set into processes.`,
    );
}

function checkBy({ model }: Shaped, { name, by, domains, where }: Action<AnyState>): void {
  if (by === undefined) return;
  const of = `by of action ${name}, declared at ${where},`;
  const processes: readonly unknown[] = model.processes ?? [];
  if (isSingle(by)) {
    if (processes.includes(by)) return;
    throw new LoadError(`${of} is the process ${by.name}, which is not declared\n  Put it into processes.`);
  }
  const domain = typeof by === "string" && Object.hasOwn(domains, by) ? domains[by] : undefined;
  if (domain === undefined)
    throw new LoadError(
      `${of} is ${described(by)}\n  Give a single process, or one of its names: ${Object.keys(domains).join(", ") || "it has none"}.`,
    );
  const names = new Set(processes.filter(isSingle).map((process) => process.name));
  const areSingle = domain.kind === "choice" && domain.set === undefined && domain.values.every((value) => names.has(String(value))); // biome-ignore format: one condition
  if (!areSingle && !processes.includes(domain))
    throw new LoadError(`${of} is ${by}, which is bound to no process\n  Put its index set into processes.`);
}
