/**
 * Suggestions: invariants that hold in every reachable state, and of which a few eliminate the steps by which an
 * invariant is not inductive. Those that the invariant implies eliminate none, and so are not suggested.
 */
import { UsageError } from "../errors.js";
import type { Instance } from "../model/instance.js";
import { type Invariant, makeInvariant } from "../model/property.js";
import type { IndexSet } from "../model/scalarset.js";
import type { AnyState } from "../model/state.js";
import { type Candidate, Observations, SET } from "./candidates.js";
import { featuresOf } from "./features.js";
import type { Induction, InductionOutcome } from "./induction.js";
import type { CounterexampleToInduction } from "./steps-out.js";

/** An invariant that is suggested. */
export interface Suggestion {
  readonly says: string;
  /** The invariant as a model writes it. */
  readonly source: string;
  /** How many steps out it eliminates that those before it do not. */
  readonly eliminates: number;
  /** The number of the round in which it was chosen: from the second on, steps out of earlier ones count, too. */
  readonly round: number;
}

export interface SuggestOutcome {
  /** Of the invariants alone. */
  readonly alone: InductionOutcome;
  /** How many candidates hold in every reachable state; undefined if the end came before that was known. */
  readonly candidates: number | undefined;
  readonly suggestions: readonly Suggestion[];
  /** Of the invariants together with those that are suggested. */
  readonly together: InductionOutcome;
  /** Why it has ended while more might have been suggested, as "interrupted"; undefined if no candidate is left. */
  readonly incomplete: string | undefined;
}

/** How many reachable states are looked at between two pauses. */
const BETWEEN_PAUSES = 64;

/**
 * Suggests invariants: those that eliminate the steps out of what is asked, then those that eliminate the steps out of
 * both, and so on until no candidate eliminates any. It pauses now and then.
 * @param induction what is asked; this searches its reachable states
 * @param nameOfSet returns the name by which the model's file has an index set
 * @throws UsageError if not every reachable state can be looked at, or there is nothing to strengthen
 */
export function* suggest(induction: Induction, nameOfSet: (set: IndexSet) => string): Generator<void, SuggestOutcome> {
  yield* induction.reach();
  const { reachable, instance } = induction;
  if (reachable.incomplete !== undefined && induction.ending === undefined)
    throw new UsageError(
      `not every reachable state was looked at: ${reachable.incomplete}\n  What holds in a part of them suggests nothing: take a smaller instance.`,
    );
  refuseViolated(induction);
  const alone = yield* induction.outcome();
  const candidates = yield* candidatesOf(induction);
  const chosen: Chosen[] = [];
  let together = alone;
  let incomplete = candidates === undefined ? induction.ending : undefined;
  for (let round = 1; candidates !== undefined && together.counterexamples.length > 0; round++) {
    induction.nowDoing("choosing suggestions", { suggested: chosen.length });
    const left = candidates.filter((candidate) => !chosen.some((each) => each.candidate === candidate));
    const more = yield* fewOf(left, together.counterexamples, instance);
    incomplete = induction.ending;
    if (more.length === 0 || incomplete !== undefined) break;
    chosen.push(...more.map((each) => ({ ...each, round })));
    together = yield* induction.outcome(chosen.map(({ candidate }, i) => invariantOf(candidate, i + 1)));
    incomplete = together.incomplete;
    if (incomplete !== undefined) break;
  }
  const suggestions = chosen.map(({ candidate, eliminates, round }) => {
    const { says } = candidate;
    return { says, source: sourceOf(candidate, nameOfSet), eliminates, round };
  });
  return { alone, candidates: candidates?.length, suggestions, together, incomplete };
}

/** Returns the candidates that hold in every reachable state; undefined if the end comes before. */
function* candidatesOf(induction: Induction): Generator<void, readonly Candidate[] | undefined> {
  const { instance, domains, reachable } = induction;
  const features = featuresOf(instance, (slot) => domains[slot]!.parts());
  const observed = new Observations(features, (set) => instance.layout.membersOf(set));
  let read = 0;
  for (const values of reachable.states()) {
    if (++read % BETWEEN_PAUSES === 0) {
      induction.nowDoing("reading reachable states", { states: read });
      yield;
    }
    if (induction.ending !== undefined) return undefined;
    observed.add(instance.stateOf(values));
  }
  return observed.candidates();
}

interface Chosen {
  readonly candidate: Candidate;
  readonly eliminates: number;
  readonly round: number;
}

/** Returns the candidates that eliminate the most steps out, one after the other, until none eliminates any more. */
function* fewOf(
  candidates: readonly Candidate[],
  counterexamples: readonly CounterexampleToInduction[],
  instance: Instance,
): Generator<void, { candidate: Candidate; eliminates: number }[]> {
  const stepsFrom = new Map<unknown, number>();
  for (const { before } of counterexamples) stepsFrom.set(before, (stepsFrom.get(before) ?? 0) + 1);
  const states = [...stepsFrom].map(([before, steps]) => ({ state: instance.stateOf(before as []), steps }));
  let left = new Set(states);
  const excluded = new Map<Candidate, typeof states>();
  for (const candidate of candidates) {
    yield;
    excluded.set(
      candidate,
      states.filter(({ state }) => !candidate.holds(state)),
    );
  }
  const chosen: { candidate: Candidate; eliminates: number }[] = [];
  for (;;) {
    yield;
    let best: { candidate: Candidate; eliminates: number } | undefined;
    for (const [candidate, out] of excluded) {
      const eliminates = out.reduce((sum, each) => sum + (left.has(each) ? each.steps : 0), 0);
      const isBetter =
        best === undefined
          ? eliminates > 0
          : eliminates > best.eliminates ||
            // Of two that are as good, the shorter one is easier to read.
            (eliminates === best.eliminates && candidate.says.length < best.candidate.says.length);
      if (isBetter) best = { candidate, eliminates };
    }
    if (best === undefined) return chosen;
    chosen.push(best);
    const out = new Set(excluded.get(best.candidate));
    left = new Set([...left].filter((each) => !out.has(each)));
  }
}

function invariantOf(candidate: Candidate, number: number): Invariant<AnyState> {
  return makeInvariant<AnyState, Record<never, never>>({
    name: candidate.says,
    says: "a suggestion, which holds in every reachable state",
    for: {},
    holds: (state) => candidate.holds(state),
    explain: () => `suggestion ${number} does not hold: ${candidate.says}`,
  });
}

/** Returns the invariant as a model writes it, with `always` of its vocabulary and `nameOf`. */
function sourceOf({ says, code, domains, counted }: Candidate, nameOfSet: (set: IndexSet) => string): string {
  const names = Object.keys(domains);
  const bound = names.length === 0 ? "" : `, { ${names.join(", ")} }`;
  const ranges = Object.entries(domains).map(([name, set]) => `${name}: ${nameOfSet(set)}`);
  const who = names.map((name) => `\${nameOf(${name})}`).join(", ");
  return [
    "always({",
    `  name: ${JSON.stringify(says)},`,
    '  says: "suggested by popcheck; it holds in every reachable state",',
    `  for: { ${ranges.join(", ")} },`.replace("{  }", "{}"),
    `  holds: (state${bound}) => ${counted === undefined ? code : code.replaceAll(SET, nameOfSet(counted))},`,
    names.length === 0
      ? '  explain: () => "it is not so",'
      : `  explain: (_state${bound}) => \`it is not so of ${who}\`,`,
    "}),",
  ].join("\n");
}

/** @throws UsageError if the invariants do not hold: then no strengthening of them does */
function refuseViolated({ reachable, asked, assumed, instance: { model } }: Induction): void {
  const violated = [...asked, ...assumed].filter(({ name }) => reachable.violated.includes(name));
  if (violated.length === 0) return;
  const names = (of: readonly { readonly name: string }[]) => of.map(({ name }) => name).join(", ");
  const holding = asked.filter((of) => !violated.includes(of));
  const others = holding.map(({ name }) => ` --property ${JSON.stringify(name)}`).join("");
  const remedy = others === "" ? "" : `, or ask for those that hold:${others}`;
  throw new UsageError(
    `${model.name} violates ${names(violated)} in a reachable state, so that nothing that holds implies it\n  See popcheck check${remedy}.`,
  );
}
