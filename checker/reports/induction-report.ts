/** Whether invariants are inductive, and what is suggested, as text. Pure functions of the outcome. */
import { count, counted, foldAfter } from "../../traces/text/columns.js";
import { onOneLineThroughout } from "../../traces/text/shown.js";
import { textOfTrace } from "../../traces/text/text.js";
import type { InductionOutcome } from "../induction/induction.js";
import type { SuggestOutcome } from "../induction/suggest.js";
import { shownParameters } from "./shown-parameters.js";
import type { Look } from "./terminal.js";

/** How an outcome is shown as text. */
export interface InductionReportOptions {
  readonly look: Look;
  /** The parameters that the user gave. Of the others only numbers are shown. */
  readonly given: Readonly<Record<string, unknown>>;
  /** Whether whole states are shown. */
  readonly full?: boolean | undefined;
}

/** Returns the verdict, the smallest step out if there is one, and what the verdict rests on. */
export function inductionReportOf(outcome: InductionOutcome, options: InductionReportOptions): string {
  return textOf([
    headingOf(outcome, options),
    verdictOf("", outcome, options),
    endedInWords(outcome.incomplete, "not all states were looked at that were to be", options.look),
    rests(outcome, options.look),
  ]);
}

/** Returns the suggestions with the invariants to paste, and what they rest on. */
export function suggestReportOf(outcome: SuggestOutcome, options: InductionReportOptions): string {
  const { alone, candidates, suggestions, together, incomplete } = outcome;
  const { look } = options;
  const most = alone.states.drawn === undefined ? "" : " that were found";
  const holding =
    candidates === undefined
      ? "which candidates hold is not known"
      : `${counted(candidates, "candidate")} ${candidates === 1 ? "holds" : "hold"} in every reachable state`;
  const listed = suggestions.map(({ says, source, eliminates, round }, i) => {
    const of = round === 1 ? "" : ", with those of the suggestions above";
    const [line] = onOneLineThroughout([`${says}: eliminates ${counted(eliminates, "step")} out${of}`]);
    return [...foldAfter(`${i + 1}. `, line!, look.width), ...source.split("\n").map((code) => `    ${code}`)];
  });
  const nothing = alone.counterexamples.length === 0 ? "there is nothing to eliminate" : "no candidate eliminates any";
  return textOf([
    [
      ...headingOf(alone, options),
      ...foldAfter("", `${counted(alone.counterexamples.length, "step")} out${most}; ${holding}`, look.width),
    ],
    ...listed,
    suggestions.length > 0
      ? verdictOf("with all of these: ", together, options)
      : incomplete === undefined
        ? [nothing]
        : [],
    endedInWords(incomplete, "more might have been suggested", look),
    rests(together, look),
  ]);
}

function endedInWords(incomplete: string | undefined, what: string, look: Look): string[] {
  return incomplete === undefined ? [] : foldAfter("", `incomplete: ${incomplete}; ${what}`, look.width).map(look.bad);
}

function headingOf(
  { model, parameters, properties }: InductionOutcome,
  { given }: Pick<InductionReportOptions, "given">,
): string[] {
  return onOneLineThroughout([`${model}${shownParameters(parameters, given)}: ${properties.join(", ")}`]);
}

/** Returns the verdict after `before`, and the smallest step out if there is one. */
function verdictOf(before: string, outcome: InductionOutcome, { look, full }: InductionReportOptions): string[] {
  const { trace } = outcome;
  const verdict = before + verdictInWords(outcome);
  if (trace === undefined) return foldAfter("", verdict, look.width).map(colourOf(outcome, look));
  const states = textOfTrace(trace, { width: look.width, styles: look, full }).split("\n").slice(1);
  const line = `${verdict}; from the smallest state:`;
  return [...foldAfter("", line, look.width).map(colourOf(outcome, look)), ...states];
}

function textOf(parts: readonly (readonly string[])[]): string {
  return `${parts
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join("\n"))
    .join("\n\n")}\n`;
}

function colourOf({ verdict }: InductionOutcome, look: Look): (line: string) => string {
  return verdict === "inductive" ? look.good : look.bad;
}

function verdictInWords(outcome: InductionOutcome): string {
  const { verdict, initially, counterexamples, states } = outcome;
  if (verdict === "inductive") return `inductive over ${boundsInWords(outcome)}`;
  const scope = states.drawn === undefined ? "" : " among the states that were looked at";
  if (verdict === "not known")
    return `not known: no step out was found${scope}, which are not all (${boundsInWords(outcome)})`;
  const violated = initially.length === 0 ? "" : `an initial state violates ${initially.join(", ")}`;
  const out =
    counterexamples.length === 0
      ? ""
      : `${counted(counterexamples.length, "step")} out${scope}, over ${boundsInWords(outcome)}`;
  return `NOT INDUCTIVE: ${[violated, out].filter((part) => part !== "").join("; ")}`;
}

/** Says which states the verdict is about. */
function boundsInWords({ options, origins }: InductionOutcome): string {
  const { messages, fields } = options;
  const hasChannels = origins.some(({ isChannel }) => isChannel);
  const records = fields ? "fields of records combined freely" : "values as seen in reachable states";
  return `states with ${hasChannels ? `at most ${counted(messages, "message")} in each channel, and ` : ""}${records}`;
}

/** Returns what the verdict rests on. */
function rests(outcome: InductionOutcome, look: Look): string[] {
  const { states, reachable, origins, assumed, constraints, seconds, properties } = outcome;
  const { refused, upToWeight, drawn } = states;
  const size = states.size < 10n ** 15n ? count(Number(states.size)) : `some 10^${String(states.size).length - 1}`;
  const few =
    upToWeight === undefined || upToWeight < 0
      ? "some with few differences from the initial state,"
      : `all with at most ${counted(upToWeight, "difference")} from the initial state,`;
  const looked =
    drawn === undefined
      ? "all looked at"
      : states.lookedAt === 0
        ? "none looked at"
        : `looked at were ${few} and ${count(drawn.count)} that were drawn (--seed ${drawn.seed})`;
  const violated = reachable.violated.filter((name) => properties.includes(name));
  const ended = reachable.incomplete === undefined ? "all of them" : `not all: ${reachable.incomplete}`;
  const holding =
    violated.length > 0
      ? `; ${violated.join(", ")} is violated in one, and popcheck check shows the run`
      : reachable.incomplete === undefined
        ? "; it holds in them, so that no step out begins in one"
        : "";
  const rows: [string, string][] = [
    ["states", `${size} that are type-correct, ${looked}; ${count(states.satisfying)} satisfy what is assumed`],
    ["steps", count(states.steps)],
    ...assumed.map((name): [string, string] => ["assumed", `${name}, before the step`]),
    ...origins.map(({ variable, values }): [string, string] => ["values", `${variable}: ${values}`]),
    ["reachable", `${counted(reachable.distinct, "state")}, ${ended}${holding}`],
    ...(refused.actions + refused.receptions === 0
      ? []
      : [
          [
            "no steps",
            `${counted(refused.actions, "function")} that threw, ${counted(refused.receptions, "message")} that met an impossible cell`,
          ] as [string, string],
        ]),
    ...(refused.invariants === 0
      ? []
      : [["no states", `${counted(refused.invariants, "state")} in which an invariant threw`] as [string, string]]),
    ...constraints.map((name): [string, string] => ["constraint", `within ${name}: beyond it there are no steps`]),
    ["time", `${seconds.toFixed(1)} s`],
  ];
  return onOneLineThroughout(rows).flatMap(([label, text]) => foldAfter(`${label!.padEnd(12)}`, text!, look.width));
}
