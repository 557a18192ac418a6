/**
 * What is covered, a second time, from the definitions of docs/reference/coverage.md alone: over the naive explorer's
 * semantics, state by state. With symmetry, states are compared after every renaming, one by one.
 */

import type { Channel } from "../../checker/model/channel.js";
import type { Instance } from "../../checker/model/instance.js";
import type { IndexSet, Member } from "../../checker/model/scalarset.js";
import { memberInfo } from "../../checker/model/scalarset.js";
import { format } from "../../checker/model/value.js";
import { EvaluatingSemantics, type NaiveFunctions, textNaming } from "./naive-evaluations.js";
import { type OwnSemantics, type OwnStep, type OwnValues, rewritten } from "./own-semantics.js";
import { textOf } from "./own-text.js";

/** How many states have something, the least depth of one, and how many steps there are; by what it is. */
export type NaiveCounts = Record<string, { states: number; depth: number; steps: number }>;

export interface NaiveCoverage {
  readonly states: number;
  /**
   * By `taken home: X × Put`, `met …`, `row cache: I`, `column …`, `action Load`, `binding Load(C1)`, `choice …`,
   * `value copy.at = I`.
   */
  readonly counts: NaiveCounts;
  readonly functions: NaiveFunctions;
}

/** Explores a model. @param interchangeable the sets whose members are interchangeable; none without symmetry */
export function naiveCoverage(
  { model, parameters }: Pick<Instance, "model" | "parameters">,
  interchangeable: readonly IndexSet[],
): NaiveCoverage {
  const semantics = new EvaluatingSemantics(model, parameters);
  const renamings = interchangeable.reduce<((of: unknown) => unknown)[]>(
    (all, set) => {
      const members = semantics.members(set);
      const renamed = (of: unknown, to: readonly number[]) => {
        const place = members.indexOf(of as Member);
        return place < 0 ? of : members[to[place]!];
      };
      return all.flatMap((before) =>
        permutationsOf(members.length).map((to) => (of: unknown) => renamed(before(of), to)),
      );
    },
    [(of) => of],
  );
  const keyOf = (values: OwnValues) =>
    renamings.map((rename) => semantics.text(semantics.renumbered(renamed(values, semantics, rename)))).sort()[0]!;
  const depthOf = new Map<string, number>();
  const frontier: OwnValues[] = [];
  const add = (next: OwnValues, depth: number) => {
    const values = semantics.renumbered(next);
    const key = keyOf(values);
    if (depthOf.has(key)) return;
    depthOf.set(key, depth);
    frontier.push(values);
  };
  for (const values of semantics.initial) add(values, 0);
  const nameAlike = (member: symbol) => {
    const { set, index } = memberInfo(member)!;
    return interchangeable.includes(set) ? `some ${set.name}` : format(set.member(index));
  };
  /** The fields that are not left out: of messages those that some message sets. */
  const set = new Set<string>();
  const counts: NaiveCounts = {};
  for (let values = frontier[0], i = 0; values; values = frontier[++i]) {
    const depth = depthOf.get(keyOf(values))!;
    const there = new Map<string, number>();
    const note = (what: string, steps = 0) => there.set(what, (there.get(what) ?? 0) + steps);
    for (const step of semantics.steps(values)) {
      if (step.threw || step.next === undefined) continue;
      for (const what of namesOf(step, renamings)) note(what, 1);
      add(step.next, depth + 1);
    }
    noteTables(semantics, values, note);
    for (const { field, value, isSet } of semantics.heldIn(values)) {
      if (isSet) set.add(field);
      note(`value ${field} = ${textNaming(value, nameAlike)}`);
    }
    semantics.count(values, depth, renamings, (rename) => renamed(values, semantics, rename));
    for (const [what, steps] of there) {
      counts[what] ??= { states: 0, depth, steps: 0 };
      counts[what].states++;
      if (/^(action|binding|taken) /.test(what)) counts[what].steps += steps;
    }
  }
  const { functions } = semantics;
  return { states: depthOf.size, counts: withoutUnset(counts, set), functions };
}

/** Leaves out the values of fields that no message sets, and of those that hold nothing but the message's kind. */
function withoutUnset(counts: NaiveCounts, set: ReadonlySet<string>): NaiveCounts {
  const values = Object.keys(counts).flatMap((what) => {
    const [, field, text] = /^value (.*?) = (.*)$/.exec(what) ?? [];
    return field === undefined ? [] : [{ what, field, text }];
  });
  const left = values.filter(({ field, text }) => {
    const isKind = field.split(".")[1] === text && values.filter((of) => of.field === field).length === 1;
    return !set.has(field) || (isKind && field.split(".").length === 3);
  });
  const names = new Set(left.map(({ what }) => what));
  return Object.fromEntries(Object.entries(counts).filter(([what]) => !names.has(what)));
}

function namesOf({ action, binding, cell }: OwnStep, renamings: readonly ((of: unknown) => unknown)[]): string[] {
  const inText = (rename: (of: unknown) => unknown) =>
    Object.values(binding)
      .map((value) => nameOf(rename(value)))
      .join();
  return [
    `action ${action.name}`,
    `binding ${action.name} ${renamings.map(inText).sort()[0]}`,
    ...Object.entries(action.domains).flatMap(([name, domain]) =>
      // A choice may also have members, which are no values of its own.
      (domain as { kind: string }).kind === "choice" && typeof binding[name] !== "symbol"
        ? [`choice ${action.name} ${name} ${binding[name]}`]
        : [],
    ),
    ...(cell === undefined ? [] : [`taken ${action.reception!.table.name}: ${cell}`]),
  ];
}

/** A name by which renamed bindings are compared: members by their places in their sets. */
function nameOf(value: unknown): string {
  const info = typeof value === "symbol" ? memberInfo(value) : undefined;
  return info === undefined ? textOf(value) : `${info.set.name} ${info.index}`;
}

/** Notes the rows that receivers are in, the messages under way, and the cells that these meet. */
function noteTables(semantics: OwnSemantics, values: OwnValues, note: (what: string) => void): void {
  const state = semantics.state(values);
  for (const action of semantics.receivers) {
    const { table, row: rowOf } = action.action.reception!;
    const row = rowOf(state, action.binding);
    note(`row ${table.name}: ${row}`);
    const channel = values.get(action.place) as Channel<unknown>;
    for (const message of channel.messages()) note(`column ${table.name}: ${action.action.kinds!.of(message)}`);
    for (const message of channel.takeable()) note(`met ${table.name}: ${row} × ${action.action.kinds!.of(message)}`);
  }
}

/** The values with members renamed, in the places and inside of values. */
function renamed(values: OwnValues, semantics: OwnSemantics, rename: (of: unknown) => unknown): OwnValues {
  return new Map([...values].map(([place, value]) => [semantics.placeAfter(place, rename), rewritten(value, rename)]));
}

function permutationsOf(size: number): number[][] {
  if (size === 0) return [[]];
  return permutationsOf(size - 1).flatMap((rest) =>
    Array.from({ length: size }, (_, at) => [...rest.slice(0, at), size - 1, ...rest.slice(at)]),
  );
}
