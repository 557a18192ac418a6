/** What every storage must do, whatever it keeps files in: `describeStorage` for each kind. */
import { describe, expect, test } from "vitest";
import type { Storage } from "../../checker/cluster/storage.js";

const text = (words: string) => Buffer.from(words);
const shown = (bytes: Uint8Array | undefined) => bytes && Buffer.from(bytes).toString();

/** @param withStorage calls its argument with an empty storage */
export function describeStorage(
  kind: string,
  withStorage: (use: (storage: Storage) => Promise<void>) => Promise<void>,
) {
  const of = (name: string, use: (storage: Storage) => Promise<void>) => test(name, () => withStorage(use));

  describe(`${kind} is a storage:`, () => {
    of("what was created is read, whole and in parts", async (storage) => {
      expect(await storage.create("a/b/c", [text("one "), text("two")])).toBe(true);
      expect(shown(await storage.read("a/b/c"))).toBe("one two");
      expect(shown(await storage.readPart("a/b/c", 2, 3))).toBe("e t");
      expect(shown(await storage.readPart("a/b/c", 4, 100))).toBe("two");
      expect(shown(await storage.readPart("a/b/c", 100, 1))).toBe("");
    });

    of("what was not created is not there", async (storage) => {
      expect(await storage.read("a")).toBeUndefined();
      expect(await storage.readPart("a/b", 0, 1)).toBeUndefined();
      expect(await storage.names("a")).toEqual([]);
    });

    of("the first to create a file wins, and what it created stays", async (storage) => {
      expect(await storage.create("a", [text("first")])).toBe(true);
      expect(await storage.create("a", [text("second")])).toBe(false);
      expect(await storage.create("a", [text("third")], false)).toBe(false);
      expect(shown(await storage.read("a"))).toBe("first");
    });

    of("an empty file is a file", async (storage) => {
      expect(await storage.create("empty", [])).toBe(true);
      expect(await storage.create("empty", [text("more")])).toBe(false);
      expect(shown(await storage.read("empty"))).toBe("");
    });

    of("names are listed in order, by whole words", async (storage) => {
      for (const name of ["run/b", "run/a/2", "run/a/1", "runs/c"]) await storage.create(name, [text(name)]);
      expect(await storage.names("run")).toEqual(["run/a/1", "run/a/2", "run/b"]);
      expect(await storage.names("run/a")).toEqual(["run/a/1", "run/a/2"]);
    });

    of("what is removed is gone, with all below it, and can be created anew", async (storage) => {
      for (const name of ["run/a/1", "run/b", "runs/c"]) await storage.create(name, [text("old")]);
      await storage.remove("run");
      expect(await storage.names("run")).toEqual([]);
      expect(shown(await storage.read("runs/c"))).toBe("old");
      expect(await storage.create("run/a/1", [text("new")])).toBe(true);
      expect(shown(await storage.read("run/a/1"))).toBe("new");
      await storage.remove("nothing");
    });

    for (const name of ["", "a//b", "/a", "../a", "a/..", "a b", "~a"])
      of(`${JSON.stringify(name)} is no name`, async (storage) => {
        await expect(storage.create(name, [])).rejects.toThrow("is no name of a file");
        await expect(storage.read(name)).rejects.toThrow("is no name of a file");
      });
  });
}
