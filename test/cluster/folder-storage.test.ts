/** A storage in a folder, also where several processes use it, and one is killed while it writes. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { expect, test } from "vitest";
import type { FolderStorage } from "../../checker/cluster/folder-storage.js";
import { compiledFile } from "../../checker/package.js";
import { withStorage } from "./local-workers.js";
import { describeStorage } from "./storage-suite.js";

describeStorage("a folder", (use) => withStorage(use));

/** Starts a process that has a storage in `folder` as `storage`. */
function processWith({ folder }: FolderStorage, script: string): ChildProcess {
  const module = pathToFileURL(compiledFile("checker/cluster/folder-storage.js").pathname);
  const begin = `const { FolderStorage } = await import(${JSON.stringify(module)});
    const storage = new FolderStorage(${JSON.stringify(folder)});`;
  return spawn(process.execPath, ["--input-type=module", "--eval", `${begin}\n${script}`], {
    stdio: ["ignore", "pipe", "inherit"],
  });
}

test("of several processes that create the same files, each file has one winner, and is the winner's", () =>
  withStorage(async (storage) => {
    const names = Array.from({ length: 60 }, (_, i) => `race/${100 + i}`);
    const processes = [1, 2, 3].map((who) =>
      processWith(
        storage,
        `for (const name of ${JSON.stringify(names)})
          if (await storage.create(name, [Buffer.from("${who}".repeat(1000))], false)) process.stdout.write(name + "=${who} ");`,
      ),
    );
    const said = await Promise.all(
      processes.map(async (each) => {
        let text = "";
        each.stdout!.on("data", (part) => {
          text += part;
        });
        await once(each, "close");
        return text;
      }),
    );
    const won = said.join("").trim().split(" ").sort();
    expect(won.map((each) => each.split("=")[0])).toEqual(names);
    for (const each of won) {
      const [name, who] = each.split("=") as [string, string];
      expect(Buffer.from((await storage.read(name))!).toString()).toBe(who.repeat(1000));
    }
  }));

test("a process that is killed while it creates a file leaves none of that name", () =>
  withStorage(async (storage) => {
    // The second part is never given.
    const killed = processWith(
      storage,
      `function* parts() {
        yield Buffer.alloc(1 << 20, 1);
        process.kill(process.pid, "SIGKILL");
        for (;;);
      }
      await storage.create("run/a", parts());`,
    );
    await once(killed, "close");
    expect(await storage.read("run/a")).toBeUndefined();
    expect(await storage.names("run")).toEqual([]);
    expect(await storage.create("run/a", [Buffer.from("whole")])).toBe(true);
  }));

test("a folder that others have removed is made again", () =>
  withStorage(async (storage) => {
    await storage.create("run/a", []);
    rmSync(join(storage.folder, "run"), { recursive: true });
    expect(await storage.create("run/b", [])).toBe(true);
    mkdirSync(join(storage.folder, "other"));
    expect(await storage.names("run")).toEqual(["run/b"]);
  }));
