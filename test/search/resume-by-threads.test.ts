/** What several threads do where a search is resumed, or ends by two limits at once. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { disabled, model, type StateOf, single, vocabulary } from "../../checker/model/index.js";
import { Instance } from "../../checker/model/instance.js";
import type { AnyModel } from "../../checker/model/model.js";
import { Check, checkSync } from "../../checker/search/check.js";
import { checkpointsIn } from "../../checker/search/exhaustive/checkpoint.js";
import { readManifest } from "../../checker/search/exhaustive/manifest.js";
import { newStatesFolder } from "../../checker/search/exhaustive/state-folders.js";
import type { SearchOptions } from "../../checker/search/options.js";
import { releaseTest } from "../support/extent.js";
import { searchTo } from "../support/slices.js";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "popcheck-test-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const variables = () => ({ x: single(0), y: single(0) });
type State = StateOf<ReturnType<typeof variables>>;
const { action } = vocabulary<State>();
const SIDE = 40;

/** A square of SIDE × SIDE states; the states of one edge are initial. */
const square: AnyModel = model({
  name: "square",
  about: "two counters",
  parameters: {},
  variables,
  initial: (declared) => Array.from({ length: SIDE }, (_, y) => declared.withY(y)),
  actions: () => [
    action("Right", {}, (s) => (s.x() < SIDE - 1 ? s.withX(s.x() + 1) : disabled)),
    action("Up", {}, (s) => (s.y() < SIDE - 1 ? s.withY(s.y() + 1) : disabled)),
  ],
  properties: () => [],
});

const countsOf = ({ distinct, generated, fired, statistics }: ReturnType<typeof checkSync>) => ({
  ...{ distinct, generated, fired },
  ...{ outDegrees: statistics!.outDegrees, levels: statistics!.levels },
});

/** Ends a search at a number of states, and takes it up again from the checkpoint that it has left. */
function interruptedAt(maxStates: number, of: SearchOptions) {
  const options = { ...of, threads: 2, levelForThreads: 1, checkpoint: folder, spill: newStatesFolder(folder) };
  const first = new Check(new Instance(square), { ...options, maxStates });
  first.search.about = {};
  first.work();
  expect(first.search.incomplete).toMatch(/--max-states/);
  const [name] = checkpointsIn(folder);
  const second = new Check(new Instance(square), options);
  second.resume(folder, name!, readManifest(folder, name!).body, 1);
  second.work();
  const outcome = second.outcome();
  second.close();
  return outcome;
}

test("the initial states are not looked at again, by any thread, when a search is resumed", () => {
  const whole = checkSync(new Instance(square));
  expect(whole.distinct).toBe(SIDE ** 2);
  for (const maxStates of [SIDE, 5 * SIDE, 20 * SIDE])
    expect(countsOf(interruptedAt(maxStates, {}))).toEqual(countsOf(whole));
});

releaseTest(
  "where memory is full as the limit of states is reached, the search ends by the latter, with a checkpoint",
  () => {
    const whole = countsOf(checkSync(new Instance(square)));
    for (const maxStates of [1, SIDE - 1, SIDE, 3 * SIDE, 10 * SIDE])
      expect(countsOf(interruptedAt(maxStates, { storeMemory: 1 }))).toEqual(whole);
  },
);

test("a checkpoint can be written at any moment, also when memory is full", () => {
  for (const threads of [1, 2]) {
    const options = { storeMemory: 1, threads, levelForThreads: 1, checkpoint: folder, spill: newStatesFolder(folder) };
    const check = new Check(new Instance(square), options);
    for (let states = SIDE; states < SIDE ** 2; states += SIDE) {
      searchTo(check, states);
      check.search.checkpoint();
      expect(check.search.checkpointFailure).toBeUndefined();
    }
    check.work();
    expect(countsOf(check.outcome())).toEqual(countsOf(checkSync(new Instance(square))));
    check.close();
    rmSync(folder, { recursive: true, force: true });
  }
});
