/** Further counterexamples: how they differ, that there are no others, and that none violates before its end. */
import { describe, expect, test } from "vitest";
import { furtherCounterexamples } from "../../checker/graph/further-counterexamples.js";
import { disabled, model, type StateOf, single, vocabulary } from "../../checker/model/index.js";
import { Instance } from "../../checker/model/instance.js";
import { type AnyModel, withProperties } from "../../checker/model/model.js";
import { checkSync } from "../../checker/search/check.js";
import { popcornProperties } from "../../invariants/popcorn/index.js";
import { popcorn } from "../../spec/popcorn/index.js";
import { starvingMutex } from "../../spec/toy/starving-mutex.js";
import { evidenceOf } from "../../traces/replay/evidence.js";
import { follow } from "../../traces/replay/run.js";
import { lengthOf, type Trace } from "../../traces/trace.js";
import { popcheck } from "../support/command-line.js";

const flags = () => ({ f: single(false), g: single(false), way: single("none") });
type Flags = StateOf<ReturnType<typeof flags>, Record<never, never>>;
const { action, always } = vocabulary<Flags>();

const setF = action("SetF", {}, (s) => (s.f() ? disabled : s.withF(true)));
const setG = action("SetG", {}, (s) => (s.g() ? disabled : s.withG(true)));
const jump = action("Jump", {}, (s) => (s.way() === "none" ? s.withF(true).withG(true).withWay("jumped") : disabled));

/** Goes on where both flags are set, to another state: what ends with it has violated the property before. */
const mark = action("Mark", {}, (s) => (s.f() && s.g() && s.way() === "none" ? s.withWay("marked") : disabled));

/** Both flags are set by two steps in either order or, if `jumps`, by one. */
function flagged(jumps: boolean): AnyModel {
  return model({
    name: "flagged",
    about: "two flags",
    parameters: {},
    variables: flags,
    actions: () => [setF, setG, mark, ...(jumps ? [jump] : [])],
    properties: () => [
      always({ name: "not both", says: "", for: {}, holds: (s) => !(s.f() && s.g()), explain: () => "both" }),
    ],
  });
}

function further(of: AnyModel, property: string, given: object = {}, count = 9, maxStates = 10_000) {
  const instance = new Instance(of, { ...given });
  const { trace } = checkSync(instance, { properties: [property] }).properties.find(({ name }) => name === property)!;
  return { instance, first: trace!, ...furtherCounterexamples(instance, trace!, { count, symmetry: true, maxStates }) };
}

const actionsOf = ({ states }: Trace) => states.slice(1).map((state) => state["#meta"].action);

describe("further counterexamples", () => {
  test("are none if they differ only in the order of independent steps", () => {
    const { first, traces, note } = further(flagged(false), "not both");
    expect(actionsOf(first).sort()).toEqual(["SetF", "SetG"]);
    expect(traces).toEqual([]);
    expect(note).toMatch(/^no further counterexample was found; .*; there are no others$/);
  });

  test("end with another action in another state, and the shortest come first", () => {
    const { first, traces, note } = further(flagged(true), "not both");
    expect(actionsOf(first)).toEqual(["Jump"]);
    // SetF and SetG end in one state, so that one of the orders is enough.
    expect(traces.map((trace) => actionsOf(trace).sort())).toEqual([["SetF", "SetG"]]);
    expect(note).toMatch(/^further counterexamples: 1; .*; there are no others$/);
  });

  test("say that there may be others, or that too few states were searched", () => {
    expect(further(flagged(true), "not both", {}, 1).note).toMatch(/; there may be others$/);
    expect(further(flagged(true), "not both", {}, 9, 1).note).toMatch(/only 1 states were searched$/);
  });

  test("of SWMR hold until their last step, replay, and read other values", () => {
    const of = withProperties(popcorn, popcornProperties);
    const { instance, first, traces } = further(of, "SWMR", { stage: "4.2", kernels: 2 });
    expect(traces.length).toBeGreaterThan(0);
    const swmr = instance.properties.find(({ name }) => name === "SWMR")!;
    const told = [first, ...traces].map((trace) => {
      const [initial, ...steps] = trace.states.map((state) => state["#meta"].choice);
      const run = follow(instance, { initial: initial!, steps });
      const evidence = run.states.map((_, i) =>
        evidenceOf(instance, swmr, { states: run.states.slice(0, i + 1), steps: run.steps.slice(0, i) }),
      );
      expect(evidence.slice(0, -1).filter((text) => text !== undefined)).toEqual([]);
      expect(evidence.at(-1)).toBe(trace["#meta"].explanation);
      return trace["#meta"].explanation.replace(/K\d/g, "K");
    });
    expect(new Set(told).size).toBe(told.length);
    const lengths = [first, ...traces].map(lengthOf);
    expect(lengths).toEqual([...lengths].sort((a, b) => a - b));
  });

  test("are not looked for of liveness, and that is said", () => {
    const instance = new Instance(starvingMutex);
    const { trace } = checkSync(instance).properties.find(({ name }) => name === "waiting ends")!;
    const { traces, note } = furtherCounterexamples(instance, trace!, { count: 2, symmetry: true, maxStates: 9 });
    expect(traces).toEqual([]);
    expect(note).toMatch(/only of properties that one state or step violates/);
  });

  test("are printed, and written to files of their own, whatever the number of threads", () => {
    const words = ["popcorn", "--stage", "4.2", "--kernels", "2", "--property", "SWMR", "--counterexamples", "3"];
    const run = (threads: string) => popcheck("check", ...words, "--threads", threads, "--trace", "further");
    const [one, two] = [run("1"), run("2")].map(({ stdout }) =>
      stdout.slice(stdout.lastIndexOf("\n\nVIOLATED  SWMR ", stdout.indexOf("shortest: "))),
    );
    expect(two).toBe(one);
    expect(one!.match(/^VIOLATED {2}SWMR/gm)!.length).toBeGreaterThan(1);
    expect(one).toMatch(/^SWMR: further counterexamples: \d; they end in different states/m);
    expect(one).toContain("popcheck replay further/popcorn-4.2-swmr-2.json");
    expect(popcheck("replay", "further/popcorn-4.2-swmr-2.json").status).toBe(12);
  });
});
