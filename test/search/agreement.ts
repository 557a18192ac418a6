/**
 * The engine against the naive explorer: distinct, generated, depth, verdicts and the lengths of counterexamples agree
 * exactly, with every way to search.
 */
import { expect } from "vitest";
import { Instance } from "../../checker/model/instance.js";
import type { AnyModel } from "../../checker/model/model.js";
import type { Parameter } from "../../checker/model/parameters.js";
import { checkSync } from "../../checker/search/check.js";
import type { Outcome } from "../../checker/search/outcome.js";
import { cycleLengthOf, lengthOf } from "../../traces/trace.js";
import { differences } from "../support/differences.js";
import { explore, type NaiveOutcome } from "../support/naive-explorer.js";
import { violatedLiveness } from "../support/naive-liveness.js";

export type Given = Readonly<Record<string, unknown>>;

/** What every search must agree on, as plain data. */
function verdictsOf(outcome: Outcome): Record<string, unknown> {
  return Object.fromEntries(
    outcome.properties.map(({ name, verdict, goals }) => [name, goals === undefined ? verdict : goals.unmet]),
  );
}

function naiveVerdicts(outcome: Outcome, naive: NaiveOutcome, unlively: ReadonlySet<string>): Record<string, unknown> {
  return Object.fromEntries(
    outcome.properties.map(({ name, goals }) => [
      name,
      goals !== undefined
        ? (naive.unmet.get(name) ?? [])
        : naive.violated.has(name) || unlively.has(name)
          ? "violated"
          : "holds",
    ]),
  );
}

/** Of lassos only that they are there: not the cycle is shortest, but the way to it. */

function lengths(outcome: Outcome): Record<string, number> {
  return Object.fromEntries(
    outcome.properties.flatMap(({ name, trace }) =>
      trace && cycleLengthOf(trace) === undefined ? [[name, lengthOf(trace)]] : [],
    ),
  );
}

/** Every search of an instance says what the naive explorer says. */
export function agree(model: AnyModel, given: Given): void {
  const naive = explore(new Instance(model, given));
  const searched = (search: "bfs" | "dfs", symmetry: boolean) =>
    checkSync(new Instance(model, given), { search, symmetry });
  const plain = searched("bfs", false);
  const same = (actual: unknown, expected: unknown) => expect(differences(actual, expected)).toEqual([]);
  const countsOf = ({ distinct, generated, depth }: Outcome | NaiveOutcome) => ({ distinct, generated, depth });
  same(countsOf(plain), countsOf(naive));
  same(verdictsOf(plain), naiveVerdicts(plain, naive, violatedLiveness(new Instance(model, given))));
  same(lengths(plain), Object.fromEntries(naive.violated));
  const reduced = searched("bfs", true);
  same(verdictsOf(reduced), verdictsOf(plain));
  same(lengths(reduced), lengths(plain));
  expect(reduced.depth).toBe(plain.depth);
  for (const symmetry of [false, true]) {
    const deep = searched("dfs", symmetry);
    const wide = symmetry ? reduced : plain;
    same({ ...countsOf(deep), depth: 0 }, { ...countsOf(wide), depth: 0 });
    same(verdictsOf(deep), verdictsOf(wide));
  }
}

/** Another value of an option of Popcorn than the usual one, with two kernels. */
export interface Reading {
  readonly option: string;
  readonly stage: string;
  readonly title: string;
  readonly given: Given;
}

/** What a value needs besides, so that it contradicts nothing and shows. */
const needs: Given = {
  "winnerInStep2=least-stamp": { step2: true },
  "ownerAsked=by-losers-too": { owner: true },
  "askAllToWrite=true": { owner: true },
  "bitmapOn=all": { multicast: true },
  "unmappedRecords=true": { multicast: true },
  "invalidateLate=true": { multicast: true, bitmapOn: "all" },
  "becomesWritable=together": { readOnly: true },
  "becomesWritable=one-by-one": { readOnly: true },
  "unmapFirst=true": { readOnly: true, becomesWritable: "together" },
  "newcomer=by-fetch": { oneKernel: true },
  "asks=members": { oneKernel: true },
  "mappedBefore=unmapped": { oneKernel: true },
  "lastThread=keeps-page": { oneKernel: true },
  "lastThread=unmaps-page": { oneKernel: true },
};

/** Every reading of every open question, in each stage in which it makes sense. */
export function readingsOf(popcorn: AnyModel): Reading[] {
  const parameters = popcorn.parameters as Record<string, Parameter>;
  const usual = Object.fromEntries(Object.entries(parameters).map(([name, parameter]) => [name, parameter.default]));
  return Object.entries(parameters).flatMap(([option, parameter]) => {
    if (["kernels", "stage", "skew"].includes(option)) return [];
    const values = parameter.kind === "choice" ? parameter.values : parameter.kind === "flag" ? [true, false] : [];
    return values
      .filter((value) => value !== parameter.default)
      .flatMap((value) =>
        ["4.7", "4.8"].flatMap((stage) => {
          const given = { stage, kernels: 2, [option]: value, ...(needs[`${option}=${value}`] as Given | undefined) };
          const contradicts = popcorn.contradiction?.({ ...usual, ...popcorn.defaults?.(given), ...given });
          return contradicts ? [] : [{ option, stage, title: `${stage} ${option}=${value}`, given }];
        }),
      );
  });
}
