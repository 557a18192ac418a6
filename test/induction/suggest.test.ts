/** Suggestions: that they hold in every reachable state by brute force, as pasted, and make an invariant inductive. */
import { describe, expect, test } from "vitest";
import { suggest } from "../../checker/api/induction.js";
import { type Candidate, Observations, SET } from "../../checker/induction/candidates.js";
import { type Feature, featuresOf } from "../../checker/induction/features.js";
import { Induction } from "../../checker/induction/induction.js";
import { nameOf, vocabulary } from "../../checker/model/index.js";
import { Instance } from "../../checker/model/instance.js";
import type { AnyModel } from "../../checker/model/model.js";
import type { Property } from "../../checker/model/property.js";
import type { IndexSet } from "../../checker/model/scalarset.js";
import type { AnyState } from "../../checker/model/state.js";
import { statusOfInduction } from "../../checker/reports/exit-status.js";
import { suggestReportOf } from "../../checker/reports/induction-report.js";
import { plain } from "../../checker/reports/terminal.js";
import { checkSync } from "../../checker/search/check.js";
import { atOnce } from "../../checker/search/slices.js";
import { twoPhaseCommit } from "../../spec/toy/two-phase-commit.js";
import { judged } from "../mutation/opinions.js";
import { weakDirectory } from "../mutation/weak-directory.js";
import { OwnSemantics, type OwnValues } from "../support/own-semantics.js";
import { mesiDirectory, withDataValue } from "./mesi-directory.js";
import { passingToken } from "./passing-token.js";

/** Every reachable state, by the naive explorer's semantics, with members told apart. */
function reachableStates(model: AnyModel, parameters: object): AnyState[] {
  const semantics = new OwnSemantics(model, new Instance(model, { ...parameters }).parameters);
  const known = new Map<string, OwnValues>();
  const waiting = [...semantics.initial];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const values = semantics.renumbered(next);
    const key = semantics.text(values);
    if (known.has(key)) continue;
    known.set(key, values);
    waiting.push(...semantics.steps(values).flatMap(({ next }) => next ?? []));
  }
  return [...known.values()].map((values) => semantics.state(values));
}

/** Evaluates the expression of a candidate, with the names that it is asked with. */
function asWritten({ code, domains, counted }: Candidate): (state: AnyState) => boolean {
  const names = Object.keys(domains);
  const holds = new Function("state", ...names, "SET", `return ${code.replaceAll(SET, "SET")};`);
  return (state) => {
    const bindings = Object.values(domains).reduce<unknown[][]>(
      (lists, set) => lists.flatMap((list) => state.members(set).map((member) => [...list, member])),
      [[]],
    );
    return bindings.every((members) => holds(state, ...members, counted) as boolean);
  };
}

describe.each<[string, AnyModel, object, number]>([
  ["passing-token", passingToken, { nodes: 3 }, 20],
  ["mesi-directory", mesiDirectory, {}, 121],
  ["weak-directory", weakDirectory, {}, 21],
  ["two-phase-commit", twoPhaseCommit as unknown as AnyModel, { rms: 2 }, 29],
])("the candidates of %s", (_, model, parameters, howMany) => {
  const induction = new Induction(new Instance(model, { ...parameters }), {}, {});
  atOnce(induction.reach());
  const { instance, domains, reachable } = induction;
  const observed = new Observations(
    featuresOf(instance, (slot) => domains[slot]!.parts()),
    (set) => instance.layout.membersOf(set),
  );
  for (const values of reachable.states()) observed.add(instance.stateOf(values));
  const candidates = observed.candidates();

  test("hold in every reachable state, as they are written", () => {
    const states = reachableStates(model, parameters);
    const violated = candidates.filter((each) => !states.every(asWritten(each)));
    expect(violated.map(({ says }) => says)).toEqual([]);
    // None more: what is said of a value that is never there says nothing.
    expect(candidates.length).toBe(howMany);
  });

  test("say of any state what they say as they are written", () => {
    const states = Array.from({ length: 200 }, (_, i) =>
      instance.stateOf(
        domains.map((domain, slot) => {
          const parts = domain.parts();
          return parts[(i * (2 * slot + 3)) % parts.length];
        }),
      ),
    );
    const answers = candidates.flatMap((each) => states.map((state) => [each.holds(state), asWritten(each)(state)]));
    expect(answers.filter(([held, written]) => held !== written)).toEqual([]);
    expect(answers.some(([held]) => !held)).toBe(true);
  });
});

test("no candidate is about a value that was never seen, and none says what always can be otherwise", () => {
  const values = ["x", "y"].map((value) => ({
    ...{ is: `is ${value}`, isNot: `is not ${value}` },
    ...{ code: () => "true", codeNot: () => "true" },
  }));
  const feature = (name: string, bitsIn: Feature["bitsIn"]): Feature => ({
    ...{ set: undefined, isMany: false, values, bitsIn },
    name: () => name,
  });
  const observed = new Observations(
    [feature("one", () => 1), feature("any", (state) => (state as never) & 3)],
    () => [],
  );
  for (const bits of [1, 2]) observed.add(bits as never);
  const says = observed.candidates().map((each) => each.says);
  expect(says).toEqual(["one is x", "while any is x, one is x", "while any is y, one is x"]);
});

test("a few suggestions make exclusion inductive, pasted as they are", async () => {
  const nodes = "nodes";
  const sets: IndexSet[] = [];
  const nameOfSet = (set: IndexSet) => {
    sets.push(set);
    return nodes;
  };
  const outcome = await suggest(passingToken, { properties: ["exclusion"], nameOfSet });
  const { suggestions, together, alone } = outcome;
  expect([together.verdict, statusOfInduction(together)]).toEqual(["inductive", 0]);
  expect(suggestions.length).toBeLessThanOrEqual(5);
  const first = suggestions.filter(({ round }) => round === 1).map(({ eliminates }) => eliminates);
  expect(first).toEqual(first.toSorted((a, b) => b - a));
  expect(first.reduce((sum, each) => sum + each, 0)).toBe(alone.counterexamples.length);
  const { always } = vocabulary<AnyState>();
  const pasted = suggestions.map(({ source }) =>
    new Function("always", "nameOf", nodes, `return [${source}][0];`)(always, nameOf, sets[0]),
  ) as Property<AnyState>[];
  const own = passingToken.properties as (parameters: unknown) => Property<AnyState>[];
  const strengthened = { ...passingToken, properties: (of: unknown) => [...own(of), ...pasted] } as AnyModel;
  expect(checkSync(new Instance(strengthened, { nodes: 3 })).properties.map(({ verdict }) => verdict)).toEqual(
    Array(2 + pasted.length).fill("holds"),
  );
  const shown = suggestReportOf(outcome, { look: plain, given: {} });
  expect(shown).toContain("with all of these: inductive over states with at most 1 message in each channel");
  expect(shown).toContain(`    always({\n      name: "${suggestions[0]!.says}",\n`);
});

test("suggests nothing for what is inductive, and refuses what is violated", async () => {
  const { suggestions, together } = await suggest(passingToken, { properties: ["one token"] });
  expect([suggestions, together.verdict]).toEqual([[], "inductive"]);
  await expect(suggest(withDataValue, { properties: ["data value"] })).rejects.toThrow(
    /violates data value in a reachable/,
  );
});

describe("invariants that hold in spite of a race: a MESI directory that forgets that its owner may write", () => {
  const verdicts = (model: AnyModel, parameters = {}) =>
    checkSync(new Instance(model, parameters)).properties.map(({ name, verdict }) => [name, verdict]);

  test("SWMR holds, and the race shows in what is read", () => {
    expect(verdicts(mesiDirectory)).toEqual([["SWMR", "holds"]]);
    expect(verdicts(withDataValue)).toContainEqual(["data value", "violated"]);
    expect(verdicts(withDataValue, { repaired: true })).toEqual([
      ["SWMR", "holds"],
      ["data value", "holds"],
    ]);
  });

  test("mutate asks whether data need be written, until an invariant looks at it", async () => {
    const asked = async (model: AnyModel, parameters: object) => {
      const { judged: all } = await judged(model, parameters, { kinds: ["forget-stamp"], only: ["Store"] });
      return all.filter(({ verdict }) => verdict.verdict === "survived").map(({ where, says }) => `${where}: ${says}`);
    };
    const written = "action Store: cache[c].data stays as it is instead of becoming v";
    expect(await asked(mesiDirectory, {})).toContain(written);
    expect(await asked(withDataValue, { repaired: true })).not.toContain(written);
  });

  test("inductive and suggest do not: what SWMR rests on is kept in spite of the race", async () => {
    const { together, suggestions } = await suggest(mesiDirectory);
    expect(together.verdict).toBe("inductive");
    expect(suggestions.filter(({ says }) => says.includes("data"))).toEqual([]);
  });
});
