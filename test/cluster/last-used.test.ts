/** A map forgets what was used longest ago. */
import { expect, test } from "vitest";
import { LastUsed } from "../../checker/cluster/last-used.js";
import { RunFiles, type Task } from "../../checker/cluster/run-files.js";
import { RUN, withStorage } from "./local-workers.js";

test("what was used longest ago is forgotten first", () => {
  const map = new LastUsed<string, number>(2);
  map.set("a", 1);
  map.set("b", 2);
  expect(map.get("a")).toBe(1);
  map.set("c", 3);
  expect([map.get("a"), map.get("b"), map.get("c")]).toEqual([1, undefined, 3]);
  map.set("c", 4);
  map.delete("a");
  expect([map.get("a"), map.get("c")]).toEqual([undefined, 4]);
});

test("what was forgotten of a run is read again", () =>
  withStorage(async (storage) => {
    const files = new RunFiles(storage, RUN, 1);
    const task = (number: number): Task => ({ kind: "merge", level: 0, number });
    const basis = { questions: 0, digest: "" };
    for (const number of [0, 1]) await files.commit(task(number), [[]], { ...basis, questions: number });
    const questions = async (number: number) => (await files.manifest(task(number)))?.questions;
    expect([await questions(0), await questions(1)]).toEqual([0, 1]);
    await storage.remove(`${RUN}/level/0/merge-0`);
    await storage.remove(`${RUN}/level/0/merge-1`);
    expect([await questions(1), await questions(0)]).toEqual([1, undefined]);
  }));
