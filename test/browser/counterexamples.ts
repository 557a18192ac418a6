/** Real counterexamples of popcheck, found and written by the command itself, and their pages. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { beforeAll, expect } from "vitest";
import { parseTrace } from "../../traces/formats/parse.js";
import type { Trace } from "../../traces/trace.js";
import { folder, popcheck } from "../support/command-line.js";

export interface Counterexample {
  readonly trace: Trace;
  readonly file: string;
  /** The address of its page. */
  readonly page: string;
}

function command(...words: string[]): string {
  const { status, stdout, stderr } = popcheck(...words);
  expect({ stderr, ok: [0, 11, 12, 13].includes(status ?? -1) }).toEqual({ stderr: "", ok: true });
  return stdout;
}

/** Runs a check, and writes the page of the counterexample that it finds. */
function counterexample(name: string, ...words: string[]): Counterexample {
  command("check", ...words, "--trace", name);
  return shown(join(name, readdirSync(join(folder, name))[0]!));
}

/** Writes the page of a trace's file, given from the temporary folder; with another's beside it. */
export function shown(file: string, ...other: string[]): Counterexample {
  const page = command("view", file, ...other, "--out", `${file}.html`).trim();
  const trace = parseTrace(readFileSync(join(folder, file), "utf8"));
  return { trace, file, page: pathToFileURL(join(folder, page)).href };
}

/** Writes the page with the outcome of a check. */
export function report(name: string, ...words: string[]): string {
  command("check", ...words, "--html", name);
  return pathToFileURL(join(folder, name)).href;
}

/** What is violated, and how it is found. */
export const checks: Record<string, readonly string[]> = {
  "a safety violation": ["popcorn", "--stage", "4.2", "--kernels", "2", "--property", "SWMR"],
  "a deadlock": [
    "popcorn",
    "--stage",
    "4.7",
    "--kernels",
    "3",
    "--empty-seen",
    "flagged-entering-writing-read",
    "--property",
    "no deadlock",
  ],
  "an unspecified reception": [
    ...["popcorn", "--stage", "4.8", "--kernels", "3", "--invalid-in-unmapped", "impossible"],
    ...["--property", "no unspecified reception"],
  ],
  "a lasso": ["popcorn", "--stage", "4.7", "--kernels", "2", "--no-clocks-advance", "--property", "eventual Modified"],
  "over a hundred steps": [
    "popcorn",
    "--stage",
    "4.5",
    "--kernels",
    "3",
    "--search",
    "dfs",
    "--stop",
    "--property",
    "no lost update",
  ],
  "six kernels": [
    ...["popcorn", "--stage", "4.2", "--kernels", "6", "--search", "random", "--seed", "1", "--walks", "5000"],
    ...["--stop", "--property", "SWMR"],
  ],
  "no messages": ["naive-mutex", "--property", "mutual exclusion"],
};

/** Finds all counterexamples, or those with the given names, before the tests of a file. */
export function findAll(names: readonly string[] = Object.keys(checks)): ReadonlyMap<string, Counterexample> {
  const found = new Map<string, Counterexample>();
  beforeAll(() => {
    for (const name of names) found.set(name, counterexample(name.replaceAll(" ", "-"), ...checks[name]!));
  });
  return found;
}
