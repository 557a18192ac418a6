/** The options of the command line as data, and the values that their texts stand for. */
import { onOneLine } from "../../../traces/text/shown.js";
import { UsageError } from "../../errors.js";
import type { Parameters } from "../../model/parameters.js";

/** An option of a command. `value` names its value in the help; a flag has none. */
export interface CliOption {
  readonly about: string;
  readonly value?: string;
  /** The value if the option is given without one; undefined if it needs one. */
  readonly bare?: string;
  readonly repeatable?: boolean;
  /** Whether a flag is on unless it is given as `--no-…`. */
  readonly on?: boolean;
}

export type CliOptions = { readonly [name: string]: CliOption };

export const commonOptions = {
  stack: { about: "show the stack traces of errors" },
} as const satisfies CliOptions;

export const checkOptions = {
  property: { about: "check only this property; may be given several times", value: "NAME", repeatable: true },
  receptions: {
    about: "check that no message meets an impossible cell, too (--no-receptions: leave it out, and say so)",
    on: true,
  },
  search: {
    about:
      "breadth first, for shortest traces; depth first; or, where neither comes to an end, at random: random walks, or a swarm of searches",
    value: "bfs|dfs|random|swarm",
  },
  seed: {
    about: "random, swarm: the same seed, model and options give the same walks; by default drawn at random",
    value: "N",
  },
  walks: { about: "random, swarm: end after so many walks, or members of the swarm", value: "N" },
  seconds: {
    about: "end after so many seconds; by default at the end, or random and swarm at an interrupt",
    value: "N",
  },
  threads: {
    about:
      "search with so many threads, unless depth first; by default all cores, but at most one for each 128M of --memory",
    value: "N",
  },
  store: {
    about: "how states are kept: whole, folded into pairs, or as 64-bit fingerprints",
    value: "exact|compressed|fingerprint",
  },
  symmetry: { about: "take interchangeable members for the same (--no-symmetry: tell them apart)", on: true },
  types: { about: "check the types of the model's file, too (--no-types: leave them out, and say so)", on: true },
  "max-states": { about: "stop after so many distinct states; swarm: each member (1,000,000)", value: "N" },
  "max-depth": { about: "look no deeper than so many steps; random, swarm: 1,000 by default", value: "N" },
  memory: {
    about: "a ceiling for the whole process, as 500M or 4G; by default three quarters of the machine",
    value: "BYTES",
  },
  spill: {
    about: "the folder to go on in when the memory is full; by default a temporary one; none: end as incomplete",
    value: "DIR",
  },
  checkpoint: {
    about: "write checkpoints into a folder, for popcheck resume: now and then, and when interrupted",
    value: "DIR",
  },
  fresh: { about: "remove the checkpoints that are in that folder, and begin anew" },
  "checkpoint-every": { about: "minutes between checkpoints (5)", value: "MINUTES" },
  cluster: {
    about: "have popcheck workers search, which take tasks from this Redis server: redis://HOST[:PORT]",
    value: "URL",
  },
  dir: { about: "with --cluster: the folder that all workers see", value: "DIR" },
  parts: {
    about: "with --cluster: into how many parts the states are cut, at least one for each worker (8)",
    value: "N",
  },
  watch: { about: "check again whenever the model's files change, and say what is different; until an interrupt" },
  stop: { about: "stop at the first violation" },
  audit: {
    about: "compare one state in so many (1000) with the plain functions; without it a small sample",
    value: "ONE_IN",
    bare: "1000",
  },
  json: { about: "write the outcome as JSON to a file, or with - to the standard output alone", value: "FILE" },
  junit: { about: "write the outcome as JUnit XML, for a CI server", value: "FILE" },
  sarif: { about: "write the violations as SARIF 2.1.0, which code hosts show on a change", value: "FILE" },
  html: { about: "write the verdicts and counterexamples as a page that opens in any browser", value: "FILE" },
  log: { about: "add a line of JSON to a file at the start, every second, and at the end", value: "FILE" },
  "log-every": { about: "seconds between the lines of the log (1)", value: "SECONDS" },
  statistics: { about: "tell also of states per depth, next states, actions and memory" },
  coverage: {
    about: "count what was covered: cells, actions, values, fields, lines; and tell of it after the verdict",
  },
  "coverage-html": { about: "write what was covered, with the sources beside it, as a page", value: "FILE" },
  "coverage-lcov": { about: "write which lines and branches ran as LCOV, which editors show", value: "FILE" },
  trace: { about: "write each counterexample as a JSON file into a folder", value: "DIR" },
  full: { about: "show whole states in counterexamples, not only what changed" },
  counterexamples: {
    about: "show so many counterexamples of each property: the shortest, and others that differ from it (1)",
    value: "N",
  },
  show: {
    about: "show the value of an expression after each step, as copy[K1].data; may be given several times",
    value: "EXPRESSION",
    repeatable: true,
  },
  only: {
    about: "show of counterexamples only what concerns this member, as K1; may be given several times, or as K1,K2",
    value: "MEMBER",
    repeatable: true,
  },
  "fail-on": {
    about: "exit with status 14 if something is uncovered, or if a property holds vacuously; may be given twice",
    value: "REMARK",
    repeatable: true,
  },
  ...commonOptions,
} as const satisfies CliOptions;

/** What a search that is resumed may be told anew; the rest stands in the checkpoint. */
export const resumeOptions = {
  model: {
    about: "the file of the model, if it lies elsewhere now, or if the folder was not made on this account",
    value: "FILE",
  },
  threads: checkOptions.threads,
  memory: checkOptions.memory,
  "max-states": checkOptions["max-states"],
  seconds: checkOptions.seconds,
  "checkpoint-every": checkOptions["checkpoint-every"],
  types: checkOptions.types,
  json: checkOptions.json,
  junit: checkOptions.junit,
  sarif: checkOptions.sarif,
  html: checkOptions.html,
  log: checkOptions.log,
  "log-every": checkOptions["log-every"],
  statistics: checkOptions.statistics,
  trace: checkOptions.trace,
  full: checkOptions.full,
  show: checkOptions.show,
  only: checkOptions.only,
  "fail-on": checkOptions["fail-on"],
  ...commonOptions,
} as const satisfies CliOptions;

export const describeOptions = { ...commonOptions } as const satisfies CliOptions;

export const replayOptions = {
  model: { about: "the file of the trace's model, if it is not a built-in one", value: "FILE" },
  full: { about: "show whole states, not only what changed" },
  show: checkOptions.show,
  only: {
    about: "show only what concerns this member, as K1; may be given several times, or as K1,K2",
    value: "MEMBER",
    repeatable: true,
  },
  ...commonOptions,
} as const satisfies CliOptions;

export const initOptions = {
  from: { about: "the model to begin with (directory)", value: "directory|popcorn|german" },
  ...commonOptions,
} as const satisfies CliOptions;

export const exportOptions = {
  graph: { about: "write the state graph of a model, not a counterexample", value: "dot|json|aut" },
  symmetry: { about: "--graph: take interchangeable members for the same (--no-symmetry: tell them apart)", on: true },
  "max-states": { about: "--graph: refuse a graph with more states (100,000)", value: "N" },
  format: { about: "what to write", value: "itf|mermaid|plantuml|shiviz|dot|csv" },
  out: { about: "the file to write; by default the standard output", value: "FILE" },
  ...commonOptions,
} as const satisfies CliOptions;

export const diagramOptions = {
  format: { about: "what to write (svg)", value: "svg|dot" },
  out: exportOptions.out,
  loops: { about: "draw also what leaves a state as it is" },
  variable: { about: "whose states to draw, if several variables have a headline", value: "NAME" },
  "max-states": { about: "stop after so many distinct states", value: "N" },
  memory: checkOptions.memory,
  ...commonOptions,
} as const satisfies CliOptions;

export const viewOptions = {
  show: checkOptions.show,
  model: { about: "--show: the file of the trace's model, if it is not a built-in one", value: "FILE" },
  out: { about: "the file to write, - for the standard output; by default beside the trace, as .html", value: "FILE" },
  ...commonOptions,
} as const satisfies CliOptions;

const walkOptions = {
  trace: { about: "begin at the end of a recorded trace", value: "FILE" },
  memory: checkOptions.memory,
  "max-states": { about: "searches from a state on stop after so many distinct states", value: "N" },
} as const satisfies CliOptions;

export const exploreOptions = {
  port: { about: "the port to listen on, of this machine alone; by default any that is free", value: "N" },
  ...walkOptions,
  ...commonOptions,
} as const satisfies CliOptions;

export const stepOptions = { ...walkOptions, ...commonOptions } as const satisfies CliOptions;

export const mcpOptions = {
  "max-states": { about: "the greatest number of distinct states that a call may look at (1,000,000)", value: "N" },
  seconds: { about: "the seconds that a call may search (30)", value: "N" },
  memory: { about: "a ceiling for the process of a call, as 500M or 4G (2G)", value: "BYTES" },
  ...commonOptions,
} as const satisfies CliOptions;

export const simulateOptions = {
  workload: {
    about: "what threads do (mixed): one of these, or a JSON file; figure-7 is the experiment of the paper's section 6",
    value: "readers|one-writer|writers|mixed|figure-7|FILE",
  },
  pages: { about: "the pages of the array (4)", value: "N" },
  elements: { about: "the elements on a page, each of which is accessed in each iteration (1024)", value: "N" },
  iterations: { about: "how often each thread goes over the array (10)", value: "N" },
  "write-share": { about: "mixed: the part of the visits to a page that write (0.2)", value: "PART" },
  seeds: { about: "how many runs, each with a seed of its own (10)", value: "N" },
  seed: { about: "the first seed (1): the same seed, model and options give the same run", value: "N" },
  latency: {
    about:
      "how long messages are under way, in microseconds: 10, uniform(5,15), exponential(10) or shifted(8,2); Copy=TIME of a kind, K1-K2=TIME or K1-K2=times(10) of a pair; may be given several times",
    value: "RULE",
    repeatable: true,
  },
  "local-access": { about: "what a local access to an element costs, in microseconds (0.01)", value: "TIME" },
  fault: { about: "what a page fault costs before the protocol begins, in microseconds (1)", value: "TIME" },
  handling: { about: "how long a process is busy with a message, in microseconds (1)", value: "TIME" },
  "clock-skew": {
    about:
      "how far clocks are off: 50, or 50,100 (microseconds, and parts per million) at most, or K1=50 for one; may be given several times",
    value: "SKEW",
    repeatable: true,
  },
  json: { about: "write the figures as JSON to a file, or with - to the standard output alone", value: "FILE" },
  svg: { about: "figure-7: write its charts as a picture", value: "FILE" },
  log: {
    about: "write what each process received, did and sent in the first run, a line of JSON an event, for validate",
    value: "FILE",
  },
  ...commonOptions,
} as const satisfies CliOptions;

export const validateOptions = {
  missing: {
    about: "so many events of a page may be missing, besides those of which the log says that they are lost (0)",
    value: "N",
  },
  "in-order": { about: "the lines are in the order of time: a run has to take its steps in this order" },
  "max-states": { about: "the search for a run visits so many states of each page at most (1,000,000)", value: "N" },
  trace: { about: "write the run that was found, or the longest one that there is, as a trace", value: "FILE" },
  json: { about: "write the outcome as JSON to a file, or with - to the standard output alone", value: "FILE" },
  ...commonOptions,
} as const satisfies CliOptions;

export const baselineOptions = {
  file: { about: "the file to record in (popcheck-baseline.json)", value: "FILE" },
  symmetry: checkOptions.symmetry,
  types: checkOptions.types,
  memory: checkOptions.memory,
  ...commonOptions,
} as const satisfies CliOptions;

const inductionOptions = {
  property: {
    about: "the invariant; several, which may be given, are taken together; by default all of the model",
    value: "NAME",
    repeatable: true,
  },
  with: {
    about: "an invariant that is assumed before the step, and not asked for after it; may be given several times",
    value: "NAME",
    repeatable: true,
  },
  messages: { about: "the greatest number of messages in a channel (1)", value: "N" },
  fields: { about: "combine the values of a record's fields freely, not only as they were seen together" },
  "max-states": { about: "look at so many states, or beginnings of states (200,000)", value: "N" },
  sample: { about: "draw so many states if there are more than that (10,000)", value: "N" },
  seed: { about: "the same seed, model and options draw the same states (1)", value: "N" },
  seconds: { about: "end as incomplete after so many seconds", value: "N" },
  symmetry: checkOptions.symmetry,
  memory: checkOptions.memory,
  full: { about: "show whole states, not only what changed" },
  json: checkOptions.json,
  ...commonOptions,
} as const satisfies CliOptions;

export const inductiveOptions = inductionOptions;
export const suggestOptions = inductionOptions;

export const mutateOptions = {
  sample: { about: "judge mutants, each as likely as the others, until so many differ from the model", value: "N" },
  seed: { about: "the same seed, model and options give the same sample (1)", value: "N" },
  kinds: {
    about: "judge mutants of these kinds only, as drop-send,negate-guard; may be given several times",
    value: "KIND",
    repeatable: true,
  },
  only: {
    about: 'judge mutants of this cell, as "Shared × Invalid", or action only; may be given several times',
    value: "CELL|ACTION",
    repeatable: true,
  },
  property: checkOptions.property,
  receptions: checkOptions.receptions,
  symmetry: checkOptions.symmetry,
  seconds: { about: "end with a mutant as undecided after so many seconds", value: "N" },
  "max-states": {
    about:
      "end with a mutant as undecided after so many distinct states; by default four times those of the model, at least 50,000",
    value: "N",
  },
  threads: checkOptions.threads,
  memory: checkOptions.memory,
  all: { about: "list also the mutants that are noticed, by what, and those that no run can tell from the model" },
  full: { about: "show whole states in runs, not only what changed" },
  json: checkOptions.json,
  ...commonOptions,
} as const satisfies CliOptions;

export const compareOptions = {
  variables: {
    about:
      "compare the states by these variables, or fields, as copy,content or copy.page; by default by all that both models have with the same shape; may be given several times",
    value: "NAMES",
    repeatable: true,
  },
  "max-states": {
    about:
      "end the check of each model after so many distinct states, and compare the states of models with at most so many (100,000)",
    value: "N",
  },
  threads: checkOptions.threads,
  memory: checkOptions.memory,
  full: { about: "show whole states in runs, not only what changed" },
  json: checkOptions.json,
  ...commonOptions,
} as const satisfies CliOptions;

export const verifyOptions = {
  baseline: {
    about: "the recorded cases; by default popcheck-baseline.json of the working folder, or else popcheck's own",
    value: "FILE",
  },
  all: { about: "also run the cases that take long" },
  update: { about: "write the numbers found into the file of the recorded cases" },
  watch: {
    about:
      "run the cases again whenever the files of their models change, the fastest first, and say what is different",
  },
  types: checkOptions.types,
  trace: { about: "the folder for the counterexamples (out/traces)", value: "DIR" },
  memory: checkOptions.memory,
  ...commonOptions,
} as const satisfies CliOptions;

/** The options that yargs adds itself. */
export const reserved: readonly string[] = ["help", "version"];

/** What can be typed as the name of an option. */
const TYPABLE = /^[\p{L}_][\p{L}\p{N}_-]*$/u;

/** @throws UsageError for a model whose parameter cannot be typed, or has the name of an option */
export function refuseNameClashes(model: string, parameters: Parameters, options: CliOptions = {}): void {
  const taken = [...Object.keys(checkOptions), ...Object.keys(options), ...reserved].map(camelCase);
  for (const name of Object.keys(parameters)) {
    if (taken.includes(camelCase(name)))
      throw new UsageError(`a parameter of ${model} is called ${name}, as an option of popcheck is: rename it`);
    if (!TYPABLE.test(name))
      throw new UsageError(
        `a parameter of ${onOneLine(model)} is called "${onOneLine(name)}", which is no name of an option: take letters, digits, - and _`,
      );
  }
}

/** Returns a model's parameters as options of the command line. */
export function parameterOptions(parameters: Parameters): CliOptions {
  return Object.fromEntries(
    Object.entries(parameters).map(([name, { kind, about }]) => [
      name,
      kind === "flag" ? { about } : { about, value: kind },
    ]),
  );
}

export function kebabCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

export function camelCase(name: string): string {
  return name.replace(/-([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
}

/** Reads a positive whole number: 1000, 1_000, 1,000 or 1e3. @throws UsageError for any other text */
export function positiveInteger(option: string, text: string): number {
  const value = /^\d[\d_,]*(e\d+)?$/i.test(text) ? Number(text.replaceAll(/[_,]/g, "")) : Number.NaN;
  if (Number.isSafeInteger(value) && value > 0) return value;
  throw new UsageError(`--${option} takes a whole number from 1, not ${text || "nothing"}`);
}

/** Reads a positive number: 5, 0.25. @throws UsageError for any other text */
export function positiveNumber(option: string, text: string): number {
  const value = /^\d+(\.\d+)?$/.test(text) ? Number(text) : Number.NaN;
  if (value > 0) return value;
  throw new UsageError(`--${option} takes a number above 0, not ${text || "nothing"}`);
}

/** Reads a whole number from 0, below 2^53. @throws UsageError for any other text */
export function wholeNumber(option: string, text: string): number {
  const value = /^\d[\d_,]*$/.test(text) ? Number(text.replaceAll(/[_,]/g, "")) : Number.NaN;
  if (Number.isSafeInteger(value)) return value;
  throw new UsageError(`--${option} takes a whole number from 0, not ${text || "nothing"}`);
}

/** Reads a number of bytes: 4G, 500M, 1.5GB. @throws UsageError for any other text */
export function bytes(option: string, text: string): number {
  const [, number, unit = ""] = /^(\d+(?:\.\d+)?)\s*([kmgt]?)(?:i?b)?$/i.exec(text) ?? [];
  const value = Math.floor(Number(number) * 1024 ** ("kmgt".indexOf(unit.toLowerCase() || "?") + 1));
  if (Number.isSafeInteger(value) && value > 0) return value;
  throw new UsageError(`--${option} takes a number of bytes such as 500M or 4G, not ${text || "nothing"}`);
}

/**
 * Returns the values of a model's parameters that were given. A text that is no number stays a text, for the model to
 * refuse.
 */
export function givenParameters(
  parameters: Parameters,
  argv: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  const given: Record<string, unknown> = {};
  for (const [name, { kind }] of Object.entries(parameters)) {
    const value = argv[name];
    if (value === undefined) continue;
    given[name] = kind === "integer" && /^-?\d+$/.test(String(value)) ? Number(value) : value;
  }
  return given;
}
