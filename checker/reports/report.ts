/** The outcome of a check as text. Pure functions of the outcome. */
import { align, count, counted, fold, foldAfter, padTo } from "../../traces/text/columns.js";
import { onOneLineThroughout, shown } from "../../traces/text/shown.js";
import { textOfTrace } from "../../traces/text/text.js";
import { lengthInShort, type Trace } from "../../traces/trace.js";
import type { ParameterValues } from "../model/parameters.js";
import {
  constraintsInWords,
  type Outcome,
  type PropertyOutcome,
  verdictInWords,
  whyNothing,
} from "../search/outcome.js";
import type { GrowingVariable } from "../search/statistics.js";
import { wrongTypes } from "../types/type-check.js";
import type { Look } from "./terminal.js";

/** How an outcome is shown as text. */
export interface ReportOptions {
  readonly look: Look;
  /** The parameters that the user gave. Of the others only numbers are shown. */
  readonly given: Readonly<Record<string, unknown>>;
  /** Whether counterexamples show whole states. */
  readonly full: boolean;
  /** The members of the projection that counterexamples show. */
  readonly only?: readonly string[] | undefined;
  /** By counterexample, or by property: how to replay it, if it was written to a file. */
  readonly replay: ReadonlyMap<string | Trace, string>;
}

/** Returns the verdicts, the numbers, what they rest on, and the counterexamples. */
export function reportOf(of: Outcome, given: ReportOptions): string {
  if (of.types?.verdict === "failed") return `${wrongTypes(of.types).split("\n").map(shown).join("\n")}\n`;
  const [outcome, options] = [onOneLines(of), { ...given, given: onOneLineThroughout(given.given) }];
  const parts = [
    verdicts(outcome, options.look),
    figures(outcome, options),
    incompleteness(outcome, options.look),
    ...outcome.properties.flatMap((property) => violation(property, outcome, options)),
  ];
  return `${parts
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join("\n"))
    .join("\n\n")}\n`;
}

/** Returns an outcome with the author's texts on one line each; the text of a trace sees to its own. */
function onOneLines({ properties, ...outcome }: Outcome): Outcome {
  return {
    ...onOneLineThroughout(outcome),
    properties: properties.map(({ trace, further, ...property }) => ({
      ...onOneLineThroughout(property),
      trace,
      ...(further === undefined ? {} : { further }),
    })),
  };
}

const WORD = { holds: "holds", violated: "VIOLATED", incomplete: "incomplete", uncovered: "uncovered" } as const;

/** Returns a line for each property, before it one if all of them say nothing, and after it one if some do. */
function verdicts(outcome: Outcome, look: Look): string[] {
  const { properties } = outcome;
  const nothing = whyNothing(outcome);
  const vacuous = properties.filter(({ vacuous }) => vacuous !== undefined).length;
  const ofThem = `${vacuous} of ${counted(properties.length, "verdict")} ${vacuous === 1 ? "is" : "are"} vacuous`;
  return [
    ...(nothing === undefined ? [] : [look.bad(`nothing was verified: ${nothing}`)]),
    ...rows(properties, look),
    ...(vacuous === 0 || nothing !== undefined ? [] : [ofThem]),
  ];
}

/** The word for a verdict, which is green only for what was checked. */
function wordOf({ verdict, vacuous, within }: PropertyOutcome): string {
  if (verdict === "holds") return vacuous === undefined ? verdictInWords(verdict, within) : "vacuous";
  return WORD[verdict];
}

function rows(properties: readonly PropertyOutcome[], { width, dim, good, bad }: Look): string[] {
  const styleOf = { holds: good, violated: bad, incomplete: bad, uncovered: dim };
  const lines = align(properties.map((property) => [wordOf(property), property.name, property.says]));
  return lines.flatMap((line, i) => {
    const { verdict, says, vacuous } = properties[i]!;
    const word = wordOf(properties[i]!);
    const style = vacuous === undefined ? styleOf[verdict] : dim;
    const start = line.length - says.length;
    const [head, ...rest] = foldAfter(line.slice(0, start), says, width);
    const first = style(word) + head!.slice(word.length, start) + dim(head!.slice(start));
    return [first, ...rest.map(dim)];
  });
}

/** Puts a label in front of a text that is folded behind it. */
export function labelled(label: string, text: string, width: number | undefined): string[] {
  return foldAfter(padTo(label, 13), text, width);
}

function figures(outcome: Outcome, { look, given }: ReportOptions): string[] {
  const { functionRuns, audited, properties } = outcome;
  const { width } = look;
  const each = outcome.search === "random" ? "steps" : "states";
  const liveness = outcome.livenessSeconds === undefined ? "" : ` (liveness ${seconds(outcome.livenessSeconds)})`;
  const speed = `${seconds(outcome.seconds)}${liveness}, ${count(outcome.statesPerSecond)} ${each}/s, functions run ${counted(functionRuns, "time")}, ${memory(outcome.memory)}`;
  const never = Object.entries(outcome.fired).flatMap(([action, times]) => (times === 0 ? [action] : []));
  return [
    ...labelled("model", nameOfModel(outcome, given), width),
    ...(outcome.sampled === undefined ? labelled("states", states(outcome), width) : randomSearchLines(outcome, width)),
    ...labelled("time", speed, width),
    ...labelled("symmetry", symmetry(outcome), width),
    ...labelled("audit", `${counted(audited, "state")} compared with the plain functions, no difference`, width),
    ...(outcome.types?.notes ?? []).flatMap((note, i) => labelled(i === 0 ? "types" : "", note, width)),
    ...(never.length === 0 || properties.length === 0 ? [] : labelled("never taken", never.join(", "), width)),
    ...(outcome.neverReceived ?? []).flatMap((channel, i) =>
      labelled(i === 0 ? "unreceived" : "", `${channel}: steps put messages there, and none takes one out`, width),
    ),
    ...(outcome.constraints === undefined ? [] : constraintsInWords(outcome.constraints)).flatMap((line, i) =>
      labelled(i === 0 ? "constraints" : "", line, width),
    ),
    ...outcome.assumptions.flatMap((assumption, i) => labelled(i === 0 ? "assumptions" : "", assumption, width)),
    ...outcome.fairness.flatMap((line, i) => labelled(i === 0 ? "fairness" : "", line, width)),
    ...properties.flatMap(({ name, verdict, explanation }) =>
      verdict === "uncovered" ? labelled("uncovered", `${name}: ${explanation}`, width) : [],
    ),
    ...properties.flatMap(({ name, verdict, explanation }) =>
      verdict === "incomplete" && outcome.incomplete === undefined && explanation !== undefined
        ? labelled("undecided", `${name}: ${explanation}`, width)
        : [],
    ),
    ...properties.flatMap(({ name, vacuous }) =>
      vacuous === undefined ? [] : labelled("vacuous", `${name}: ${vacuous}`, width),
    ),
  ];
}

function states(outcome: Outcome): string {
  const { distinct, generated, depth, search } = outcome;
  const found = `${count(distinct)} distinct, ${count(generated)} generated, depth ${count(depth)}`;
  return `${found}, ${search === "bfs" ? "breadth" : "depth"} first${storeInWords(outcome)}`;
}

/** Returns the lines on a random search: what it did, within which bounds, and the seed to do it again. */
function randomSearchLines(
  { search, sampled, distinct, depth, threads }: Outcome,
  width: number | undefined,
): string[] {
  const { seed, parts, steps, maxDepth, maxStates } = sampled!;
  const done = `of at most ${counted(maxDepth, "step")}`;
  const beside = threads === 1 ? "" : `, ${threads} threads`;
  return [
    ...(search === "random"
      ? labelled(
          "walks",
          `${count(parts)} ${done}, ${counted(steps, "step")}, the longest ${count(depth)}${beside}`,
          width,
        )
      : labelled(
          "swarm",
          `${counted(parts, "member")} ${done} deep and ${counted(maxStates!, "state")}, ${counted(distinct, "state")}, ${count(steps)} generated, the deepest ${count(depth)}${beside}`,
          width,
        )),
    ...labelled("seed", String(seed), width),
  ];
}

function storeInWords({ store, threads }: Outcome): string {
  const kept = { exact: "", compressed: ", compressed", fingerprint: ", fingerprints only" }[store];
  return threads === 1 ? kept : `${kept}, ${threads} threads`;
}

/** Returns `popcorn, kernels 2, stage 4.2`. */
export function nameOfModel(
  { model, parameters }: Pick<Outcome, "model" | "parameters">,
  given: Readonly<Record<string, unknown>>,
): string {
  return [model, ...parametersInWords(parameters, given)].join(", ");
}

/**
 * Returns the parameters that a report shows: numbers always, the rest if it was given, since a model may have dozens
 * of switches.
 */
function parametersInWords(parameters: ParameterValues, given: Readonly<Record<string, unknown>>): string[] {
  return Object.entries(parameters)
    .filter(([name, value]) => name in given || typeof value === "number")
    .map(([name, value]) => (typeof value === "boolean" ? `${value ? "" : "no "}${name}` : `${name} ${value}`));
}

function symmetry({ symmetry: { sets, note } }: Outcome): string {
  const inForce = sets.length === 0 ? "none" : `${sets.map(plural).join(", ")} are interchangeable`;
  return note === undefined ? inForce : `${inForce}; ${note}`;
}

/** Returns the plural of the name of an index set. */
export function plural(noun: string): string {
  return noun + (/(s|x|ch|sh)$/.test(noun) ? "es" : "s");
}

function incompleteness({ incomplete, properties, growing }: Outcome, { width, bad }: Look): string[] {
  if (incomplete === undefined) return [];
  const undecided = properties.some(({ verdict }) => verdict === "incomplete");
  const [first, ...rest] = foldAfter("incomplete: ", incomplete, width);
  const advice = remedy(incomplete, growing);
  return [
    bad("incomplete:") + first!.slice("incomplete:".length),
    ...rest,
    ...(undecided
      ? fold(`This is not a pass.${advice}`, (width ?? Number.POSITIVE_INFINITY) - 2).map((line) => `  ${line}`)
      : []),
  ];
}

/** The reasons that a model whose states have no end always comes to. */
const IS_LIMIT = /--max-states|--max-depth|--seconds|memory|distinct values|interrupted/;

/** Returns one thing to do about a limit: what is amiss if a variable grew and grew, else to raise the limit. */
function remedy(reason: string, growing: GrowingVariable | undefined): string {
  if (growing !== undefined && IS_LIMIT.test(reason)) {
    const { variable, values, depths } = growing;
    const met = `${variable} met new values at each of the last ${count(depths)} depths, ${count(values)} in all`;
    return ` ${met}: if it counts without end, no limit is high enough, and the model must bound it.`;
  }
  if (/^(random walks do|a swarm does) /.test(reason)) return " Only a search to the end, --search bfs or dfs, can be.";
  const limit = /--(max-states|max-depth|seconds)/.exec(reason)?.[0];
  if (limit) return ` Raise ${limit}, or check fewer members.`;
  if (reason.includes("distinct values")) return " Split that variable, or bound it; more memory does not help.";
  if (reason.includes("memory")) return " Raise --memory, or check fewer members.";
  return "";
}

function violation(
  property: PropertyOutcome,
  outcome: Outcome,
  { look, full, only, replay }: ReportOptions,
): string[][] {
  if (property.verdict !== "violated") return [];
  const { name, trace, explanation, foundBy } = property;
  if (trace === undefined) {
    return [[`${look.bad(WORD.violated)}  ${name}`, ...foldAfter("    ^ ", explanation ?? "", look.width)]];
  }
  const shortest = outcome.search === "bfs";
  const by = outcome.search === "random" ? "walk" : "member";
  const found = `found by ${by} ${count(foundBy ?? 0)}, and shortened: there may be a shorter way`;
  const replayOf = (of: Trace) => {
    const command = replay.get(of) ?? (of === trace ? replay.get(of["#meta"].property.name) : undefined);
    return command === undefined ? [] : [`replay: ${shown(command)}`];
  };
  const how = { width: look.width, styles: look, full, only };
  const { traces = [], note } = property.further ?? {};
  return [
    [
      textOfTrace(trace, { ...how, shortest }),
      ...(foundBy === undefined ? [] : foldAfter("    ", found, look.width)),
      ...replayOf(trace),
    ],
    ...traces.map((of) => [textOfTrace(of, how), ...replayOf(of)]),
    ...(note === undefined ? [] : [foldAfter(`${name}: `, note, look.width)]),
  ];
}

/** Returns a verdict with the length of its trace in short: `holds`, `violated 7`. */
export function verdictInShort({ verdict, trace, vacuous, waiting, goals, within }: PropertyOutcome): string {
  if (verdict === "violated" && trace) return `violated ${lengthInShort(trace)}${waiting ? ` ${waiting}` : ""}`;
  if (verdict === "uncovered") return `uncovered ${goals!.unmet.length}`;
  const inWords = verdictInWords(verdict, within);
  return vacuous === undefined ? inWords : `${inWords} vacuously`;
}

export function seconds(value: number): string {
  if (value < 60) return `${value.toFixed(value < 10 ? 2 : 1)} s`;
  return `${Math.floor(value / 60)} min ${Math.round(value % 60)} s`;
}

export function memory(bytes: number): string {
  return bytes < 1e9 ? `${Math.round(bytes / 1e6)} MB` : `${(bytes / 1e9).toFixed(1)} GB`;
}
