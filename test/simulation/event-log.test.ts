/** What a simulation logs is a run of the model, as `validate` decides it; and of no other model. */
import { describe, expect, test } from "vitest";
import type { LogEvent } from "../../checker/conformance/events.js";
import { validate } from "../../checker/conformance/validate.js";
import { loadModel } from "../../checker/models/models.js";
import { EventLogWriter } from "../../checker/simulation/event-log.js";
import { builtInWorkload } from "../../checker/simulation/workload.js";
import { messagesOf, popcornOf, runOf } from "./simulated.js";

const { model } = await loadModel("popcorn");
const size = { pages: 2, elements: 3, iterations: 2, writeShare: 0.5 };

function logged(parameters: { readonly kernels: number; readonly [option: string]: unknown }, seed = 1) {
  const instance = popcornOf(parameters);
  const what = builtInWorkload("mixed", parameters.kernels, size);
  const { figures, steps } = runOf(instance, what, seed);
  const writer = new EventLogWriter(instance, what.pages);
  for (const step of steps) writer.note(step);
  return { figures, events: writer.events() };
}

const textOf = (events: readonly LogEvent[]) => events.map((event) => JSON.stringify(event)).join("\n");
const verdictOf = (parameters: object, events: readonly LogEvent[]) =>
  validate(model, parameters as never, textOf(events), "the log", { inOrder: true }).verdict;

describe("is a run of the model that was simulated", () => {
  test.each([
    { stage: "4.2", kernels: 2 },
    { stage: "4.7", kernels: 3 },
    { stage: "4.7", kernels: 2, clocks: "ties" },
    { stage: "repaired-4.8", kernels: 2 },
  ])("%j", (parameters) => {
    const { figures, events } = logged(parameters);
    expect(verdictOf(parameters, events)).toBe("run");
    const sent = Object.values(messagesOf(figures)).reduce((sum, count) => sum + count, 0);
    expect(events.filter(({ event }) => event === "send").length).toBe(sent);
    expect(new Set(events.map(({ page }) => page))).toEqual(new Set([1, 2, "shared"]));
  });
});

test("and no run of another, nor with an event left out", () => {
  const parameters = { stage: "4.7", kernels: 2 };
  const { events } = logged(parameters);
  expect(verdictOf({ stage: "4.8", kernels: 2 }, events)).toBe("no run");
  const receive = events.findIndex(({ event }) => event === "receive");
  expect(verdictOf(parameters, events.filter((_, i) => i !== receive))).toBe("no run"); // biome-ignore format: one call
});

test("clocks are the numbers of the steps: each message is received after it was sent", () => {
  const { events } = logged({ stage: "4.7", kernels: 3 });
  const clocks = events.map(({ clock }) => clock!);
  expect(clocks).toEqual([...clocks].sort((a, b) => a - b));
  expect(new Set(clocks).size).toBe(clocks.at(-1));
});
