/**
 * Runs command lines one after the other in one process, which loads popcheck once; command-line.ts starts it. A
 * request is a line of JSON on the standard input; its answer is a file, which is there when it is whole.
 */
import { renameSync, writeFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { pathToFileURL } from "node:url";

export interface CommandRequest {
  readonly program: string;
  readonly words: readonly string[];
  /** Where the answer goes. */
  readonly answer: string;
}

export interface CommandAnswer {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** What is written while a task runs. */
async function saidBy(task: () => Promise<unknown>): Promise<{ stdout: string; stderr: string }> {
  const said = { stdout: "", stderr: "" };
  const streams = ["stdout", "stderr"] as const;
  const before = streams.map((name) => process[name].write);
  for (const name of streams) {
    process[name].write = ((text: string | Uint8Array) => {
      said[name] += typeof text === "string" ? text : new TextDecoder().decode(text);
      return true;
    }) as typeof process.stdout.write;
  }
  try {
    await task();
    // What was begun without being waited for, as a process does before it ends.
    await new Promise((resolve) => setImmediate(resolve));
  } finally {
    streams.forEach((name, i) => {
      process[name].write = before[i]!;
    });
  }
  return said;
}

// Whoever started this process may be killed; the pipe would stay open, since this process holds its other end.
const parent = process.ppid;
setInterval(() => {
  if (process.ppid !== parent) process.exit();
}, 1000).unref();

process.stdout.setMaxListeners(0);
let turn = 0;
for await (const line of createInterface({ input: process.stdin })) {
  const { program, words, answer } = JSON.parse(line) as CommandRequest;
  process.argv = [process.execPath, program, ...words];
  process.exitCode = 0;
  // The program runs when it is loaded, and what it imports stays.
  const said = await saidBy(() => import(`${pathToFileURL(program).href}?turn=${turn++}`));
  writeFileSync(`${answer}.part`, JSON.stringify({ status: process.exitCode ?? 0, ...said }));
  renameSync(`${answer}.part`, answer);
  process.exitCode = 0;
}
