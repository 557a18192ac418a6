/** Signals end popcheck also while a function of the model does not return, and are handled again once it does. */
import { existsSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { folder, observed, start } from "../support/command-line.js";
import { exceptRelease, releaseTest } from "../support/extent.js";

/** A model that counts round and round; at 3 its function loops while `whileThere` says so. */
const model = (loops: string) => `import { existsSync, writeFileSync } from "node:fs";
import { type StateOf, model, single, vocabulary } from "popcheck/model";
const variables = () => ({ a: single(0), b: single(0), c: single(0), d: single(0) });
const { action, always } = vocabulary<StateOf<ReturnType<typeof variables>>>();
const turn = (n: number) => (n + 1) % 120;
const A = action("A", {}, (s) => {
  if (s.a() === 3) {
    writeFileSync("looping", "");
    while (${loops}) {}
  }
  return s.withA(turn(s.a()));
});
const others = [
  action("B", {}, (s) => s.withB(turn(s.b()))),
  action("C", {}, (s) => s.withC(turn(s.c()))),
  action("D", {}, (s) => s.withD(turn(s.d()))),
];
const fine = always({ name: "fine", says: "", for: {}, holds: (s) => s.a() >= 0, explain: () => "" });
export default model({
  name: "loops", about: "", parameters: {}, variables, actions: () => [A, ...others], properties: () => [fine],
});
`;
writeFileSync(join(folder, "hang.ts"), model("true"));
writeFileSync(join(folder, "slow.ts"), model('!existsSync("go-on")'));

const TOLD = /^action A, declared at .*:\d+ has run for \d+ s; a signal \(Ctrl-C\) ends popcheck now$/m;

function begun(...words: string[]) {
  rmSync(join(folder, "looping"), { force: true });
  const run = start(...words);
  let said = "";
  run.process.stderr!.on("data", (text: string) => {
    said += text;
  });
  return { ...run, said: () => said };
}

const check = (file: string, threads: number) => ["check", file, "--no-types", "--threads", String(threads)];

test.each(exceptRelease(["SIGINT", "SIGTERM", "SIGHUP"] as const, (signal) => signal !== "SIGTERM"))(
  "a function that loops for ever is named, and %s ends the process",
  async (signal) => {
    const run = begun(...check("hang.ts", 2));
    await observed(run, () => TOLD.test(run.said()));
    run.process.kill(signal);
    expect(await run.ended).toMatchObject({ status: null, signal, stdout: "" });
  },
);

const waiting: [string, string[], string?][] = [
  ["check, 1 thread", check("hang.ts", 1)],
  ["check, 2 threads", check("hang.ts", 2)],
  ["step", ["step", "hang.ts"], "find d = 100\n"],
];
test.each(exceptRelease(waiting, ([what]) => what !== "check, 2 threads"))(
  "a signal before a looping function is told waits, and one after it ends the process: %s",
  async (_, words, input) => {
    const run = begun(...words);
    if (input !== undefined) run.process.stdin!.write(input);
    await observed(run, () => existsSync(join(folder, "looping")));
    run.process.kill("SIGINT");
    // On a slow machine the function may have been told already; then the first signal has ended the process.
    while (!TOLD.test(run.said()) && run.process.signalCode === null)
      await new Promise((resolve) => setTimeout(resolve, 20));
    if (run.process.signalCode === null) run.process.kill("SIGINT");
    expect(await run.ended).toMatchObject({ status: null, signal: "SIGINT" });
  },
);

releaseTest(
  "once the function returns, a signal ends the check as incomplete, and the process does not wait for the watchdog",
  async () => {
    const run = begun(...check("slow.ts", 2));
    await observed(run, () => TOLD.test(run.said()));
    writeFileSync(join(folder, "go-on"), "");
    // A line of progress: the function has returned.
    await observed(run, () => /^[\d,]+ states?, /m.test(run.said()));
    run.process.kill("SIGINT");
    const { status, signal, stdout } = await run.ended;
    expect({ status, signal }).toEqual({ status: 3, signal: null });
    expect(stdout).toContain("incomplete: interrupted");
  },
);
