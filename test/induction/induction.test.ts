/** Whether invariants are inductive: compared with every state and step that a naive enumeration finds. */
import { expect, test } from "vitest";
import { type InductiveOptions, inductive } from "../../checker/api/induction.js";
import { Induction } from "../../checker/induction/induction.js";
import { Bag } from "../../checker/model/channel.js";
import { Instance } from "../../checker/model/instance.js";
import type { AnyModel } from "../../checker/model/model.js";
import { format } from "../../checker/model/value.js";
import { statusOfInduction } from "../../checker/reports/exit-status.js";
import { inductionReportOf } from "../../checker/reports/induction-report.js";
import { plain } from "../../checker/reports/terminal.js";
import { atOnce } from "../../checker/search/slices.js";
import { naiveMutex } from "../../spec/toy/naive-mutex.js";
import { textOfTrace } from "../../traces/text/text.js";
import { OwnSemantics, type OwnValues } from "../support/own-semantics.js";
import { mesiDirectory } from "./mesi-directory.js";
import { passingToken } from "./passing-token.js";

const mutex = naiveMutex as unknown as AnyModel;

/** Every combination of values of places, as a naive enumeration has them. */
function combinations(values: readonly (readonly [place: string, values: readonly unknown[]])[]): OwnValues[] {
  return values.reduce<OwnValues[]>(
    (states, [place, of]) => states.flatMap((state) => of.map((value) => new Map([...state, [place, value]]))),
    [new Map()],
  );
}

/** The steps out that a naive enumeration finds, as texts. */
function naiveStepsOut(model: AnyModel, parameters: object, states: readonly OwnValues[], names: readonly string[]) {
  const semantics = new OwnSemantics(model, parameters as never);
  const asked = semantics.properties.filter(({ name }) => names.includes(name));
  const holds = (values: OwnValues) =>
    asked.every(
      (of) =>
        of.kind === "invariant" &&
        semantics.bindings(of.domains).every((binding) => of.holds(semantics.state(values), binding)),
    );
  return states.filter(holds).flatMap((before) =>
    semantics.steps(before).flatMap(({ next }) => {
      if (next === undefined || holds(next)) return [];
      return [`${textOf(before)} to ${textOf(next)}`];
    }),
  );
}

const textOf = (values: OwnValues) =>
  [...values]
    .map(([place, value]) => `${place} ${format(value)}`)
    .sort()
    .join(", ");

/** The steps out that are found, as the same texts. */
function stepsOut(model: AnyModel, parameters: object, options: ConstructorParameters<typeof Induction>[1]) {
  const induction = new Induction(new Instance(model, { ...parameters }), options, {});
  const { slots } = induction.instance.layout;
  const text = (values: readonly unknown[]) =>
    textOf(
      new Map(
        values.map((value, i) => [`${slots[i]!.variable}${slots[i]!.indices.map((at) => `[${at}]`).join("")}`, value]),
      ),
    );
  try {
    atOnce(induction.reach());
    const { counterexamples, verdict, states } = atOnce(induction.outcome());
    return { verdict, states, out: counterexamples.map(({ before, after }) => `${text(before)} to ${text(after)}`) };
  } finally {
    induction.close();
  }
}

test("finds exactly the steps out that a naive enumeration finds", () => {
  const locations = ["rest", "test", "set", "critical"];
  const states = combinations([
    ["location[0]", locations],
    ["location[1]", locations],
    ["locked", [false, true]],
  ]);
  const naive = naiveStepsOut(mutex, { processes: 2 }, states, ["mutual exclusion"]);
  const { verdict, out, states: looked } = stepsOut(mutex, {}, { properties: ["mutual exclusion"] });
  expect([verdict, out.toSorted()]).toEqual(["not inductive", naive.toSorted()]);
  expect([looked.size, looked.satisfying, naive.length]).toEqual([32n, 30, 4]);
});

test.each([1, 2])("does so with up to %i messages in each channel", (messages) => {
  const channels = [Bag.of(), Bag.of("token"), Bag.of("token", "token")].slice(0, messages + 1);
  const states = combinations([
    ["at[0]", ["out", "in"]],
    ["at[1]", ["out", "in"]],
    ["link[0][1]", channels],
    ["link[1][0]", channels],
    ["begun", [false, true]],
  ]);
  const naive = naiveStepsOut(passingToken, { nodes: 2 }, states, ["exclusion"]);
  const { out, verdict, states: looked } = stepsOut(passingToken, {}, { properties: ["exclusion"], messages });
  expect([out.toSorted(), looked.size]).toEqual([naive.toSorted(), BigInt(states.length)]);
  expect([naive.length > 0, verdict]).toEqual([true, "not inductive"]);
});

test("an invariant that every step keeps is inductive, and makes others so that follow from it", async () => {
  const verdict = async (options: InductiveOptions) => (await inductive(passingToken, options)).verdict;
  expect(await verdict({ properties: ["one token"] })).toBe("inductive");
  expect(await verdict({ properties: ["exclusion"], assumed: ["one token"] })).toBe("inductive");
  expect(await verdict({ parameters: { nodes: 3 } })).toBe("inductive");
  // With all that is asked assumed, too: what is assumed alone need not be kept.
  expect(await verdict({ properties: ["one token"], assumed: ["exclusion"] })).toBe("inductive");
});

test("where not all states are looked at, nothing is inductive", async () => {
  const some = await inductive(passingToken, { parameters: { nodes: 3 }, maxStates: 30, sample: 200 });
  expect([some.verdict, statusOfInduction(some)]).toEqual(["not known", 3]);
  expect(some.states).toMatchObject({ drawn: { count: 200, seed: 1 }, upToWeight: expect.any(Number) });
  expect(inductionReportOf(some, { look: plain, given: {} })).toContain("200 that were drawn (--seed 1)");
  const again = async (seed: number) =>
    (await inductive(passingToken, { properties: ["exclusion"], maxStates: 3, sample: 300, seed })).counterexamples;
  const found = await again(7);
  expect(found.length).toBeGreaterThan(0);
  expect((await again(7)).map(({ before }) => before.map(format))).toEqual(
    found.map(({ before }) => before.map(format)),
  );
  // What is drawn is made smaller: a node is inside before it has begun.
  const differing = found[0]!.before.filter((value, slot) => format(value) !== format(initial[slot]));
  expect(differing).toEqual(["in"]);
});

const { initial: initialOf } = new Instance(passingToken, {});
const initial = initialOf[0]!;

test("shows the smallest step out, and what the verdict rests on", async () => {
  const outcome = await inductive(mutex, { properties: ["mutual exclusion"] });
  const shown = inductionReportOf(outcome, { look: plain, given: {} });
  expect(shown).toContain(
    "NOT INDUCTIVE: 4 steps out, over states with values as seen in reachable states; from the smallest state:\n" +
      " 0  some state  P1 set  P2 critical  locked false\n" +
      " 1  Set(P1)     P1 set → critical  locked false → true",
  );
  expect(shown).toContain("states      32 that are type-correct, all looked at; 30 satisfy what is assumed\n");
  expect(shown).toContain("values      location: the 4 declared standings\n");
  expect(textOfTrace(outcome.trace!)).toContain("are both in their critical sections");
  const inChannels = await inductive(passingToken, { properties: ["one token"] });
  expect(inductionReportOf(inChannels, { look: plain, given: {} })).toContain(
    "inductive over states with at most 1 message in each channel, and values as seen in reachable states\n",
  );
});

test("fields of records are combined freely if that is asked for", async () => {
  const of = (fields: boolean) => inductive(mesiDirectory, { fields, maxStates: 100, sample: 1 });
  const [seen, free] = [await of(false), await of(true)];
  expect(free.states.size).toBeGreaterThan(seen.states.size);
  expect(seen.origins.find(({ variable }) => variable === "cache")!.values).toMatch(/^the \d+ that were seen$/);
  expect(free.origins.find(({ variable }) => variable === "cache")!.values).toMatch(/: page 4, data 2$/);
});

test("refuses what cannot be inductive", async () => {
  const refused = (options: InductiveOptions) => expect(inductive(mutex, options)).rejects;
  await refused({ properties: ["no deadlock"] }).toThrow(/is no invariant of states \(no deadlock\)/);
  await refused({ properties: ["nothing"] }).toThrow(/there is no property "nothing"/);
  await refused({ assumed: ["nothing"] }).toThrow(/"nothing"/);
});
