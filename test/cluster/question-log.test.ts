/** The log of questions: one order for all, and nothing that was kept is lost. */
import { describe, expect, test } from "vitest";
import { QuestionLog } from "../../checker/cluster/question-log.js";
import type { Storage } from "../../checker/cluster/storage.js";
import { withStorage } from "./local-workers.js";

const BYTES = 3;
const question = (n: number) => ({ digest: n.toString(16).padStart(32, "0"), entry: Uint8Array.of(n, n, n) });
const logOf = (storage: Storage) => new QuestionLog(storage, "run", BYTES);

/** Returns the first bytes of the questions from number 1 on. */
async function all(storage: Storage): Promise<number[]> {
  const log = logOf(storage);
  const found: number[] = [];
  for (let number = 1; ; number++) {
    const read = await log.read(number);
    if (read === undefined) return found;
    expect(read).toEqual(question(read.entry[0]!));
    found.push(read.entry[0]!);
  }
}

describe("the log of questions", () => {
  test("has one question for a number: who comes second reads the first one's", () =>
    withStorage(async (storage) => {
      const [a, b] = [logOf(storage), logOf(storage)];
      expect(await a.add(1, [question(10)])).toBe(true);
      expect(await b.add(1, [question(11)])).toBe(false);
      expect(await b.read(1)).toEqual(question(10));
      expect(await b.add(2, [question(12), question(13)])).toBe(true);
      expect(await a.add(2, [question(14)])).toBe(false);
      expect(await a.read(2)).toEqual(question(12));
      expect(await a.read(3)).toEqual(question(13));
      expect(await a.read(4)).toBeUndefined();
      expect(await all(storage)).toEqual([10, 12, 13]);
    }));

  test("what was kept is there, though files that were not flushed are lost", () =>
    withStorage(async (storage) => {
      const [a, b] = [logOf(storage), logOf(storage)];
      for (const n of [1, 2]) await a.add(n, [question(n)]);
      await b.read(1);
      await b.read(2);
      await a.pack();
      await b.add(3, [question(3)]);
      await b.pack();
      await a.read(3);
      await a.add(4, [question(4), question(5)]);
      await a.add(6, [question(6)]);
      await a.pack();
      await a.add(7, [question(7)]);
      // The last one was not kept.
      const single = (name: string) => /log\/0*(1|2|3|6|7)$/.test(name);
      for (const name of (await storage.names("run/log")).filter(single)) await storage.remove(name);
      expect(await all(storage)).toEqual([1, 2, 3, 4, 5, 6]);
      const c = logOf(storage);
      for (let number = 1; number <= 6; number++) await c.read(number);
      expect(await c.add(7, [question(8)])).toBe(true);
      await c.pack();
      await storage.remove("run/log/000000007");
      expect(await all(storage)).toEqual([1, 2, 3, 4, 5, 6, 8]);
    }));

  test("of another model's rows it is refused", () =>
    withStorage(async (storage) => {
      await logOf(storage).add(1, [question(1)]);
      await expect(new QuestionLog(storage, "run", BYTES + 1).read(1)).rejects.toThrow("does not fit");
    }));
});
