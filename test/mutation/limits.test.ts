/** What is not decided is not said to be, and what cannot be asked is refused. */
import { expect, test } from "vitest";
import { assert, disabled, model, type StateOf, single, vocabulary } from "../../checker/model/index.js";
import { Instance } from "../../checker/model/instance.js";
import type { AnyModel } from "../../checker/model/model.js";
import { withProperties } from "../../checker/model/model.js";
import { type JudgedMutant, judgeMutants, type MutationOutcome } from "../../checker/mutation/mutation.js";
import { statusOfMutation } from "../../checker/reports/exit-status.js";
import { mutationJsonOf } from "../../checker/reports/mutation-json.js";
import { naiveMutex } from "../../spec/toy/naive-mutex.js";
import { judged } from "./opinions.js";
import { turns } from "./turns.js";

const mutex = naiveMutex as unknown as AnyModel;
const ENDLESS = "node[at].at is taken for Idle where it is Asking";

test("a mutant that goes on for ever is undecided, with the limit as the reason", async () => {
  const which = { only: ["Ask"], kinds: ["negate-guard"], maxStates: 200 } as const;
  const weakly = { properties: ["the turn is had"], receptions: false };
  const { judged: all, limits } = await judged(turns, {}, which, weakly);
  expect(limits).toEqual({ maxStates: 200, seconds: undefined });
  const { verdict } = all.find(({ says }) => says === ENDLESS)!;
  expect(verdict).toEqual({
    verdict: "undecided",
    reason: expect.stringMatching(/^stopped at --max-states 200; every state up to depth \d+ was looked at$/),
  });
});

test("an interrupt ends with what was judged, and says so", async () => {
  const controller = new AbortController();
  const seen: JudgedMutant[] = [];
  const outcome = await judgeMutants(
    new Instance(mutex),
    {},
    {},
    {
      signal: controller.signal,
      onJudged: (of, done) => {
        seen.push(of);
        if (done === 2) controller.abort();
      },
    },
  );
  expect(outcome.judged).toEqual(seen);
  expect([seen.length, outcome.incomplete, statusOfMutation(outcome)]).toEqual([2, "interrupted", 3]);
});

test("a model that cannot be searched to its end is refused, and so is one without properties", async () => {
  await expect(judgeMutants(new Instance(turns), {}, { maxStates: 3 })).rejects.toThrow(
    /^turns itself cannot be searched to its end: stopped at --max-states 3/,
  );
  const none = withProperties(naiveMutex, () => []) as unknown as AnyModel;
  await expect(judged(none, {})).rejects.toThrow(/^no property of naive-mutex can notice a mutant/);
});

test("kinds and places that there are not are refused with those that there are", async () => {
  await expect(judged(mutex, {}, { kinds: ["drop" as never] })).rejects.toThrow(
    /^--kinds takes drop-send, .*, not drop$/,
  );
  await expect(judged(mutex, {}, { only: ["Tset"] })).rejects.toThrow(
    /^--only takes a cell or an action that has mutants: Leave, Request, Set, Test; not Tset$/,
  );
  await expect(judged(mutex, {}, { kinds: ["drop-send"] })).rejects.toThrow(/^there is no such mutant/);
});

test("a sample depends on its seed alone, and each mutant that differs counts", async () => {
  const drawn = async (seed: number) =>
    (await judged(mutex, {}, { sample: 4, seed })).judged.map(({ where, says }) => where + says);
  const [one, again, other] = [await drawn(1), await drawn(1), await drawn(2)];
  expect(one).toHaveLength(4);
  expect(again).toEqual(one);
  expect(other).not.toEqual(one);
});

test("the exit status is that of the gravest verdict", async () => {
  const outcome = await judged(mutex, {}, { only: ["Test"] });
  const of = (...verdicts: string[]) =>
    statusOfMutation({
      ...outcome,
      judged: outcome.judged.filter(({ verdict: { verdict } }) => verdicts.includes(verdict)),
    } satisfies MutationOutcome);
  expect([of("noticed"), of("survived"), of("noticed", "survived")]).toEqual([0, 14, 14]);
  const undecided = { ...outcome.judged[0]!, verdict: { verdict: "undecided", reason: "" } as const };
  expect(statusOfMutation({ ...outcome, judged: [...outcome.judged, undecided] })).toBe(3);
});

test("JSON has all that is known of each mutant", async () => {
  const outcome = await judged(mutex, {}, { only: ["Set"] });
  const json = mutationJsonOf(outcome);
  expect(JSON.parse(JSON.stringify(json))).toEqual(json);
  expect(json).toMatchObject({ format: "popcheck mutation 1", status: 14, sample: null, incomplete: null, mutants: 6 });
  const early = json.judged.find(({ says }) => says === "location[i] is taken for set where it is rest");
  expect(early).toMatchObject({
    verdict: "noticed",
    noticedBy: "mutual exclusion",
    steps: 2,
    stepsBefore: 6,
    parting: null,
  });
  const survivor = json.judged.find(({ verdict }) => verdict === "survived")!;
  expect(survivor.parting!.trace.states.length).toBeGreaterThan(1);
  expect([survivor.noticedBy, survivor.reason, survivor.bisimilar]).toEqual([null, null, false]);
});

test("an assertion of the model notices, though no property is asked about it", async () => {
  const variables = () => ({ at: single<"idle" | "busy">("idle"), held: single(false) });
  const { action, always } = vocabulary<StateOf<ReturnType<typeof variables>>>();
  const take = action("Take", {}, (s) => (s.at() === "idle" ? s.withAt("busy").withHeld(true) : disabled));
  const drop = action("Drop", {}, (s) => {
    if (s.at() === "idle") return disabled;
    assert(s.held(), "who is busy holds it");
    return s.withAt("idle").withHeld(false);
  });
  const fine = always({ name: "fine", says: "", for: {}, holds: (s) => s.at() !== null, explain: () => "" });
  const holder = model({
    ...{ name: "holder", about: "", parameters: {}, variables },
    ...{ actions: () => [take, drop], properties: () => [fine] },
  }) as unknown as AnyModel;
  const { judged: all, asked } = await judged(holder, {}, { only: ["Take"], kinds: ["keep-field"] });
  expect(asked).toEqual(["fine"]);
  const { verdict } = all.find(({ says }) => says.includes("held"))!;
  expect(verdict).toMatchObject({ verdict: "noticed", by: "no failed assertion", steps: 2 });
});
