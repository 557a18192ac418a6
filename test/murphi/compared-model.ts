/** One Murphi file, run by rumur and by popcheck in the same way, and what may be said of the two. */
import { join } from "node:path";
import { packageRoot } from "../../checker/package.js";
import { execute, LimitReached, type Limits, type RumurRun, runRumur } from "../twins/peers.js";
import { faultsOfRumur } from "./expectation.js";
import type { PopcheckRun } from "./popcheck-run.js";

/** What each of the two runs gets. */
export interface Comparing {
  /** Whether states that differ by renamings of scalarsets count as one. */
  readonly symmetry: boolean;
  /** What each search may take. */
  readonly limits: { readonly [each in keyof Limits]-?: number };
  /** The flags for gcc. */
  readonly optimize: readonly string[];
}

/** "equal", "differs", or why the two could not be compared. */
export type Judgement = { readonly kind: "equal" | "differs" | "not compared"; readonly why: string };

export interface Compared {
  readonly file: string;
  readonly symmetry: boolean;
  /** Undefined if rumur refuses the model, or comes to a limit. */
  readonly rumur: (RumurRun & { readonly faults: readonly string[] }) | undefined;
  /** Undefined if popcheck does not end by itself. */
  readonly popcheck: PopcheckRun | undefined;
  readonly judgement: Judgement;
}

/** Popcheck ends by itself at a limit; a process that has not ended then hangs. */
const GRACE_SECONDS = 30;

/** Runs both on a file. @throws Error for what neither the model nor a limit explains, such as a missing program */
export async function compared(file: string, comparing: Comparing): Promise<Compared> {
  const { symmetry } = comparing;
  const rumur = await settled(() => rumurRun(file, comparing));
  const popcheck = await settled(() => popcheckRun(file, comparing));
  return { file, symmetry, rumur: rumur.run, popcheck: popcheck.run, judgement: judged(rumur, popcheck) };
}

/** A run, or why there is none. */
export interface Settled<T> {
  readonly run: T | undefined;
  readonly why: string;
}

async function settled<T>(run: () => Promise<T>): Promise<Settled<T>> {
  try {
    return { run: await run(), why: "" };
  } catch (error) {
    const { message } = error as Error;
    if (error instanceof LimitReached) return { run: undefined, why: message };
    // What rumur says of the model, and what gcc says of C that this version of rumur makes of it.
    if (/^rumur: /.test(message)) return { run: undefined, why: `refuses it: ${firstError(message)}` };
    if (/^gcc: /.test(message)) return { run: undefined, why: `makes C that does not compile: ${firstError(message)}` };
    return { run: undefined, why: `fails: ${message}` };
  }
}

/** The most characters of a line that a table shows: what gcc quotes of generated C has thousands. */
const MOST_SHOWN = 160;

/** Returns the line of a message that says what is wrong, without the path of a file. */
export function firstError(message: string): string {
  const lines = message.split("\n");
  const line = lines.find((each) => /\berror:/i.test(each)) ?? lines[1] ?? message;
  const said = line.replace(/^\S*[\\/]/, "").trim();
  return said.length > MOST_SHOWN ? `${said.slice(0, MOST_SHOWN)}…` : said;
}

async function rumurRun(
  file: string,
  { symmetry, limits, optimize }: Comparing,
): Promise<NonNullable<Compared["rumur"]>> {
  const run = await runRumur({
    ...{ model: file, symmetry: symmetry ? "exhaustive" : "off", deadlock: "stuttering", optimize, limits },
    setCapacity: 2 ** 26,
  });
  return { ...run, faults: faultsOfRumur(run) };
}

async function popcheckRun(file: string, { symmetry, limits }: Comparing): Promise<PopcheckRun> {
  const script = join(packageRoot, "dist", "test", "murphi", "popcheck-run.js");
  const words = [script, file, JSON.stringify({ symmetry, spill: false, ...limits })];
  const { status, stdout, stderr, seconds } = await execute(process.execPath, words, undefined, {
    seconds: limits.seconds + GRACE_SECONDS,
  });
  if (status !== 0) throw new Error(stderr.trim());
  return { ...(JSON.parse(stdout) as PopcheckRun), seconds };
}

/** Returns whether two runs say the same of a model, as far as both have an answer. */
export function judged(
  { run: rumur, why }: Settled<NonNullable<Compared["rumur"]>>,
  { run: popcheck, why: popcheckWhy }: Settled<PopcheckRun>,
): Judgement {
  const refusal = popcheck?.refused?.split("\n")[0];
  if (rumur === undefined)
    return {
      kind: "not compared",
      why: `rumur ${why}${refusal === undefined ? "" : `; popcheck refuses it: ${refusal}`}`,
    };
  if (popcheck === undefined)
    return { kind: /^fails/.test(popcheckWhy) ? "differs" : "not compared", why: `popcheck ${popcheckWhy}` };
  if (refusal !== undefined) return { kind: "differs", why: `popcheck refuses it: ${refusal}` };
  const { faults, incomplete } = popcheck;
  const differing = { kind: "differs", why: `rumur: ${said(rumur.faults)}; popcheck: ${said(faults)}` } as const;
  if (rumur.faults.length > 0) {
    const same = new Set(faults.map(plain));
    if (rumur.faults.every((fault) => same.has(plain(fault)))) return { kind: "equal", why: said(rumur.faults) };
    return incomplete === undefined || faults.length > 0 ? differing : { kind: "not compared", why: incomplete };
  }
  if (faults.length > 0) return differing;
  if (incomplete !== undefined) return { kind: "not compared", why: `popcheck: ${incomplete}` };
  if (rumur.states === popcheck.states && rumur.rules === popcheck.rules) return { kind: "equal", why: "no error" };
  return { kind: "differs", why: "the counts" };
}

/**
 * Returns a fault without what the two write differently: the numbers and lines of invariants without a name, and the
 * text of a condition, which rumur writes anew.
 */
function plain(fault: string): string {
  if (/^error: invariant \d+ failed$|^invariant "invariant of line [^"]*" is false$/.test(fault)) return "an invariant";
  return fault.replace(/[\s()]+/g, "").replace(/end(?:forall|exists)/g, "end");
}

function said(faults: readonly string[]): string {
  return faults.length === 0 ? "no error" : faults.join(", ");
}
