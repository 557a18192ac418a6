/** A part is merged where its states are, and no worker gets more than its share. */
import { expect, test } from "vitest";
import { PartHolders } from "../../checker/cluster/part-holders.js";
import { RunFiles, type Task } from "../../checker/cluster/run-files.js";
import type { Cut } from "../../checker/cluster/task-runner.js";
import { Instance } from "../../checker/model/instance.js";
import { loadModel } from "../../checker/models/models.js";
import { LocalWorkers, RUN, withStorage } from "./local-workers.js";

test("who merged a part last holds it, as long as that worker takes tasks", () => {
  const holders = new PartHolders();
  expect(holders.among(new Set(["a", "b"]))).toEqual({});
  holders.note("a", [0, 1]);
  holders.note("b", [2, 3]);
  holders.note("b", [1]);
  holders.note("a", [3]);
  expect(holders.among(new Set(["a", "b"]))).toEqual({ 0: "a", 1: "b", 2: "b", 3: "a" });
  expect(holders.among(new Set(["b"]))).toEqual({ 1: "b", 2: "b" });
});

test("what a worker holds beyond its share goes to whoever is free", () => {
  const holders = new PartHolders();
  holders.note("a", [0, 1, 2, 3, 4]);
  holders.note("b", [5, 6, 7]);
  expect(holders.among(new Set(["a", "b"]))).toEqual({ 0: "a", 1: "a", 2: "a", 3: "a", 5: "b", 6: "b", 7: "b" });
  expect(Object.keys(holders.among(new Set(["a", "b", "c"])))).toEqual(["0", "1", "2", "5", "6", "7"]);
});

test("a worker merges all parts that it holds, and leaves those of others", async () => {
  const { model: german } = await loadModel("german");
  const instance = () => new Instance(german, { nodes: 1 });
  const cut: Cut = { parts: 4, wholeStates: 0, wholeTotal: 0, chunkStates: 100 };
  await withStorage(async (storage) => {
    const { runners } = new LocalWorkers(storage, [instance(), instance()], {}, cut);
    const [a, b] = runners as [(typeof runners)[0], (typeof runners)[0]];
    const files = new RunFiles(storage, RUN);
    await a.do({ kind: "initial", level: -1, number: 0 });
    const chunks = [(await files.states(0, cut.parts))!.flat()];
    await files.decide(0, { chunks, settled: [], total: 1 });
    await a.do({ kind: "expand", level: 0, number: 0 });
    const merge = (number: number): Task => ({ kind: "merge", level: 0, number });
    const holders = { 0: "a", 1: "a", 2: "b" };
    expect(await a.do(merge(2), holders, "a")).toEqual([0, 1]);
    expect(await a.do(merge(2), holders, "a")).toEqual([]);
    expect(await files.missing([0, 1, 2, 3].map(merge))).toEqual([merge(2), merge(3)]);
    expect(await b.do(merge(3), holders, "b")).toEqual([3, 2]);
    expect(await a.do(merge(2), {}, "a")).toEqual([]);
    expect(await files.missing([0, 1, 2, 3].map(merge))).toEqual([]);
  });
});
