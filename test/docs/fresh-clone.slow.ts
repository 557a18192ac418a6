/**
 * What a newcomer does: every command line of the README and of the tutorials, in a fresh clone of what is committed,
 * with an empty home folder and nothing in any cache. Each ends with the status that the text says.
 *
 * `npm test` alone is left to .ci/fast, which runs the same line. `npm ci` is run here, once. A search that the README
 * gives a minute has a few walks here, and the one that it lets be interrupted comes to a limit. A line that two
 * documents show is run once.
 */
import { spawn } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { packageRoot } from "../../checker/package.js";
import { EXIT } from "../../checker/reports/exit-status.js";
import { PROCESS_DEADLINE } from "../support/deadlines.js";
import { read, shellLinesIn } from "./documents.js";

const API = "docs/reference/api.md";
const FIRST_MODEL = "docs/tutorial/a-first-model.md";
const PAPER = "docs/tutorial/from-the-paper-to-a-verdict.md";

/** What is expected of a command line. */
interface Expected {
  /** Null for what its reader ends by Ctrl-C, which ends npx, too. */
  readonly status: number | null;
  /** What is run instead, for one that takes long. */
  readonly instead?: string;
  /** Files that it writes. */
  readonly writes?: readonly string[];
  /** What it prints on the standard output. */
  readonly prints?: RegExp;
  /** Whether it runs until it is interrupted, once it has printed something. */
  readonly interrupted?: true;
}

/** What else runs the line in CI, and which file says so. */
interface Elsewhere {
  readonly file: string;
  readonly line: string;
}

const { holds, incomplete, safety, liveness, remark } = EXIT;

/** Compares every verdict and count of `verify` with the recorded ones. */
const verified: Expected = { status: holds, instead: "npm run verify", prints: /^\d+ cases in .*counterexamples/m };

const MURPHI = "docs/examples/forgetful-home.m";

/** By document: its command lines, in its order. */
const EXPECTED: Readonly<Record<string, Readonly<Record<string, Expected | Elsewhere>>>> = {
  "README.md": {
    "npm ci && npm run verify": verified,
    "npm ci && npm test": { file: ".ci/fast", line: "npm ci && npm test" },
    "npx popcheck check popcorn --stage 4.2 --kernels 2 --property SWMR --html swmr.html": {
      status: safety,
      writes: ["swmr.html"],
    },
    "npx popcheck list": { status: holds, prints: /^popcorn [\s\S]*\ngerman /m },
    "npx popcheck describe popcorn": { status: holds, prints: /^Receive table$/m },
    "npx popcheck check popcorn --stage 4.7 --kernels 3": { status: safety, prints: /^VIOLATED {2}coherent data/m },
    "npx popcheck check popcorn --stage repaired --kernels 3": { status: holds },
    "npx popcheck check popcorn --stage 4.2 --kernels 2 --trace out": {
      status: safety,
      writes: ["out/popcorn-4.2-swmr.json"],
    },
    "npx popcheck init my-protocol": { status: holds, writes: ["my-protocol/protocol.ts"], prints: /npm install/ },
    "npx popcheck check my-protocol.ts": { status: safety },
    "npx popcheck check popcorn --memory 8G --checkpoint run": {
      status: incomplete,
      instead: "npx popcheck check popcorn --memory 8G --checkpoint run --max-states 2000",
      writes: ["run"],
    },
    "npx popcheck resume run": { status: safety },
    "npx popcheck runs --dir runs": { status: holds, prints: /^there are no runs in runs$/m },
    "npx popcheck check test/twins/german.m": { status: holds, prints: /^states {7}796,958 distinct/m },
    "npx popcheck check popcorn --kernels 5 --search random --seconds 60": {
      status: incomplete,
      instead: "npx popcheck check popcorn --kernels 5 --search random --seed 1 --walks 2",
    },
    "npx popcheck view out/popcorn-4.2-swmr.json": { status: holds, writes: ["out/popcorn-4.2-swmr.html"] },
    "npx popcheck replay out/popcorn-4.2-swmr.json": { status: safety, prints: /^VIOLATED {2}SWMR/ },
    "npx popcheck export out/popcorn-4.2-swmr.json --format mermaid": { status: holds, prints: /^sequenceDiagram/ },
    "npx popcheck explore popcorn --stage 4.7": { status: null, prints: /^http:/, interrupted: true },
    "npx popcheck step popcorn": { status: holds },
    "npx popcheck validate popcorn docs/examples/two-kernels.jsonl --stage 4.7 --kernels 2": {
      status: holds,
      prints: /is a run of/,
    },
    "npx popcheck simulate popcorn --stage repaired-4.8 --workload figure-7": {
      status: holds,
      prints: /^no property was seen violated, in 450 runs$/m,
    },
    'npx popcheck mutate popcorn --stage 4.7 --kernels 2 --only "Shared × Invalid"': {
      status: remark,
      prints: /^survived/m,
    },
    'npx popcheck compare "popcorn --stage 4.6" "popcorn --stage 4.7" --kernels 2': {
      status: remark,
      prints: /^where they part: a run of A with \d+ changes/m,
    },
    "npx popcheck inductive naive-mutex": { status: safety, prints: /^NOT INDUCTIVE: 4 steps out/m },
    // With two resource managers, of which the guide tells.
    "npx popcheck suggest two-phase-commit": {
      status: safety,
      instead: "npx popcheck suggest two-phase-commit --rms 2",
      prints: /^with all of these: NOT INDUCTIVE: 32 steps out/m,
    },
    "npx popcheck diagram popcorn --stage 4.8 --out copy.svg": { status: holds, writes: ["copy.svg"] },
    "npx popcheck check popcorn --junit junit.xml --sarif popcheck.sarif": {
      status: safety,
      writes: ["junit.xml", "popcheck.sarif"],
    },
    "npx popcheck export popcorn --graph aut --stage 4.2 --kernels 2": { status: holds, prints: /^des \(0,85,45\)$/m },
    "npx popcheck check popcorn --stage 4.7 --coverage": { status: safety, prints: /^coverage /m },
    "npx popcheck mcp": { status: holds },
    // In the clone's own folder, a baseline would be verified instead of the known answers.
    "npx popcheck baseline my-protocol.ts": {
      status: holds,
      instead: "npx popcheck baseline my-protocol.ts --file mine.json",
      writes: ["mine.json"],
    },
    "npx popcheck verify --watch": {
      status: null,
      instead: "npx popcheck verify --watch --baseline mine.json",
      prints: /^\.\/my-protocol\.ts /,
      interrupted: true,
    },
    // The known answers are verified once, by npm run verify.
    "npx popcheck verify": {
      status: holds,
      instead: "npx popcheck verify --baseline mine.json",
      prints: /^\.\/my-protocol\.ts /,
    },
  },
  [FIRST_MODEL]: {
    "npx popcheck check no-mutex.ts": { status: safety, prints: /shortest: 2 steps/ },
    "npx popcheck check no-mutex.ts --processes 1": { status: holds },
    // In the clone's own folder, files are in the way.
    "npx popcheck init": { status: holds, instead: "npx popcheck init begun", writes: ["begun/protocol.ts"] },
  },
  [PAPER]: {
    "npm ci": { status: holds },
    "npx popcheck check popcorn --stage 4.2 --kernels 2 --property SWMR": {
      status: safety,
      prints: /shortest: 8 steps/,
    },
    "npx popcheck describe popcorn --stage 4.2": { status: holds, prints: /^Receive table$/m },
    "npx popcheck check popcorn --stage 4.5 --kernels 2 --property SWMR": { status: holds },
    "npx popcheck check popcorn --stage 4.7 --kernels 2": { status: liveness, prints: /^VIOLATED {2}eventual read/m },
    "npx popcheck check popcorn --stage 4.7 --kernels 2 --no-clocks-advance": {
      status: liveness,
      prints: /^VIOLATED {2}eventual Modified/m,
    },
    "npx popcheck check popcorn --stage 4.7 --kernels 3": { status: safety },
    "npx popcheck check popcorn --stage 4.7 --kernels 3 --no-step1 --network fifo": { status: safety },
    "npm run verify": verified,
    "npx popcheck check popcorn --stage repaired --kernels 3": { status: holds },
  },
  "docs/how-to/bring-your-murphi-model.md": {
    [`npx popcheck check ${MURPHI}`]: { status: safety, prints: /^VIOLATED {2}one owner/m },
    [`npx popcheck check ${MURPHI} --proc-count 3 --deadlock off`]: {
      status: safety,
      prints: /^VIOLATED {2}one owner/m,
    },
    [`npx popcheck describe ${MURPHI}`]: { status: holds, prints: /^ {2}HomeType {8}with HomeNode$/m },
    [`npx popcheck describe ${MURPHI} --processes Node --messages Net`]: {
      status: holds,
      prints: /processes are said by --processes, messages are said by --messages/,
    },
    [`npx popcheck check ${MURPHI} --property "one owner" --html out.html --trace out`]: {
      status: safety,
      writes: ["out.html", "out/forgetful-home-one-owner.json"],
    },
    "npx popcheck export out/forgetful-home-one-owner.json --format mermaid": {
      status: holds,
      prints: /^sequenceDiagram\n[\s\S]*->>/,
    },
    [`npx popcheck explore ${MURPHI}`]: { status: null, prints: /^http:/, interrupted: true },
    [`npx popcheck translate ${MURPHI} --out out/forgetful-home.ts`]: {
      status: holds,
      writes: ["out/forgetful-home.ts"],
    },
    "npx popcheck check out/forgetful-home.ts --proc-count 3": {
      status: safety,
      prints: /^VIOLATED {2}one owner/m,
    },
  },
};

const folder = mkdtempSync(join(tmpdir(), "popcheck-newcomer-"));
const clone = join(folder, "popcheck");
const home = join(folder, "home");
const temporary = join(folder, "tmp");
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** The environment without what npm and the tests have put into it, and without what names a cache. */
const env = {
  ...Object.fromEntries(
    Object.entries(process.env).filter(
      ([name]) => !/^(npm_|VITEST|XDG_|INIT_CWD|NODE_(ENV|OPTIONS|PATH)$)|CACHE/i.test(name),
    ),
  ),
  HOME: home,
  TMPDIR: temporary,
};

/** Runs a command line in the clone, and returns its status and what it printed. */
async function run(line: string, { cwd = clone, interrupted = false } = {}) {
  // In a group of its own, since npx starts the command in a process of its own.
  const child = spawn("sh", ["-c", line], { cwd, env, detached: true, stdio: ["ignore", "pipe", "pipe"] });
  let [stdout, stderr] = ["", ""];
  const end = (signal: NodeJS.Signals) => process.kill(-child.pid!, signal);
  const hung = setTimeout(() => end("SIGKILL"), PROCESS_DEADLINE);
  child.stdout.on("data", (text) => {
    if (interrupted && stdout === "") end("SIGINT");
    stdout += text;
  });
  child.stderr.on("data", (text) => {
    stderr += text;
  });
  const status = await new Promise<number | null>((resolve) => child.once("close", resolve));
  clearTimeout(hung);
  return { status, stdout, stderr };
}

/** What the lines that were run have come to. */
const ran = new Map<string, Awaited<ReturnType<typeof run>>>();

/** Runs a command line that must succeed. */
async function must(line: string, cwd = clone): Promise<void> {
  const found = await run(line, { cwd });
  expect(found.status, `${line}\n${found.stdout}\n${found.stderr}`).toBe(0);
  ran.set(line, found);
}

beforeAll(async () => {
  mkdirSync(home);
  mkdirSync(temporary);
  await must(`git clone -q "${packageRoot}" popcheck`, folder);
  await must("npm ci");
  // The models that the README and the tutorial have their readers write.
  const [, model] = /```ts\n([\s\S]*?)```/.exec(read(FIRST_MODEL))!;
  for (const file of ["my-protocol.ts", "no-mutex.ts"]) writeFileSync(join(clone, file), model!);
});

describe.each(Object.entries(EXPECTED))("%s, in a fresh clone:", (document, lines) => {
  test("nothing but what it shows is run", () => {
    expect(Object.keys(lines).sort()).toEqual(shellLinesIn(document).sort());
  });

  test.each(Object.entries(lines))("%s", async (line, expected) => {
    if (!("status" in expected)) {
      expect(readFileSync(join(packageRoot, expected.file), "utf8").split("\n")).toContain(expected.line);
      return;
    }
    const { status, instead = line, writes = [], prints = /^/, interrupted = false } = expected;
    const found = ran.get(instead) ?? (await run(instead, { interrupted }));
    ran.set(instead, found);
    expect(found).toMatchObject({ status, stdout: expect.stringMatching(prints) });
    expect(found.stderr).not.toMatch(/^(npm )?err/m);
    expect(writes.filter((file) => !existsSync(join(clone, file)))).toEqual([]);
  });
});

test("a program that imports popcheck, as the README says, checks a model", async () => {
  expect(read("README.md")).toContain('| `import { check } from "popcheck"` |');
  const [, program] = /```ts\n([\s\S]*?)```/.exec(read(API))!;
  writeFileSync(join(clone, "program.mjs"), program!);
  const { status, stdout } = await run("node program.mjs");
  expect({ status, stdout }).toEqual({ status: 0, stdout: expect.stringMatching(/^SWMR violated\nVIOLATED {2}SWMR/) });
});

test("npm had no cache but that of the empty home folder, and filled it", async () => {
  const { stdout } = await run("npm config get cache");
  expect(stdout.trim()).toBe(join(home, ".npm"));
  expect(existsSync(join(home, ".npm", "_cacache"))).toBe(true);
});

test("npx has installed nothing, and the clone is as it was", async () => {
  expect(existsSync(join(home, ".npm", "_npx"))).toBe(false);
  const { stdout } = await run("git status --porcelain --untracked-files=no");
  expect(stdout).toBe("");
});
