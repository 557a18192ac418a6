/** A comparison of two models as text. Pure functions of the outcome. */
import { stepNameOf } from "../../traces/analysis/step-names.js";
import { align, count, counted, foldAfter } from "../../traces/text/columns.js";
import { onOneLine, onOneLineThroughout } from "../../traces/text/shown.js";
import { stepsInWords } from "../../traces/text/text.js";
import { lengthOf, type Trace } from "../../traces/trace.js";
import type { BehaviourComparison } from "../comparison/behaviour.js";
import type { ComparisonOutcome, SideOutcome } from "../comparison/comparison.js";
import type { AccessKind } from "../simulation/driven-model.js";
import { lastStepOf } from "./last-step.js";
import { labelled, nameOfModel, verdictInShort } from "./report.js";
import type { Look } from "./terminal.js";

/** How a comparison is shown as text. */
export interface ComparisonReportOptions {
  readonly look: Look;
  /** The parameters that the user gave for each model. Of the others only numbers are shown. */
  readonly given: { readonly [side in Side]: Readonly<Record<string, unknown>> };
  /** Whether runs show whole states. */
  readonly full?: boolean | undefined;
}

type Side = "a" | "b";
const SIDES = ["a", "b"] as const;
const NAME = { a: "A", b: "B" } as const;
const OTHER = { a: "B", b: "A" } as const;

/** Returns what differs, both sides of it, and the runs that show it. */
export function comparisonReportOf(outcome: ComparisonOutcome, options: ComparisonReportOptions): string {
  const { comparison } = outcome.behaviour;
  const parts = [
    heading(outcome, options),
    sideBySide(outcome),
    premises(outcome, options.look),
    behaviourLines(outcome, options.look),
    costs(outcome, options.look),
    ...("both" in comparison ? SIDES.map((side) => firstOnly(comparison, side, options)) : []),
    ...("both" in comparison ? SIDES.map((side) => parting(comparison, side, options)) : []),
  ];
  return `${parts
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join("\n"))
    .join("\n\n")}\n`;
}

function heading(outcome: ComparisonOutcome, { look, given }: ComparisonReportOptions): string[] {
  const { differences, open } = outcome;
  const named = SIDES.flatMap((side) => {
    const { name, outcome: of } = onOneLineThroughout({ name: outcome[side].name, outcome: modelOf(outcome[side]) });
    return labelled(NAME[side], `${name}: ${nameOfModel(of, onOneLineThroughout(given[side]))}`, look.width);
  });
  const nothing = open.length === 0 ? "nothing changed" : "no difference was found, and not everything was decided";
  const line = differences.length === 0 ? nothing : `changed: ${differences.join(", ")}`;
  const style = differences.length === 0 && open.length === 0 ? look.good : look.bad;
  return [
    ...named,
    ...foldAfter("", line, look.width).map(style),
    ...open.flatMap((why) => foldAfter("not known: ", onOneLine(why), look.width)).map(look.bad),
  ];
}

function modelOf({ outcome: { model, parameters } }: SideOutcome) {
  return { model, parameters };
}

/** Returns the properties and the numbers of both as a table. */
function sideBySide({ a, b, properties }: ComparisonOutcome): string[] {
  const numbers = (["distinct", "generated", "depth"] as const).map((figure) => {
    const [ours, theirs] = [a.outcome[figure], b.outcome[figure]];
    return [WORDS[figure], count(ours), count(theirs), ours === theirs ? "" : difference(theirs - ours)];
  });
  const verdicts = properties.map(({ name, a, b, change }) => [
    name,
    a === undefined ? "-" : verdictInShort(a),
    b === undefined ? "-" : verdictInShort(b),
    change === "same" ? "" : change,
  ]);
  return align(onOneLineThroughout([["", "A", "B", "change"], ...verdicts, ...numbers]));
}

const WORDS = { distinct: "distinct states", generated: "generated states", depth: "depth" } as const;

function difference(by: number): string {
  return `${by > 0 ? "+" : "-"}${count(Math.abs(by))}`;
}

/** Returns what the verdicts rest on, and of which model. */
function premises({ premises }: ComparisonOutcome, { width }: Look): string[] {
  return onOneLineThroughout(premises).flatMap(({ kind, says, of }) =>
    labelled(kind, of === "both" ? says : `only ${of}: ${says}`, width),
  );
}

const BISIMULATIONS = {
  strong: "step by step",
  "stuttering with divergence": "up to stutters, with divergence",
  stuttering: "up to stutters",
} as const;

function behaviourLines({ behaviour: { chosen, comparison } }: ComparisonOutcome, { width }: Look): string[] {
  const { variables, given, leftOut } = onOneLineThroughout(chosen);
  const which = given ? "" : " (all that both models have with the same shape)";
  const by = `by ${variables.join(", ")}${which}: a valuation is what these hold in a state, with names of members told apart and values of an ordinal by their order in it; a stutter is a step that changes none of them; fairness is not asked`;
  const without = leftOut.flatMap(({ variable, why }) => labelled("left out", `${variable}: ${why}`, width));
  if (!("both" in comparison))
    return variables.length === 0 ? without : [...labelled("compared", by, width), ...without];
  const { states, both, only, bisimilar, refused, cut } = comparison;
  const reached = `${counted(both, "valuation")} by both, ${count(only.a.valuations)} only by A, ${count(only.b.valuations)} only by B (${count(states.a)} and ${count(states.b)} states, without symmetry)`;
  const decided = Object.entries(BISIMULATIONS).map(
    ([each, words]) => `${words}: ${bisimilar[each as keyof typeof BISIMULATIONS] ? "yes" : "no"}`,
  );
  const notTaken = SIDES.flatMap((side) => [
    ...(refused[side] === 0
      ? []
      : [`${counted(refused[side], "step")} of ${NAME[side]} cannot be taken: no rule, or a function throws`]),
    ...(cut[side] === 0 ? [] : [`${counted(cut[side], "step")} of ${NAME[side]} are cut off by constraints`]),
  ]);
  return [
    ...labelled("compared", by, width),
    ...without,
    ...labelled("reached", reached, width),
    ...labelled("bisimilar", decided.join("; "), width),
    ...labelled("runs", runsInWords(comparison), width),
    ...notTaken.flatMap((line) => labelled("not taken", line, width)),
  ];
}

/** Says which of the two has runs that the other does not have. */
function runsInWords({ parting, partingOpen }: BehaviourComparison): string {
  const unknown = partingOpen === undefined ? undefined : `not known: ${partingOpen}`;
  return SIDES.map((side) => {
    const run = parting[side];
    const none = unknown ?? "none";
    return `of ${NAME[side]} that ${OTHER[side]} does not have: ${run === undefined ? none : `the shortest has ${counted(run.changes, "change")}`}`;
  }).join("; ");
}

function costs({ a, b, accesses }: ComparisonOutcome, { width }: Look): string[] {
  const unknown = SIDES.flatMap((side) => {
    const { cost } = { a, b }[side];
    return typeof cost === "string" ? [`of ${NAME[side]} not measured: ${onOneLine(cost)}`] : [];
  });
  const each = (kind: AccessKind) => {
    const words = [a, b].flatMap(({ cost }, i) =>
      typeof cost === "string"
        ? []
        : [`${NAME[SIDES[i]!]} ${(cost.of[kind].messages / cost.of[kind].accesses).toFixed(2)}`],
    );
    return words.length === 0 ? [] : [`per ${kind} ${words.join(", ")}`];
  };
  const measured = [...each("read"), ...each("write")];
  const how = `over ${accesses.count} accesses by chance (seed ${accesses.seed}), one at a time`;
  const line = measured.length === 0 ? [] : [`${measured.join("; ")} (mean ${how})`];
  return [...line, ...unknown].flatMap((text) => labelled("messages", text, width));
}

function firstOnly({ only, parting }: BehaviourComparison, side: Side, options: ComparisonReportOptions): string[] {
  const { first } = only[side];
  const shown = parting[side]?.trace;
  if (first === undefined || (shown !== undefined && isSameRun(shown, first))) return [];
  return runLines(`a shortest run of ${NAME[side]} to a valuation that only ${NAME[side]} reaches`, first, options);
}

/** How many runs of the other model the text has the last steps of; the JSON has all. */
const MOST_OTHERS = 5;

function parting({ parting, only }: BehaviourComparison, side: Side, options: ComparisonReportOptions): string[] {
  const run = parting[side];
  if (run === undefined) return [];
  const { changes, trace, instead } = run;
  const other = OTHER[side];
  const more = instead.length - MOST_OTHERS;
  const told =
    changes === 0
      ? [`${other} does not begin so`]
      : instead.length === 0
        ? [`after the changes before, ${other} can change nothing of this any more`]
        : [
            ...instead
              .slice(0, MOST_OTHERS)
              .map((each) => `${other} has instead: ${stepNameOf(each, lengthOf(each))}: ${lastStepOf(each)}`),
            ...(more > 0 ? [`and ${counted(more, "other step")} (--json has all)`] : []),
          ];
  const also = isSameRun(trace, only[side].first) ? `; only ${NAME[side]} reaches its last valuation` : "";
  return [
    ...runLines(
      `where they part: a run of ${NAME[side]} with ${counted(changes, "change")}, of which ${other} does not have the last${also}`,
      trace,
      options,
    ),
    ...told.flatMap((line) => foldAfter("    ^ ", onOneLine(line), options.look.width)),
  ];
}

function isSameRun(one: Trace, another: Trace | undefined): boolean {
  const choices = (trace: Trace) => trace.states.map((state) => state["#meta"].choice).join();
  return another !== undefined && choices(one) === choices(another);
}

function runLines(what: string, trace: Trace, { look, full }: ComparisonReportOptions): string[] {
  return [
    ...foldAfter("", `${what} (${counted(lengthOf(trace), "step")}):`, look.width),
    ...stepsInWords(trace, { width: look.width, styles: look, full }),
  ];
}
