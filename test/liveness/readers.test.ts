/** Transitions that all threads read are those that one thread makes, state by state. */
import { expect, test, vi } from "vitest";
import { type Explored, StateGraph } from "../../checker/liveness/graph.js";
import { TransitionReader } from "../../checker/liveness/transition-reader.js";
import { Instance } from "../../checker/model/instance.js";
import { nameOf } from "../../checker/model/scalarset.js";
import { Check } from "../../checker/search/check.js";
import type { SearchOptions } from "../../checker/search/options.js";
import { exploredBy } from "../../checker/search/verdict/liveness-phase.js";
import { german } from "../../spec/german.js";

function searched(options: SearchOptions): Check {
  const check = new Check(new Instance(german, { nodes: 2 }), options);
  while (!check.search.finished) check.search.run(Number.POSITIVE_INFINITY);
  return check;
}

/** Returns the transitions of a state, with what their labels and renamings stand for. */
function transitionsIn(graph: StateGraph, { instance: { layout } }: Explored, reference: number) {
  const members = layout.setsOfMembers().flatMap((set) => layout.membersOf(set));
  const { at, end, targets, renamings, labels } = graph.transitionsOf(reference);
  return Array.from({ length: end - at }, (_, i) => {
    const { action, message } = graph.labels[labels[at + i]!]!;
    const names = members.map(graph.renamings.member(renamings[at + i]!)).map(nameOf);
    return [targets[at + i], names, action.index, message];
  });
}

/** Compares all transitions of a graph that keeps them with those of one that makes them again. */
function expectSame(explored: Explored): void {
  const [kept, made] = [new StateGraph(explored), new StateGraph(explored)];
  const shares: number[] = [];
  for (const _ of kept.keep(Number.POSITIVE_INFINITY)) shares.push(kept.passed);
  expect(shares.at(-1)).toBe(1);
  let transitions = 0;
  for (const reference of kept.states()) {
    const [here, again] = [kept, made].map((graph) => transitionsIn(graph, explored, reference));
    if (String(here) !== String(again)) expect(here).toEqual(again);
    transitions += here!.length;
  }
  expect(transitions).toBe(explored.generated);
}

const others = { threads: 2, levelForThreads: 1 } as const;

test.each<SearchOptions>([
  { threads: 1 },
  others,
  { ...others, threads: 3, store: "compressed" },
  { ...others, symmetry: false },
])("transitions that are kept are those that are made again: %o", (options) =>
  expectSame(exploredBy(searched(options).search)),
);

test("the first thread need not read what the others read, and reads what they put aside", () => {
  const { search } = searched(others);
  // The first thread takes no chunks.
  const takesPart = vi.spyOn(TransitionReader.prototype, "takePart").mockImplementation(function (
    this: TransitionReader,
  ) {
    this.lookUpAll();
  });
  const added = vi.spyOn(TransitionReader.prototype, "add");
  expectSame(exploredBy(search));
  const here = new Set(added.mock.calls.map(([reference]) => reference)).size;
  // In the first round nothing is known to the others.
  expect(here).toBeGreaterThan(0);
  expect(here).toBeLessThan(search.store.count / 2);
  takesPart.mockRestore();
  added.mockRestore();
});
