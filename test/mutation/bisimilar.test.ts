/** Survivors that behave as the model: against strong bisimulation of the two whole graphs, and by hand. */
import { expect, test } from "vitest";
import { areBisimilar, bisimulationOf } from "../../checker/comparison/bisimulation.js";
import { ReferenceGraph } from "../../checker/graph/reference-graph.js";
import { nameOfInstance } from "../../checker/model/bound.js";
import { disabled, model, type StateOf, single, vocabulary } from "../../checker/model/index.js";
import { Instance, type Values } from "../../checker/model/instance.js";
import type { AnyModel } from "../../checker/model/model.js";
import { mutationReportOf } from "../../checker/reports/mutation-report.js";
import { plain } from "../../checker/reports/terminal.js";
import { judged } from "./opinions.js";
import { instanceOf, mutantThat, surveyed } from "./surveyed.js";
import { type Node, turns } from "./turns.js";

/** Whether two models are strongly bisimilar, with the names of steps; `seen` tells what is seen of a state. */
function areAlike(instances: readonly Instance[], seen: (values: Values) => string): boolean {
  const numbers = new Map<string, number>();
  const numberOf = (text: string) => {
    numbers.set(text, numbers.get(text) ?? numbers.size);
    return numbers.get(text)!;
  };
  const labels: number[] = [];
  const next: number[][] = [];
  const initial = instances.map((instance) => {
    const graph = new ReferenceGraph(instance, { symmetry: false });
    const first = labels.length;
    const edges: [from: number, name: string, to: number][] = [];
    const begun = graph.explore(20_000, {
      taken: (from, { instance: action, message, cell }, to) => {
        const kind = message === undefined ? "" : action.action.kinds!.of(message);
        edges.push([first + from.index, `step ${nameOfInstance(action)} ${kind} ${cell}`, first + to.index]);
      },
      refused: () => {
        throw new Error("every step is one");
      },
    });
    for (const { values } of graph.states) next[labels.push(numberOf(`state ${seen(values)}`)) - 1] = [];
    // A step is a state between two states, with its name as the label.
    for (const [from, name, to] of edges) {
      next[from]!.push(labels.length);
      next[labels.push(numberOf(name)) - 1] = [to];
    }
    return begun.map(({ index }) => first + index);
  });
  return areBisimilar(bisimulationOf({ labels, next }, "strong"), initial[0]!, initial[1]!);
}

test("a survivor is bisimilar exactly if the whole graphs are, with what properties read as labels", async () => {
  const mutants = surveyed(turns);
  const original = new Instance(turns);
  // The properties of turns read where each node is, in every state, and nothing else.
  const places = original.layout.slots.flatMap(({ variable }, slot) => (variable === "node" ? [slot] : []));
  const seen = (values: Values) => places.map((slot) => (values[slot] as Node).at).join();
  const { judged: all } = await judged(turns, {}, { kinds: ["keep-field", "other-message"] });
  const told = all.flatMap(({ where, says, verdict }) => {
    if (verdict.verdict !== "survived") return [];
    const mutated = instanceOf(turns, mutantThat(mutants, where, says));
    expect(`${says}: ${verdict.bisimilar}`).toBe(`${says}: ${areAlike([mutated, original], seen)}`);
    return [verdict.bisimilar];
  });
  expect(new Set(told)).toEqual(new Set([true, false]));
});

/** Notes something, and forgets it; who looks at the note, and where, is a parameter of the test. */
function notes(look: {
  readonly inStep?: boolean;
  readonly inState?: boolean;
  readonly elsewhere?: boolean;
}): AnyModel {
  const variables = () => ({ at: single<"idle" | "busy">("idle"), note: single(false), copy: single(false) });
  const { action, always, alwaysStep } = vocabulary<StateOf<ReturnType<typeof variables>>>();
  const take = action("Take", {}, (s) => (s.at() === "idle" ? s.withAt("busy").withNote(true) : disabled));
  const drop = action("Drop", {}, (s) => {
    if (s.at() === "idle") return disabled;
    const idle = s.withAt("idle").withNote(false);
    return look.elsewhere ? idle.withCopy(s.note()) : idle;
  });
  const inState = always({
    ...{ name: "in state", says: "", for: {}, explain: () => "" },
    holds: (s) => s.at() !== null && (!look.inState || s.note() !== null),
  });
  const inStep = alwaysStep({
    ...{ name: "in step", says: "", for: {}, explain: () => "" },
    holds: (before, after, _, step) => !look.inStep || (step.writes("note") ? after : before).note() !== null,
  });
  const copied = always({
    ...{ name: "copy", says: "", for: {}, explain: () => "" },
    holds: (s) => s.copy() !== null,
  });
  return model({
    ...{ name: "notes", about: "", parameters: {}, variables, actions: () => [take, drop] },
    properties: () => [inState, inStep, ...(look.elsewhere ? [copied] : [])],
  }) as unknown as AnyModel;
}

const UNWRITTEN = "note stays as it is instead of becoming true";

test.each([
  ["nobody looks at it", {}, true],
  ["a property of states reads it", { inState: true }, false],
  ["a property of steps reads it", { inStep: true }, false],
  ["an action hands it on to what a property reads", { elsewhere: true }, false],
])("a value that is not written: %s", async (_name, look, expected) => {
  const { judged: all } = await judged(notes(look), {}, { only: ["Take"], kinds: ["keep-field"] });
  const { verdict } = all.find(({ says }) => says === UNWRITTEN)!;
  expect(verdict).toMatchObject({ verdict: "survived", bisimilar: expected });
});

test("a survivor that is bisimilar is said to be, and a sample does not count it", async () => {
  const outcome = await judged(notes({}), {}, { kinds: ["keep-field"], sample: 1 });
  expect(outcome.judged.map(({ verdict }) => verdict.verdict)).toContain("survived");
  expect(outcome.judged.length).toBeGreaterThan(1);
  const text = mutationReportOf(outcome, { look: plain, given: {} });
  expect(text).toMatch(/^of the survivors 2 are bisimilar to the original: nothing ever reads what differs$/m);
  expect(text).toContain("    It is bisimilar to the original: no step and no property ever reads what differs.\n");
});
