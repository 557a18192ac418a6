/**
 * What the first line of a model in test/murphi/models says of it, in a form that rumur's report and popcheck's outcome
 * can both be brought into. Rumur writes the lines (conformance.peers.ts), and popcheck must say the same
 * (conformance.test.ts).
 */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { check } from "../../checker/api/index.js";
import { LoadError } from "../../checker/errors.js";
import { murphiModel } from "../../checker/murphi/model.js";
import { packageRoot } from "../../checker/package.js";
import type { Outcome } from "../../checker/search/outcome.js";
import type { RumurRun } from "../twins/peers.js";

export const modelsFolder = join(packageRoot, "test", "murphi", "models");

/** The models, by file name. */
export const modelFiles = readdirSync(modelsFolder).filter((file) => file.endsWith(".m"));

/** The models of rumur's language. Those of CMurphi's alone have a twin in rumur's, of the same name with `.rumur`. */
export const readModel = (file: string): string => readFileSync(join(modelsFolder, file), "utf8");

/** How many states a search found, and how many rules it fired. */
export interface Counts {
  readonly states: number;
  readonly rules: number;
}

/** Writes what an error-free search has counted, with all members of scalarsets told apart and without. */
export function countsLine(reduced: Counts, whole: Counts): string {
  const inWords = ({ states, rules }: Counts) => `${states} states, ${rules} rules fired`;
  return `-- ${inWords(reduced)}; without symmetry ${inWords(whole)}; no error`;
}

export const REFUSED = "-- refused";

/** Each kind of run-time error: the words of rumur's message, those of popcheck's, and what the first line says. */
const RUN_TIME_ERRORS: readonly (readonly [rumur: RegExp, popcheck: RegExp, line: string])[] = [
  [/read of undefined value/, /a read of .*, which is undefined/, "an undefined value is read"],
  [/write of out-of-range value/, /a write of .* into/, "a value is out of range"],
  [/passed an out-of-range value/, /an argument out of range/, "an argument is out of range"],
  [/index out of range/, /an index out of bounds/, "an index is out of bounds"],
  [/division by zero/, /threw a division by zero/, "a division by zero"],
  [/modulus by zero/, /threw a remainder of a division by zero/, "a modulus by zero"],
  [/reached without returning/, /an end of .* without a return/, "a function ends without a return"],
  [/infinite loop/, /a loop .*, which has no end/, "a loop has no end"],
];

/** Writes what rumur found. */
export function lineOfRumur(reduced: RumurRun, whole: RumurRun): string {
  const [first] = faultsOfRumur(reduced);
  return first === undefined ? countsLine(reduced, whole) : `-- ${first}`;
}

/** Returns what rumur finds wrong with a model: the first error or, if there is none, the covers that are missed. */
export function faultsOfRumur({ violated, covered }: RumurRun): readonly string[] {
  const missed = Object.entries(covered).filter(([, count]) => count === 0);
  if (violated === undefined) return missed.map(([cover]) => `cover "${cover}" is missed`);
  if (violated === "deadlock") return ["deadlock"];
  const invariant = /^invariant "(.*)" failed$/.exec(violated)?.[1];
  if (invariant !== undefined) return [`invariant "${invariant}" is false`];
  const assertion = /^Assertion failed: [^ ]*: (.*)$/.exec(violated)?.[1];
  if (assertion !== undefined) return [`assertion "${assertion}" is false`];
  const known = RUN_TIME_ERRORS.find(([rumur]) => rumur.test(violated));
  return [`error: ${known === undefined ? violated : known[2]}`];
}

/** Writes what popcheck finds. */
export async function lineOfPopcheck(file: string): Promise<string> {
  const model = () => murphiModel(readModel(file), file);
  try {
    const reduced = await check(model(), { threads: 1 });
    const [first] = faultsOfPopcheck(reduced);
    if (first !== undefined) return `-- ${first}`;
    const whole = await check(model(), { threads: 1, symmetry: false });
    return countsLine(decidedCounts(reduced), decidedCounts(whole));
  } catch (error) {
    if (!(error instanceof LoadError)) throw error;
    return /: startstate /.test(error.message) ? `-- ${runTimeFault(error.message)}` : REFUSED;
  }
}

/** Returns what popcheck finds wrong with a model, by property. */
export function faultsOfPopcheck({ properties }: Outcome): readonly string[] {
  return properties
    .filter(({ verdict }) => verdict === "violated")
    .map(({ kind, name, explanation = "" }) => {
      if (kind === "no deadlock") return "deadlock";
      if (kind === "reachable") return `cover "${name}" is missed`;
      if (kind === "invariant") return `invariant "${name}" is false`;
      const assertion = /fails the assertion "(.*)"/.exec(explanation)?.[1];
      return assertion === undefined ? runTimeFault(explanation) : `assertion "${assertion}" is false`;
    });
}

/** Returns the fault that a message of popcheck's tells of, which a model has made while it ran. */
export function runTimeFault(message: string): string {
  const known = RUN_TIME_ERRORS.find(([, popcheck]) => popcheck.test(message));
  if (known !== undefined) return `error: ${known[2]}`;
  return `error: ${/threw (.*?) \([^()]*:\d+\)/.exec(message)?.[1] ?? message}`;
}

/** Returns the counts of a search that decided everything, and found nothing wrong. */
function decidedCounts(outcome: Outcome): Counts {
  const undecided = outcome.properties.find(({ verdict }) => verdict !== "holds");
  if (undecided !== undefined) throw new Error(`${undecided.name} is ${undecided.verdict}`);
  return countsOf(outcome);
}

/** Rumur fires a rule also where an assumption then discards the state that it leads to. */
export function countsOf({ distinct, generated, constraints }: Outcome): Counts {
  return { states: distinct, rules: generated + (constraints?.steps ?? 0) };
}
