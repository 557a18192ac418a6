/**
 * Mutation testing of the engine: puts one small mistake at a time into a copy of the tree, and tells which ones the
 * tests do not notice. `npm run test:mutants -- --sample 100 --seed 1` takes a sample, the same for the same sources;
 * docs/explanation/mutation-testing.md tells what has come of it.
 */
import { appendFileSync, mkdirSync, mkdtempSync, readdirSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import yargs from "yargs";
import { packageRoot } from "../../checker/package.js";
import { dice } from "../support/dice.js";
import { apply, describe, type Mutant, mutantsOf } from "./operators.js";
import { type Room, rooms } from "./rooms.js";
import { Sandbox } from "./sandbox.js";
import { readSurvivors, type Survivor } from "./survivors.js";

/** A mutant of a file, with the tests that must notice it. */
interface Placed {
  readonly room: Room;
  readonly file: string;
  readonly source: string;
  readonly mutant: Mutant;
}

/** What has become of a mutant. */
type Fate = "noticed" | "hung" | "refused by the compiler" | Survivor["kind"] | "survived";

/** Of 100 mutants that are not known as equivalent, at least so many must be noticed. */
const WANTED = 95;

const argv = await yargs(process.argv.slice(2))
  .usage("npm run test:mutants -- [options]: puts mistakes into the engine, one at a time, and runs its tests")
  .options({
    sample: { type: "number", default: 100, describe: "how many mutants are tried, all equally likely" },
    seed: { type: "number", default: 1, describe: "which ones" },
    only: { type: "string", describe: "only mutants of files whose path contains this; with :12, of that line" },
    near: {
      type: "boolean",
      default: false,
      describe: "runs the tests of the room alone, not those of all the engine",
    },
    log: { type: "string", default: "out/mutants.log", describe: "the file that a line is added to for each" },
    list: { type: "boolean", default: false, describe: "prints the sample, and tries nothing" },
  })
  .strict()
  .parse();

function placed(): Placed[] {
  const [path = "", line] = argv.only?.split(":") ?? [];
  return rooms.flatMap((room) =>
    readdirSync(join(packageRoot, room.folder))
      .filter((name) => name.endsWith(".ts") && !name.endsWith(".d.ts"))
      .map((name) => `${room.folder}/${name}`)
      .filter((file) => file.includes(path))
      .flatMap((file) => {
        const source = readFileSync(join(packageRoot, file), "utf8");
        return mutantsOf(source).map((mutant) => ({ room, file, source, mutant }));
      })
      .filter(({ mutant }) => line === undefined || mutant.line === Number(line)),
  );
}

/** A sample without repetitions, in a random order; the same for the same seed and the same mutants. */
function sampled(all: readonly Placed[], size: number, seed: number): Placed[] {
  const roll = dice(seed * 7919 + 17);
  const left = [...all];
  for (let i = 0; i < Math.min(size, left.length); i++) {
    const j = i + roll(left.length - i);
    [left[i], left[j]] = [left[j]!, left[i]!];
  }
  return left.slice(0, size);
}

const lineOf = ({ source, mutant }: Placed) => source.split("\n")[mutant.line - 1]!.trim();
const told = (one: Placed) => `${one.file}:${one.mutant.line}  ${describe(one.source, one.mutant)}`;

function knownAs(one: Placed): Survivor | undefined {
  const [line, change] = [lineOf(one), describe(one.source, one.mutant)];
  return known.find((each) => each.file === one.file && each.line === line && each.change === change);
}

/** By list of tests: milliseconds that they take on what is right. A mutant that takes far longer hangs. */
const rightTimes = new Map<readonly string[], number>();

async function deadlineOf(tests: readonly string[], sandbox: Sandbox, { file, source, mutant }: Placed) {
  if (!rightTimes.has(tests)) {
    await sandbox.write(file, source);
    const started = performance.now();
    const ended = await sandbox.test(tests, 3_600_000);
    if (ended !== "passed") throw new Error(`without any mutant, the tests have ${ended}: ${tests.join(" ")}`);
    rightTimes.set(tests, performance.now() - started);
    await sandbox.write(file, apply(source, mutant));
  }
  return 120_000 + 6 * rightTimes.get(tests)!;
}

async function fateOf(one: Placed, sandbox: Sandbox): Promise<Fate> {
  if (!(await sandbox.write(one.file, apply(one.source, one.mutant)))) return "refused by the compiler";
  for (const tests of argv.near ? one.room.tiers.slice(0, -1) : one.room.tiers) {
    const ended = await sandbox.test(tests, await deadlineOf(tests, sandbox, one));
    if (ended !== "passed") return ended === "hung" ? "hung" : "noticed";
  }
  if (!one.file.includes("/assembly/") && !(await sandbox.typesAreRight())) return "refused by the compiler";
  return "survived";
}

const known = readSurvivors();
const sample = sampled(placed(), argv.sample, argv.seed);
if (argv.list) process.stdout.write(sample.map((one) => `${told(one)}\n    ${lineOf(one)}\n`).join(""));
else process.exitCode = await tryAll();

async function tryAll(): Promise<number> {
  mkdirSync(dirname(join(packageRoot, argv.log)), { recursive: true });
  const say = (line: string) => {
    process.stdout.write(`${line}\n`);
    appendFileSync(join(packageRoot, argv.log), `${line}\n`);
  };
  const fates = new Map<Fate, number>();
  const sandbox = new Sandbox(packageRoot, mkdtempSync(join(tmpdir(), "popcheck-mutants-")));
  say(`# ${sample.length} mutants, seed ${argv.seed}${argv.only ? `, only ${argv.only}` : ""}`);
  try {
    for (const [i, one] of sample.entries()) {
      const started = performance.now();
      const survivor = knownAs(one);
      const fate = survivor?.kind ?? (await fateOf(one, sandbox));
      await sandbox.write(one.file, one.source);
      fates.set(fate, (fates.get(fate) ?? 0) + 1);
      const seconds = Math.round((performance.now() - started) / 1000);
      say(`${i + 1}  ${fate.padEnd(10)}  ${told(one)}  (${seconds} s)`);
      if (fate === "survived") say(`      ${lineOf(one)}`);
    }
  } finally {
    sandbox.remove();
  }
  const all = sample.length - (fates.get("equivalent") ?? 0);
  const lost = (fates.get("survived") ?? 0) + (fates.get("unnoticed") ?? 0);
  say([...fates].map(([fate, count]) => `${fate}: ${count}`).join(", "));
  const share = all === 0 ? 100 : (100 * (all - lost)) / all;
  say(`${all - lost} of ${all} that are not known as equivalent were noticed: ${share.toFixed(1)} of 100`);
  return share >= WANTED ? 0 : 1;
}
