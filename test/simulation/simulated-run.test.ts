/** A simulated run is a run of the model: its steps, its messages and its time, counted by hand or by the reference. */
import { is } from "immutable";
import { describe, expect, test } from "vitest";
import type { Instance } from "../../checker/model/instance.js";
import { renumber, successorsBy } from "../../checker/model/reference.js";
import { keyOf } from "../../checker/model/value.js";
import { latencyRuleOf } from "../../checker/simulation/latency.js";
import type { PageState } from "../../checker/simulation/page-graph.js";
import { builtInWorkload } from "../../checker/simulation/workload.js";
import { messagesOf, plainFigures, popcornOf, runOf, workload } from "./simulated.js";

const fixed = { latency: [latencyRuleOf("10")] };
const small = { pages: 2, elements: 3, iterations: 3, writeShare: 0.5 };

const keyIn = (values: readonly unknown[]) => values.map((value) => keyOf(value)).join();
const valuesOf = ({ slots }: PageState) => slots.map(({ value }) => value);

/** Follows each step of a run by the reference semantics, page by page, and returns how many there were. */
function followed(instance: Instance, { steps }: ReturnType<typeof runOf>): number {
  const at = new Map<number, string>();
  for (const { page, step, received } of steps) {
    const before = valuesOf(step.before);
    const initial = keyIn(renumber(instance.initial[0]!));
    expect(keyIn(before)).toBe(at.get(page) ?? initial);
    const next = [...successorsBy(instance, before, step.action)].filter(
      (successor) => successor.next !== undefined && is(successor.message, step.message?.value),
    );
    const after = keyIn(valuesOf(step.after));
    expect(next.map((successor) => keyIn(renumber(successor.next!)))).toContain(after);
    expect(received?.kind).toBe((step.message?.value as { kind: string } | undefined)?.kind);
    at.set(page, after);
  }
  return steps.length;
}

describe("every step is one of the reference semantics:", () => {
  const cases = [
    { stage: "4.2", kernels: 2 },
    { stage: "4.3", kernels: 3 },
    { stage: "4.5", kernels: 2, network: "fifo" },
    { stage: "4.7", kernels: 3 },
    { stage: "4.8", kernels: 3, leaveWait: "at-once" },
    { stage: "4.7", kernels: 3, clocks: "ties", forcedRead: "at-once" },
    { stage: "repaired", kernels: 3, owner: true },
    { stage: "repaired-4.8", kernels: 3, multicast: true },
    { stage: "repaired-4.8", kernels: 2, oneKernel: true },
  ];
  test.each(cases)("%j", (parameters) => {
    const instance = popcornOf(parameters);
    for (const seed of parameters.kernels === 2 ? [1, 2] : [1]) {
      const run = runOf(instance, builtInWorkload("mixed", parameters.kernels, small), seed);
      expect(followed(instance, run)).toBeGreaterThan(10);
    }
  });
});

describe("the same seed gives the same run", () => {
  const instance = popcornOf({ stage: "repaired-4.8", kernels: 3 });
  const what = builtInWorkload("writers", 3, small);

  test("again, and another seed another", () => {
    const [once, again, other] = [1, 1, 2].map((seed) => plainFigures(runOf(instance, what, seed).figures));
    expect(again).toEqual(once);
    expect(other).not.toEqual(once);
  });

  test("whatever is kept of it, and forgotten", () => {
    const limits = { slotsOfStates: 300, values: 60, inputs: 100 };
    const kept = plainFigures(runOf(instance, what, 1).figures);
    expect(plainFigures(runOf(instance, what, 1, {}, limits).figures)).toEqual(kept);
  });
});

describe("messages are those of the paper's sections 4.2 to 4.4", () => {
  test.each([2, 3, 5])("one read of an Invalid copy, %i kernels", (kernels) => {
    const { figures } = runOf(
      popcornOf({ stage: "4.7", kernels }),
      workload({ K2: [{ read: 1, times: 5 }] }),
      1,
      fixed,
    );
    const others = kernels - 1;
    expect(messagesOf(figures)).toEqual({ Fetch: others, Copy: 1, ...(others > 1 && { Copy_Void: others - 1 }) });
    expect(figures.accesses).toEqual({ read: 5, write: 0 });
    expect(figures.faultsOf).toEqual({ read: 1, write: 0 });
    // The fault, the way there, its handling, the way back, and the answers one after the other.
    expect(figures.faultLatency.mean).toBeCloseTo(1 + 10 + 1 + 10 + others + 0.01, 9);
    expect(figures.time).toBeCloseTo(1 + 10 + 1 + 10 + others + 5 * 0.01, 9);
  });

  test.each([2, 3, 5])("one write of an Invalid copy, %i kernels", (kernels) => {
    const { figures } = runOf(popcornOf({ stage: "4.7", kernels }), workload({ K2: [{ write: 1 }] }), 1, fixed);
    const others = kernels - 1;
    const read = { Fetch: others, Copy: 1, ...(others > 1 && { Copy_Void: others - 1 }) };
    expect(messagesOf(figures)).toEqual({ ...read, Invalid: others, Ack: others });
    expect(figures.faultLatency.mean).toBeCloseTo(1 + 2 * (10 + 1 + 10 + others) + 0.01, 9);
  });

  test("a write on a Modified copy is local", () => {
    const { figures, steps } = runOf(
      popcornOf({ stage: "4.7", kernels: 3 }),
      workload({ K1: [{ write: 1, times: 9 }] }),
    );
    expect(messagesOf(figures)).toEqual({});
    expect(figures.faults).toBe(0);
    expect(steps.reduce((sum, { times }) => sum + times, 0)).toBe(9);
    expect(figures.time).toBeCloseTo(9 * 0.01, 9);
  });

  test("of two writers at once one loses, fetches, and tries again", () => {
    const what = workload({ K1: [{ compute: 200 }, { write: 1 }], K2: [{ read: 1 }, { compute: 176 }, { write: 1 }] });
    const { figures } = runOf(popcornOf({ stage: "4.7", kernels: 2 }), what, 1, fixed);
    expect(messagesOf(figures)).toEqual({ Fetch: 1, Fetch_Write: 1, Copy: 2, Invalid: 3, Ack: 2, Nack: 1 });
    expect(figures.retries).toEqual({ read: 0, write: 1 });
  });
});

describe("time stamps are those of the kernels' clocks", () => {
  // Both are Shared. K1 begins its write at 200 us, K2 three microseconds later.
  const what = workload({ K1: [{ compute: 200 }, { write: 1 }], K2: [{ read: 1 }, { compute: 178 }, { write: 1 }] });
  const instance = popcornOf({ stage: "4.7", kernels: 2 });
  const firstWriter = (offset: number) => {
    const clockSkew = [{ process: "K2", offset, drift: 0, text: "" }];
    const { steps } = runOf(instance, what, 1, { ...fixed, clockSkew });
    return steps.find(({ step }) => step.action.action.name === "Write_Done")?.actor;
  };

  test.each([
    ["exact: the first", 0, 0],
    ["the second one's is slow: it goes first", -50, 1],
    ["the second one's is fast", 50, 0],
  ])("%s", (_name, offset, winner) => {
    expect(firstWriter(offset)).toBe(winner);
  });
});

describe("messages are neither lost nor made", () => {
  test.each(["4.4", "4.7", "repaired-4.8"])("stage %s", (stage) => {
    const { figures } = runOf(popcornOf({ stage, kernels: 3 }), builtInWorkload("writers", 3, small), 3);
    expect(figures.sent.size).toBeGreaterThan(4);
    for (const kind of figures.sent.keys()) {
      const [received, dropped, flying] = [figures.received, figures.dropped, figures.inFlight].map(
        (of) => of.get(kind) ?? 0,
      );
      expect([kind, received! + dropped! + flying!]).toEqual([kind, figures.messages(kind)]);
    }
  });
});

describe("what goes wrong is seen", () => {
  const race = builtInWorkload("writers", 3, small);
  const seeds = [1, 2, 3, 4, 5];

  test("4.2 elects two writers at once, of whose copies one stays stale for ever", () => {
    const runs = seeds.map((seed) => runOf(popcornOf({ stage: "4.2", kernels: 3 }), race, seed).figures);
    const violating = runs.filter(({ violations }) => violations.has("SWMR"));
    expect(violating.length).toBeGreaterThan(0);
    const { time, explanation } = violating[0]!.violations.get("SWMR")!;
    expect(time).toBeGreaterThan(0);
    expect(explanation).toMatch(/^Modified: K\d, K\d/);
    const [stuck] = runs.flatMap(({ stuck }) => stuck ?? []);
    expect(stuck!.why).toBe("no message is under way, and nothing else can happen");
    expect(stuck!.threads[0]).toMatch(/^K\d waits (at a barrier|for its (read|write) of .* since [\d.]+ us)/);
  });

  test("a stale read is counted", () => {
    const stale = seeds.map((seed) => {
      const readers = builtInWorkload("mixed", 3, { pages: 1, elements: 2000, iterations: 20, writeShare: 0.5 });
      return runOf(popcornOf({ stage: "4.2", kernels: 3 }), readers, seed).figures.staleReads;
    });
    expect(Math.max(...stale)).toBeGreaterThan(0);
  });

  test("the repaired protocol shows nothing of the kind", () => {
    for (const seed of seeds) {
      const { figures } = runOf(popcornOf({ stage: "repaired-4.8", kernels: 3 }), race, seed);
      expect([figures.violations.size, figures.stuck, figures.staleReads]).toEqual([0, undefined, 0]);
    }
  });

  test("a thread that may never write waits for ever, and it is said for what", () => {
    const instance = popcornOf({ stage: "4.8", kernels: 2, readOnly: true });
    const { figures } = runOf(instance, workload({ K1: [{ read: 1 }, { write: 1 }] }));
    expect(figures.stuck!.threads).toEqual([
      "K1 waits for its write of page 1, since 1.0 us: copy[K1] = Shared, data v1; area[K1] = read-only",
    ]);
  });
});
