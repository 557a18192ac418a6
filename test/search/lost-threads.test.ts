/**
 * A search thread that dies ends the search as incomplete, which says so; it is not waited for for ever, and nothing is
 * said to hold.
 */
import { syncBuiltinESMExports } from "node:module";
import workerThreads, { type Worker } from "node:worker_threads";
import { afterAll, beforeEach, describe, expect, test } from "vitest";
import { Instance } from "../../checker/model/instance.js";
import { compiledFile } from "../../checker/package.js";
import { Check } from "../../checker/search/check.js";
import { german } from "../../spec/german.js";
import { PROCESS_DEADLINE } from "../support/deadlines.js";

/** What the next worker is to be instead. */
const next = { code: undefined as string | undefined, data: (data: unknown) => data };

const { Worker: RealWorker } = workerThreads;
class Fated extends RealWorker {
  constructor(file: URL, options: { workerData: unknown }) {
    const code = next.code && new URL(`data:text/javascript,${encodeURIComponent(next.code)}`);
    super(code ?? file, { ...options, workerData: next.data(options.workerData) });
  }
}
const setWorker = (Worker: typeof RealWorker) => {
  Object.assign(workerThreads, { Worker });
  syncBuiltinESMExports();
};
setWorker(Fated);
afterAll(() => setWorker(RealWorker));

beforeEach(() => {
  next.code = undefined;
  next.data = (data) => data;
});

/** Begins as a worker does, and then does something else. */
const control = compiledFile("checker/search/workers/control.js");
const instead = (does: string) => `
  const { BETWEEN_CHUNKS, Control, FULL, IDLE } = await import("${control}");
  const { workerData: { control: buffer, thread } } = await import("node:worker_threads");
  const control = new Control(buffer);
  ${does}`;

interface Inside {
  readonly pool: { patience: number; readonly workers: Worker[]; readonly busy: boolean };
}

/** @param patience milliseconds of waiting after which a thread that gives no sign of life is lost */
function search(threads = 3, patience = 500) {
  // 43,422 states.
  const check = new Check(new Instance(german, { nodes: 2 }), { symmetry: false, threads, levelForThreads: 300 });
  const { pool } = check.search.engine as unknown as Inside;
  pool.patience = patience;
  return { check, pool };
}

const slicesOf = async (check: Check, between: () => void = () => {}) => {
  while (!check.work(2)) {
    between();
    await new Promise((resolve) => setImmediate(resolve));
  }
};

/** The search has ended early, says why, and is no pass. */
function expectIncomplete(check: Check, why: RegExp = /search thread/): void {
  const { incomplete, properties, distinct } = check.outcome();
  expect(incomplete).toMatch(why);
  expect(properties.filter(({ verdict, kind }) => verdict === "holds" && kind !== "reachable")).toEqual([]);
  expect(distinct).toBeLessThan(43_422);
}

const deaths: readonly (readonly [how: string, does: string])[] = [
  ["before it takes anything", "control.reportAndWait(thread, IDLE); throw new Error('lost');"],
  ["with rows in its hands", "control.reportAndWait(thread, IDLE); control.takeChunk(); throw new Error('lost');"],
  ["by leaving", "control.reportAndWait(thread, IDLE); control.takeChunk(); process.exit(0);"],
  [
    "while it is waited for, of too little memory",
    "control.reportAndWait(thread, IDLE); const all = []; for (;;) all.push(new Array(1e6).fill(0.5));",
  ],
];

describe.each(deaths)("a thread that ends %s", (_how, does) => {
  test("ends a search that is made in one go", () => {
    next.code = instead(does);
    const { check } = search();
    check.work();
    expectIncomplete(check);
  });

  test("ends a search that is made in slices", async () => {
    next.code = instead(does);
    const { check } = search();
    await slicesOf(check);
    expectIncomplete(check);
  });
});

test("a thread that fails tells so itself, at once", () => {
  // Without the memories of the store its first chunk is an error.
  next.data = (data) => {
    const { shared, ...rest } = data as { shared: { store: object } };
    return { ...rest, shared: { ...shared, store: { ...shared.store, memories: [] } } };
  };
  // It is not to be missed.
  const { check } = search(2, PROCESS_DEADLINE);
  check.work();
  expectIncomplete(check, /search thread 1 failed/);
});

test("a thread that cannot be loaded is done without, or told", async () => {
  next.code = "throw new Error('not today')";
  const check = new Check(new Instance(german, { nodes: 2 }), { symmetry: false, threads: 2 });
  check.work();
  expect(check.outcome()).toMatchObject({ distinct: 43_422, incomplete: undefined });
  const { check: waiting } = search();
  waiting.work();
  expectIncomplete(waiting);
});

/** How a thread answers that is to come to the end of its chunk: it finds no room, `times` times. */
const findsNoRoom = (times: number) =>
  instead(`
    control.reportAndWait(thread, IDLE);
    while (control.pause !== BETWEEN_CHUNKS && !control.ended) {}
    for (let i = 0; i < ${times} && !control.ended; i++) control.reportAndWait(thread, FULL);
    while (!control.ended) control.reportAndWait(thread, IDLE);`);

test.each([
  [1, "was refused before there was more room, and tells so late, goes on", undefined],
  [2, "is refused again ends the search", /address space of the store is used up/],
])("%i times refused: a thread that %s", (times, _what, why) => {
  next.code = findsNoRoom(times);
  const { check, pool } = search(2, PROCESS_DEADLINE);
  while (!pool.busy) expect(check.work(2)).toBe(false);
  const { engine } = check.search;
  if (why) expect(() => engine.pause()).toThrow(why);
  else engine.pause();
  check.close();
});

test("threads that are stopped from outside end the search", async () => {
  const { check, pool } = search();
  const stop = () => {
    if (pool.busy) for (const worker of pool.workers) void worker.terminate();
  };
  await slicesOf(check, stop);
  expectIncomplete(check);
});

test("threads that end when the search is over are none lost", async () => {
  // However long a busy machine keeps them from answering, and wherever the search is when they have ended.
  const { check, pool } = search(3, PROCESS_DEADLINE);
  const exits = new Map<Worker, Promise<unknown>>();
  await slicesOf(check, () => {
    for (const worker of pool.workers)
      if (!exits.has(worker)) exits.set(worker, new Promise((resolve) => worker.once("exit", resolve)));
  });
  expect(exits.size).toBe(2);
  await Promise.all(exits.values());
  expect(check.outcome()).toMatchObject({ distinct: 43_422, incomplete: undefined });
});
