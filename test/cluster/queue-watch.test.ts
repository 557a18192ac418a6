/** What is shown of the workers is what the queue's events and its active jobs say of this run, and of no other. */
import { EventEmitter } from "node:events";
import type { Queue, QueueEvents } from "bullmq";
import { afterEach, expect, test, vi } from "vitest";
import { QueueWatch } from "../../checker/cluster/queue-watch.js";

const START = Date.UTC(2026, 0, 1);
vi.useFakeTimers({ now: START });
afterEach(() => {
  vi.setSystemTime(START);
});

function watched() {
  const events = new EventEmitter();
  const active: { id: string; processedBy: string; processedOn: number }[] = [];
  const queue = { getActive: async () => active };
  const watch = new QueueWatch(queue as unknown as Queue, events as unknown as QueueEvents, "run-1");
  const complete = (jobId: string, worker: string, states: number, seconds: number) =>
    events.emit("completed", { jobId, returnvalue: { worker, states, seconds, written: 10, read: 20 } });
  return { events, active, watch, complete };
}

test("workers are shown with what they hold, and their rate over all tasks of the last minute", async () => {
  const { active, watch, complete } = watched();
  complete("run-1.5.expand-3", "a/1", 900, 2);
  complete("run-1.5.merge-3", "a/1", 0, 1);
  complete("run-2.5.expand-3", "c/1", 900, 2);
  active.push({ id: "run-1.6.expand-0", processedBy: "b/2", processedOn: START - 3000 });
  active.push({ id: "run-2.6.expand-0", processedBy: "c/1", processedOn: START });
  await vi.advanceTimersByTimeAsync(1000);
  expect(watch.view()).toEqual({
    ...{ retries: 0, bytesWritten: 20, bytesRead: 40 },
    workers: [
      { name: "a/1", statesPerSecond: 300, task: undefined, taskSeconds: undefined },
      { name: "b/2", statesPerSecond: undefined, task: "level 6 expand-0", taskSeconds: 4 },
    ],
  });
  // What was completed is not held any more, also before the next look.
  complete("run-1.6.expand-0", "b/2", 100, 5);
  expect(watch.view().workers[1]).toEqual({
    name: "b/2",
    statesPerSecond: 20,
    task: undefined,
    taskSeconds: undefined,
  });
  active.length = 0;
  await vi.advanceTimersByTimeAsync(120_000);
  expect(watch.view()).toEqual({ retries: 0, bytesWritten: 30, bytesRead: 60, workers: [] });
  watch.close();
});

test("tasks that were lost with their workers, or have failed, are retries", () => {
  const { events, watch } = watched();
  for (const event of ["stalled", "failed"])
    for (const run of [1, 2]) events.emit(event, { jobId: `run-${run}.0.whole` });
  expect(watch.view().retries).toBe(2);
  watch.close();
});
