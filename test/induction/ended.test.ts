/** What ends early says so, and says what is known by then; and outcomes as JSON. */
import { expect, test } from "vitest";
import { type InductiveOptions, inductive, suggest } from "../../checker/api/index.js";
import type { InductionOutcome, InductionProgress } from "../../checker/induction/induction.js";
import { loadModel } from "../../checker/models/models.js";
import { statusOfInduction, statusOfSuggestions } from "../../checker/reports/exit-status.js";
import { inductionJsonOf, suggestJsonOf } from "../../checker/reports/induction-json.js";
import { inductionReportOf, suggestReportOf } from "../../checker/reports/induction-report.js";
import { plain } from "../../checker/reports/terminal.js";
import { german } from "../../spec/german.js";
import { passingToken } from "./passing-token.js";

const { model: popcorn } = await loadModel("popcorn");
const look = { look: plain, given: {} };

/** Interrupts once something is being done, and returns the options for that, with what was seen. */
function interrupting(when: (progress: InductionProgress) => boolean) {
  const controller = new AbortController();
  const seen: InductionProgress[] = [];
  const onProgress: InductiveOptions["onProgress"] = (progress) => {
    seen.push(progress());
    if (when(seen.at(-1)!)) controller.abort("interrupted");
  };
  return { seen, options: { signal: controller.signal, onProgress } };
}

test("an interrupt while reachable states are searched leaves nothing known", async () => {
  const { options, seen } = interrupting(({ states }) => states > 0);
  // It has some million states.
  const outcome = await inductive(german, { ...options, parameters: { nodes: 4 } });
  expect([outcome.verdict, outcome.incomplete, statusOfInduction(outcome)]).toEqual(["not known", "interrupted", 3]);
  expect(outcome.reachable.incomplete).toMatch(/^interrupted/);
  expect(outcome.states).toMatchObject({ lookedAt: 0, satisfying: 0, upToWeight: -1, drawn: { count: 0 } });
  expect(seen.map(({ doing }) => doing)).toEqual(seen.map(() => "searching reachable states"));
  const shown = inductionReportOf(outcome, look);
  expect(shown).toContain("\nincomplete: interrupted; not all states were looked at that were to be\n");
  expect(shown).toContain("that are type-correct, none looked at; 0 satisfy what is assumed\n");
});

test("an interrupt while steps out are looked for leaves those that were found", async () => {
  const { options, seen } = interrupting(({ doing, stepsOut }) => doing === "looking for steps out" && stepsOut > 0);
  const parameters = { stage: "4.7", kernels: 2 };
  const outcome = await inductive(popcorn, { ...options, parameters, maxStates: 5_000_000 });
  expect([outcome.verdict, outcome.incomplete, statusOfInduction(outcome)]).toEqual([
    "not inductive",
    "interrupted",
    12,
  ]);
  expect(outcome.counterexamples.length).toBeGreaterThanOrEqual(seen.at(-1)!.stepsOut);
  expect(outcome.trace!.states).toHaveLength(2);
});

test("an interrupt of suggestions leaves those that were chosen, and is no verdict", async () => {
  const parameters = { stage: "4.7", kernels: 2 };
  const { options } = interrupting(({ suggested }) => suggested > 0);
  const outcome = await suggest(popcorn, {
    ...options,
    parameters,
    properties: ["SWMR"],
    maxStates: 4_000,
    sample: 500,
  });
  const { suggestions, candidates, alone, incomplete } = outcome;
  expect([incomplete, outcome.together.incomplete, statusOfSuggestions(outcome)]).toEqual([
    "interrupted",
    "interrupted",
    3,
  ]);
  expect([alone.incomplete, suggestions.length > 0, candidates! > 10]).toEqual([undefined, true, true]);
  // A step out means nothing while more might have been suggested.
  const together = (verdict: InductionOutcome["verdict"]) => ({ together: { verdict } });
  expect(statusOfSuggestions({ ...together("not inductive"), incomplete: "interrupted" })).toBe(3);
  expect(statusOfSuggestions({ ...together("not inductive"), incomplete: undefined })).toBe(12);
  expect(suggestReportOf(outcome, look)).toContain("\nincomplete: interrupted; more might have been suggested\n");
});

test("candidates are not known if the end comes before every reachable state was read", async () => {
  const parameters = { stage: "4.7", kernels: 2 };
  const { options } = interrupting(({ doing }) => doing === "looking for steps out");
  const outcome = await suggest(popcorn, { ...options, parameters, maxStates: 5_000_000 });
  expect(outcome).toMatchObject({ candidates: undefined, suggestions: [], incomplete: "interrupted" });
  expect(statusOfSuggestions(outcome)).toBe(3);
  expect(suggestReportOf(outcome, look)).toContain("which candidates hold is not known");
  expect(suggestJsonOf(outcome)).toMatchObject({ candidates: null, incomplete: "interrupted", status: 3 });
});

test("seconds end it as an interrupt does", async () => {
  const { incomplete, verdict } = await inductive(german, { parameters: { nodes: 4 }, seconds: 0.1 });
  expect([incomplete, verdict]).toEqual(["stopped at --seconds 0.1", "not known"]);
});

test("JSON has all that is known of whether invariants are inductive", async () => {
  const json = inductionJsonOf(await inductive(passingToken, { properties: ["exclusion"] }));
  expect(JSON.parse(JSON.stringify(json))).toEqual(json);
  expect(json).toMatchObject({
    ...{ format: "popcheck induction 1", status: 12, model: "passing-token", verdict: "not inductive" },
    ...{ properties: ["exclusion"], assumed: [], initially: [], incomplete: null },
    reachable: { incomplete: null, violated: [] },
    states: { size: "32", upToWeight: null, drawn: null },
  });
  expect([json.stepsOut > 0, json.trace!.states.length]).toEqual([true, 2]);
  const whole = inductionJsonOf(await inductive(passingToken, { properties: ["one token"] }));
  expect(whole).toMatchObject({ status: 0, verdict: "inductive", stepsOut: 0, trace: null });
  const some = inductionJsonOf(await inductive(passingToken, { maxStates: 3, sample: 5, seed: 2 }));
  expect(some.states).toMatchObject({ upToWeight: expect.any(Number), drawn: { count: 5, seed: 2 } });
});

test("JSON has the suggestions, and what they are asked with and without", async () => {
  const outcome = await suggest(passingToken, { properties: ["exclusion"] });
  const json = suggestJsonOf(outcome);
  expect(JSON.parse(JSON.stringify(json))).toEqual(json);
  expect(json).toMatchObject({ format: "popcheck suggestions 1", status: 0, incomplete: null });
  expect([json.candidates! > 0, json.suggestions]).toEqual([true, outcome.suggestions]);
  expect([json.alone.verdict, json.together.verdict]).toEqual(["not inductive", "inductive"]);
});
