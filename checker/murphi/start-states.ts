/** The initial states of a Murphi file: what its startstates make of a state in which nothing is defined. */
import { LoadError } from "../errors.js";
import { AssertionFailed } from "../model/assertion.js";
import { placeInStack } from "../model/where.js";
import type { CheckedFile, CheckedRule } from "./check-file.js";
import { allBindings, type Bindings, type Members } from "./domains.js";
import { StateMemory } from "./memory.js";
import { type MurphiState, runs } from "./run-rule.js";
import type { StateVariables } from "./state-variables.js";

/**
 * Returns the states that startstates make, with all values of the rulesets around them.
 * @param declared a state of the model, of whose values nothing is taken
 * @throws LoadError for what a startstate does wrong, such as a failed assertion
 */
export function startStates<S extends MurphiState>(
  file: CheckedFile,
  variables: StateVariables,
  declared: S,
): readonly S[] {
  const members: Members = (set) => declared.members(set);
  return file.startstates.flatMap((start) =>
    allBindings(start.binders, members).flatMap((bindings) => {
      const memory = started(file, variables, start, members, bindings, () => undefined);
      if (memory === undefined) return [];
      let state = declared;
      variables.initial.forEach((_, cell) => {
        state = variables.write(state, cell, memory.read(cell));
      });
      return [state];
    }),
  );
}

/** Returns the covers that startstates meet. */
export function coversOfStart(file: CheckedFile, variables: StateVariables): ReadonlySet<number> {
  const met = new Set<number>();
  const members: Members = (set) => Array.from({ length: set.size as number }, (_, i) => set.member(i));
  for (const start of file.startstates)
    for (const bindings of allBindings(start.binders, members))
      started(file, variables, start, members, bindings, (cover) => met.add(cover));
  return met;
}

/** Runs a startstate. Returns what it has made, or undefined if it assumes what is false. */
function started(
  { source }: CheckedFile,
  variables: StateVariables,
  start: CheckedRule,
  members: Members,
  bindings: Bindings,
  covered: (cover: number) => void,
): StateMemory | undefined {
  const memory = new StateMemory((cell) => variables.initial[cell]!);
  try {
    return runs(start, { memory, members, bindings, covered, choices: [] }) ? memory : undefined;
  } catch (error) {
    const { message, stack } = error as Error;
    const name = `startstate ${start.name === undefined ? `of line ${source.lineOf(start.at)}` : `"${start.name}"`}`;
    const what = error instanceof AssertionFailed ? `fails the assertion "${message}"` : `threw ${message}`;
    const place = placeInStack(stack);
    throw new LoadError(`${source.file}: ${name} ${what}${place === undefined ? "" : ` (${place})`}`, { cause: error });
  }
}
