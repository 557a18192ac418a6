/** What a crash of a machine may leave of a file that was not flushed. */
import { readFileSync, rmSync, writeFileSync } from "node:fs";

/** Removes a file, cuts it off, or fills the end of it with zeros. @param roll as `dice` makes it */
export function harm(path: string, roll: (sides: number) => number): void {
  const how = roll(3);
  const bytes = readFileSync(path);
  if (how === 0) rmSync(path);
  else if (how === 1) writeFileSync(path, bytes.subarray(0, roll(bytes.length)));
  else writeFileSync(path, bytes.fill(0, roll(bytes.length)));
}
