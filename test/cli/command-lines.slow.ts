/**
 * Command lines by chance, by a seed, over all commands that end by themselves: each ends with a documented status, and
 * with an output or a message, never with a stack trace or with a part of an output.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import * as declared from "../../checker/cli/args/options.js";
import { popcheck, root } from "../support/command-line.js";
import { dice } from "../support/dice.js";
import { HOSTILE_TEXTS, obeyedIn, oneOf } from "../support/hostile.js";

const SEED = 216;
const LINES = 216;
const die = dice(SEED);

/** The statuses that the reference of the command line has. */
const DOCUMENTED = [
  ...readFileSync(join(root, "docs/reference/command-line.md"), "utf8").matchAll(/^\| (\d+) \|/gm),
].map(([, status]) => Number(status));

/** The commands that end by themselves, with the options that they take. */
const COMMANDS: Readonly<Record<string, declared.CliOptions>> = {
  list: declared.commonOptions,
  describe: declared.describeOptions,
  check: declared.checkOptions,
  resume: declared.resumeOptions,
  replay: declared.replayOptions,
  export: declared.exportOptions,
  diagram: declared.diagramOptions,
  view: declared.viewOptions,
};
/** Models that end soon, whatever the options. */
const MODELS = [
  "peterson",
  "holds.ts",
  "violates.ts",
  "deadlocks.ts",
  "unreached.ts",
  "relay.ts",
  "throws.ts",
  "broken.ts",
  "nothing.ts",
];
const VALUES = [
  "1",
  "2",
  "0",
  "-1",
  "1e3",
  "1_000",
  "500M",
  "4G",
  "bfs",
  "dfs",
  "random",
  "swarm",
  "exact",
  "compressed",
  "fingerprint",
  "none",
  "-",
  "K1",
  "small",
  "no deadlock",
  "uncovered",
  "vacuous",
  "itf",
  "csv",
  "svg",
  "dot",
  "out.txt",
  "nowhere/out.txt",
  "/proc",
  "/dev/full",
  ".",
  ...HOSTILE_TEXTS.filter((text) => !text.includes("\0")),
];

function words(): string[] {
  const command = oneOf(die, Object.keys(COMMANDS));
  const others = Object.keys(oneOf(die, Object.values(COMMANDS)));
  const options = Object.keys(COMMANDS[command]!);
  const line = [command];
  if (die(12) > 0) line.push(oneOf(die, [...MODELS, "outcome.json", "nowhere", oneOf(die, HOSTILE_TEXTS)]));
  for (let more = die(4); more > 0; more--) {
    const name = oneOf(die, die(6) === 0 ? others : options);
    const dashes = oneOf(die, ["--", "--", "--", "--", "--no-", "-"]);
    line.push(
      ...oneOf(die, [
        [`${dashes}${name}`],
        [`${dashes}${name}`, oneOf(die, VALUES)],
        [`${dashes}${name}=${oneOf(die, VALUES)}`],
      ]),
    );
  }
  // Walks without an end would go on for ever.
  if (command === "check")
    line.push(...(/random|swarm/.test(line.join(" ")) ? ["--seconds", "1"] : ["--max-states", "1000"]));
  return line.filter((word) => !word.includes("\0"));
}

describe("a command line by chance", () => {
  popcheck("check", "violates.ts", "--json", "outcome.json");
  test.each(Array.from({ length: LINES }, (_, i) => i))("number %i", () => {
    const line = words();
    const { status, stdout, stderr } = popcheck(...line);
    const what = JSON.stringify(line);
    expect(DOCUMENTED, what).toContain(status);
    if (!line.some((word) => word.startsWith("--stack"))) expect(stderr, what).not.toMatch(/^\s+at .*\d+:\d+\)?$/m);
    expect(stderr, what).not.toContain("defect of popcheck");
    expect(obeyedIn(stderr), what).toEqual([]);
    expect(obeyedIn(stdout, line.some((word) => word.includes("csv")) ? "\r\n" : "\n"), what).toEqual([]);
    if (status === 2 && !/^warning: /m.test(stderr))
      expect([stdout, stderr.startsWith("error: ")], what).toEqual(["", true]);
    if (stdout.startsWith("{")) expect(() => JSON.parse(stdout), what).not.toThrow();
  });
});
