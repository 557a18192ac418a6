/** The lock of a folder of checkpoints: who has it, who may take it over, and who may not. */
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { lockFolder } from "../../checker/api/folder-lock.js";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "popcheck-lock-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** The lock of this process, with what differs put in. */
function leave(changes: Record<string, unknown>): void {
  const unlock = lockFolder(folder);
  const owner = JSON.parse(readFileSync(join(folder, "lock-1"), "utf8"));
  unlock();
  writeFileSync(join(folder, "lock-1"), JSON.stringify({ ...owner, ...changes }));
}

/** The number of a process that has ended. */
const ended = () => spawnSync(process.execPath, ["-e", ""]).pid!;

test("a folder is made, and locked until the lock is given back", () => {
  const inside = join(folder, "made", "here");
  const unlock = lockFolder(inside);
  expect(() => lockFolder(inside)).toThrow(new RegExp(`is in use: process ${process.pid} writes checkpoints there`));
  unlock();
  expect(readdirSync(inside)).toEqual([]);
  lockFolder(inside)();
});

test.each<[who: string, changes: () => Record<string, unknown>]>([
  ["a process that has ended", () => ({ pid: ended() })],
  ["one whose number another process has got since", () => ({ started: "1" })],
  ["one of before this machine was started anew", () => ({ boot: "another" })],
])("the lock of %s is taken over", (_who, changes) => {
  leave(changes());
  const unlock = lockFolder(folder);
  expect(readdirSync(folder)).toEqual(["lock-2"]);
  unlock();
  expect(readdirSync(folder)).toEqual([]);
});

test.each<[who: string, changes: () => Record<string, unknown>]>([
  ["a process that runs", () => ({})],
  ["another machine's process", () => ({ boot: "another", machine: "another", host: "elsewhere", pid: ended() })],
  ["a process of another container", () => ({ space: "pid:[1]", pid: ended() })],
])("the lock of %s is respected", (_who, changes) => {
  leave(changes());
  expect(() => lockFolder(folder)).toThrow(/is in use: .*\n.*remove .*lock-1/);
  expect(readdirSync(folder)).toEqual(["lock-1"]);
});

test("a lock that does not say whose it is is respected: it may be being written", () => {
  writeFileSync(join(folder, "lock-1"), "");
  expect(() => lockFolder(folder)).toThrow(/is in use: another process/);
  expect(existsSync(join(folder, "lock-1"))).toBe(true);
});

test("a folder that cannot be made is refused in one line", () => {
  writeFileSync(join(folder, "file"), "");
  expect(() => lockFolder(join(folder, "file", "below"))).toThrow(/^--checkpoint .*below cannot be written: a part of/);
  expect(() => lockFolder(join(folder, "file"))).toThrow(/^--checkpoint .*file cannot be written: it is a file/);
});
