/** What popcheck and rumur find of a model and its twin, in a form that can be compared. */
import { join } from "node:path";
import { setImmediate } from "node:timers/promises";
import { expect } from "vitest";
import { Instance } from "../../checker/model/instance.js";
import { type AnyModel, resolveParameters } from "../../checker/model/model.js";
import { Check } from "../../checker/search/check.js";
import type { Outcome } from "../../checker/search/outcome.js";
import { popcornProperties } from "../../invariants/popcorn/index.js";
import { popcorn } from "../../spec/popcorn/index.js";
import type { Options } from "../../spec/popcorn/options.js";
import { type PaperRefinement, refinementsOf, type Stage } from "../../spec/popcorn/stages.js";
import { type Constants, type RumurOptions, runRumur } from "./peers.js";

export const twin = (file: string) => join(import.meta.dirname, file);
export const symmetries = ["off", "exhaustive"] as const;
export type Symmetry = (typeof symmetries)[number];

/** Checks to the end, in slices: another test's rumur is waited for in between. */
export async function popcheck(
  model: unknown,
  parameters: Record<string, unknown>,
  symmetry: Symmetry,
  properties: readonly string[] = [],
): Promise<Outcome> {
  const check = new Check(new Instance(model as AnyModel, parameters), {
    symmetry: symmetry === "exhaustive",
    properties,
  });
  while (!check.work(500)) await setImmediate();
  return check.outcome();
}

/** What both must find. */
interface Found {
  readonly distinct: number;
  readonly generated: number;
  /** Properties that some state violates, in the order of their names. */
  readonly violated: readonly string[];
  /** What went wrong otherwise, in rumur's words: an assertion of the twin failed, and the counts are not whole. */
  readonly error: string | undefined;
}

export async function found(own: Promise<Outcome>): Promise<Found> {
  const { distinct, generated, incomplete, properties } = await own;
  expect(incomplete).toBeUndefined();
  const violated = properties.filter(({ verdict }) => verdict === "violated").map(({ name }) => name);
  return { distinct, generated, violated: violated.sort(), error: undefined };
}

/** A property is violated in the states that the `cover` of its name is true in. */
export async function rumur(options: RumurOptions): Promise<Found> {
  const { states, rules, violated: error, covered } = await runRumur(options);
  const violated = Object.keys(covered).filter((name) => covered[name]! > 0);
  return { distinct: states, generated: rules, violated: violated.sort(), error };
}

export async function comesToTheSame(own: Promise<Outcome>, peer: Promise<Found>): Promise<void> {
  const [expected, actual] = await Promise.all([found(own), peer]);
  expect(actual).toEqual(expected);
}

/** gcc's effort: none for a twin of a few hundred states. */
const hasty = ["-O0"];
/** For a hundred thousand states. */
export const some = ["-O2"];
/**
 * For runs of minutes. rumur's code renames kernels one bit field at a time; inlined, that takes 60 % of the time of
 * -O3.
 */
const thorough = [
  "-O3",
  ...["large-function-growth=100000", "large-function-insns=1000000", "inline-unit-growth=10000"].flatMap((limit) => [
    "--param",
    limit,
  ]),
  ...["--param", "max-inline-insns-auto=1000"],
];

export type Refinements = Partial<Record<PaperRefinement, boolean>>;
/** Values of other options than the defaults. */
export type Reading = Readonly<Record<string, string | boolean>>;

/** The twin has none of the repairs. */
const paperRefinements = [
  "votes",
  "retryWithData",
  "askAgain",
  "hold",
  "fetchWrite",
  "nackInModified",
  "winnersWait",
  "step1",
  "step2",
  "unmapped",
] as const satisfies readonly PaperRefinement[];

/** `fetch-write` and `fetchWrite` as Murphi constants are called. */
const constantOf = (name: string) =>
  name
    .replace(/([a-z])([A-Z])/g, "$1_$2")
    .replaceAll("-", "_")
    .toUpperCase();

/**
 * The constants of popcorn.m. A flag has a constant of its name. Of an option with more values each has one but the
 * default, which is so by the name of the option and the value.
 */
function constants(kernels: number, stage: Stage, others: Refinements = {}, reading: Reading = {}): Constants {
  const { network, ...values } = reading;
  const refinements = { ...refinementsOf(stage), ...others };
  const ofThePaper = paperRefinements.map((name) => [name, refinements[name]] as const);
  const named = [...ofThePaper, ...Object.entries(values)].map(([name, value]) =>
    typeof value === "boolean" ? [constantOf(name), value] : [`${constantOf(name)}_${constantOf(value)}`, true],
  );
  return { KERNELS: kernels, FIFO: network === "fifo", ...Object.fromEntries(named) };
}

/** The properties that popcorn.m checks, too. */
const alsoInTwin = [
  "SWMR",
  "at-least-one-Copy",
  "a read finds a Copy",
  "a loser finds a Copy",
  "coherent data",
  "replicated xor not",
  "no unspecified reception",
];

export interface PopcornCase {
  readonly kernels: number;
  readonly stage: Stage;
  readonly symmetry: Symmetry;
  /** Refinements in the stage, or left out of it. */
  readonly refinements?: Refinements;
  readonly reading?: Reading;
}

/** Popcheck's outcome. */
export function popcornOutcome({ kernels, stage, symmetry, refinements, reading }: PopcornCase): Promise<Outcome> {
  const given = { kernels, stage, ...refinements, ...reading };
  const properties = popcornProperties(resolveParameters(popcorn, given) as unknown as Options);
  const names = properties.map(({ name }) => name).filter((name) => alsoInTwin.includes(name));
  return popcheck({ ...popcorn, properties: popcornProperties }, given, symmetry, names);
}

/** The twin's run. */
export function popcornTwin(
  { kernels, stage, symmetry, refinements, reading }: PopcornCase,
  options: Partial<RumurOptions> = {},
): RumurOptions {
  const optimize = kernels === 2 ? hasty : symmetry === "off" ? ["-O3"] : thorough;
  return {
    model: twin("popcorn.m"),
    constants: constants(kernels, stage, refinements, reading),
    symmetry,
    optimize,
    ...options,
  };
}

export async function popcornComesToTheSame(of: PopcornCase, options: Partial<RumurOptions> = {}): Promise<void> {
  await comesToTheSame(popcornOutcome(of), rumur(popcornTwin(of, options)));
}
