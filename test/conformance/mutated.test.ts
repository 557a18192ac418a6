/**
 * Logs of implementations that make a mistake. Whether each differs from the model is decided without
 * checker/conformance/ (naive-validator.ts): those that do are refused, those that do not are runs.
 */
import { expect, test } from "vitest";
import type { LogEvent } from "../../checker/conformance/events.js";
import { validate } from "../../checker/conformance/validate.js";
import type { AnyModel } from "../../checker/model/model.js";
import { popcorn } from "../../spec/popcorn/index.js";
import { dice } from "../support/dice.js";
import { releaseTest } from "../support/extent.js";
import { changedLog, mutatedProtocols, mutatedWalk } from "./mutated-logs.js";
import { isRun } from "./naive-validator.js";
import { bare, eventsOfRun, walked } from "./walk-log.js";

const model = { ...popcorn, properties: () => [] } as unknown as AnyModel;

/** Counts the logs that are no runs of stage 4.7, and names those on which the two opinions differ. */
class Opinions {
  refused = 0;
  runs = 0;
  readonly different: string[] = [];

  ask(name: string, log: readonly LogEvent[], kernels: number, missing = 0): void {
    const given = { stage: "4.7", kernels };
    const text = log.map((event) => JSON.stringify(event)).join("\n");
    const isOne = isRun(model, bare(popcorn, given).parameters, log, { most: 20_000, missing });
    const { verdict } = validate(model, given, text, "log", { missing });
    if ((verdict === "run") !== isOne) this.different.push(`${name}: ${verdict}, and it is ${isOne ? "one" : "none"}`);
    if (isOne) this.runs++;
    else this.refused++;
  }
}

/** Asks about logs of walks of the model, each changed five times. */
function askOfChanged(opinions: Opinions, walks: number, kernels: number, steps: number, missing = 0): void {
  const roll = dice(4);
  const instance = bare(popcorn, { stage: "4.7", kernels });
  for (let seed = 0; seed < walks; seed++) {
    const log = eventsOfRun(instance, walked(instance, steps, seed, ["Local_Write"])).flat();
    for (let i = 0; i < 5; i++) opinions.ask(`walk ${seed}, change ${i}`, changedLog(log, roll), kernels, missing);
  }
}

test("logs in which one thing is changed are refused, exactly if they are no runs any more", () => {
  const opinions = new Opinions();
  askOfChanged(opinions, 6, 2, 16);
  expect(opinions.different).toEqual([]);
  expect(opinions.refused).toBeGreaterThan(18);
  expect(opinions.runs).toBeGreaterThan(2);
});

test("the same if events may be missing", () => {
  const opinions = new Opinions();
  askOfChanged(opinions, 2, 2, 8, 1);
  expect(opinions.different).toEqual([]);
  expect(Math.min(opinions.refused, opinions.runs)).toBeGreaterThan(1);
});

test("runs of mutated protocols are refused, exactly if the model has no such run", () => {
  const opinions = new Opinions();
  for (const protocol of mutatedProtocols.filter((_, i) => i % 2 === 0))
    opinions.ask(protocol.name, mutatedWalk(protocol, 2, { most: 24, walks: 2, seed: 7 }), 2);
  expect(opinions.different).toEqual([]);
  expect(opinions.refused).toBeGreaterThan(5);
  expect(opinions.runs).toBeGreaterThan(4);
});

releaseTest("at least a hundred changed logs are no runs, and are refused", () => {
  const opinions = new Opinions();
  askOfChanged(opinions, 40, 2, 24);
  askOfChanged(opinions, 10, 3, 14);
  expect(opinions.different).toEqual([]);
  expect(opinions.refused).toBeGreaterThan(100);
  expect(opinions.runs).toBeGreaterThan(20);
});

releaseTest("the same of more logs if one or two events may be missing", () => {
  const opinions = new Opinions();
  askOfChanged(opinions, 12, 2, 14, 1);
  askOfChanged(opinions, 6, 2, 10, 2);
  expect(opinions.different).toEqual([]);
  expect(Math.min(opinions.refused, opinions.runs)).toBeGreaterThan(10);
});

releaseTest("at least a hundred runs of mutated protocols are no runs of the model, and are refused", () => {
  const opinions = new Opinions();
  for (const protocol of mutatedProtocols) {
    for (let seed = 0; seed < 5; seed++) {
      const kernels = seed < 4 ? 2 : 3;
      opinions.ask(`${protocol.name}, ${seed}`, mutatedWalk(protocol, kernels, { most: 30, walks: 12, seed }), kernels);
    }
  }
  expect(opinions.different).toEqual([]);
  expect(opinions.refused).toBeGreaterThan(100);
  expect(opinions.runs).toBeGreaterThan(50);
});
