/** What became of the mutants of a model, as text. Pure functions of the outcome. */
import { align, counted, foldAfter } from "../../traces/text/columns.js";
import { onOneLineThroughout } from "../../traces/text/shown.js";
import { textOfTrace } from "../../traces/text/text.js";
import { lengthOf } from "../../traces/trace.js";
import type { Bisimilarity } from "../mutation/bisimilar.js";
import type { MutantVerdict } from "../mutation/judge.js";
import type { JudgedMutant, MutationOutcome } from "../mutation/mutation.js";
import { lastStepOf } from "./last-step.js";
import { shownParameters } from "./shown-parameters.js";
import type { Look } from "./terminal.js";

/** How the outcome is shown as text. */
export interface MutationReportOptions {
  readonly look: Look;
  /** The parameters that the user gave. Of the others only numbers are shown. */
  readonly given: Readonly<Record<string, unknown>>;
  /** Whether mutants that were noticed, and those that are equivalent, are listed, too. */
  readonly all?: boolean | undefined;
  /** Whether runs show whole states. */
  readonly full?: boolean | undefined;
}

const WORDS = {
  noticed: "a property notices them",
  survived: "no property notices them, although some run tells them from the original",
  equivalent: "no run can tell them from the original: the same states and steps",
  undecided: "not known: a limit was reached, or they are no models that can be checked",
} as const satisfies Record<MutantVerdict["verdict"], string>;

/** Returns the numbers, what they rest on, and each survivor with its question and the run on which it differs. */
export function mutationReportOf(outcome: MutationOutcome, options: MutationReportOptions): string {
  const of = (verdict: MutantVerdict["verdict"]) => outcome.judged.filter((each) => each.verdict.verdict === verdict);
  const parts = [
    figures(outcome, options),
    noticedBy(outcome),
    rests(outcome, options.look),
    ...(options.all ? of("noticed").map((each) => listed(each, options)) : []),
    ...(options.all ? of("equivalent").map((each) => listed(each, options)) : []),
    ...of("undecided").map((each) => listed(each, options)),
    ...of("survived").map((each) => survivor(each, options)),
  ];
  return `${parts
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join("\n"))
    .join("\n\n")}\n`;
}

function figures(outcome: MutationOutcome, { given, look }: MutationReportOptions): string[] {
  const { judged, mutants, sample, incomplete } = outcome;
  const drawn =
    sample === undefined
      ? `${counted(judged.length, "mutant")} of ${mutants}`
      : `${counted(judged.length, "mutant")} of ${mutants}, drawn until ${sample.size} behaved otherwise, each as likely as the others (--seed ${sample.seed})`;
  const verdicts = (Object.keys(WORDS) as MutantVerdict["verdict"][]).map((verdict) => {
    const count = judged.filter((each) => each.verdict.verdict === verdict).length;
    return [verdict, String(count).padStart(4), WORDS[verdict]];
  });
  return onOneLineThroughout([
    `${outcome.model}${shownParameters(outcome.parameters, given)}: ${drawn}`,
    ...align(verdicts),
    ...bisimilarAmong(judged),
    ...(incomplete === undefined ? [] : [look.bad(`incomplete: ${incomplete}; not all mutants were judged`)]),
  ]);
}

/** Returns how many survivors behave as the original, and of how many that is not known. */
function bisimilarAmong(judged: readonly JudgedMutant[]): string[] {
  const told = judged.flatMap(({ verdict }) => (verdict.verdict === "survived" ? [verdict.bisimilar] : []));
  const [alike, open] = [told.filter((of) => of === true).length, told.filter((of) => typeof of === "object").length];
  return [
    ...(alike === 0
      ? []
      : [
          `of the survivors ${alike} ${alike === 1 ? "is" : "are"} bisimilar to the original: nothing ever reads what differs`,
        ]),
    ...(open === 0
      ? []
      : [`of ${counted(open, "survivor")} it is not known whether they are bisimilar to the original`]),
  ];
}

/** Returns in a line what is known of a survivor's behaviour besides its states. */
function bisimilarInWords(bisimilar: Bisimilarity): string[] {
  if (bisimilar === false) return [];
  if (bisimilar === true) return ["It is bisimilar to the original: no step and no property ever reads what differs."];
  return [`It is not known whether it is bisimilar to the original: ${bisimilar.open}.`];
}

/** Returns how many mutants each property notices first, and which notice none. */
function noticedBy({ judged, asked }: MutationOutcome): string[] {
  const counts = new Map<string, number>(asked.map((name) => [name, 0]));
  for (const { verdict } of judged)
    if (verdict.verdict === "noticed") counts.set(verdict.by, (counts.get(verdict.by) ?? 0) + 1);
  const rows = [...counts].sort(([, a], [, b]) => b - a).map(([name, count]) => [String(count).padStart(4), name]);
  return onOneLineThroughout(["noticed first by", ...align(rows)]);
}

/** Returns what the verdicts rest on. */
function rests(
  { distinct, limits, seconds, violated, notAsked, symmetry, ...of }: MutationOutcome,
  look: Look,
): string[] {
  const sets = symmetry.sets.length === 0 ? "none in force" : `interchangeable: ${symmetry.sets.join(", ")}`;
  const each = limits.seconds === undefined ? "" : `, ${limits.seconds} s`;
  const rows: [string, string][] = [
    ["original", counted(distinct, "distinct state")],
    ["limits", `of each mutant: ${counted(limits.maxStates, "state")}${each}`],
    ["symmetry", sets],
    ["time", `${seconds.toFixed(1)} s, ${counted(of.threads, "thread")}`],
    ...violated.map(({ name, steps }): [string, string] => [
      "violated",
      `${name}: the original violates it in ${counted(steps, "step")}; it notices what is violated in fewer`,
    ]),
    ...notAsked.map((name): [string, string] => [
      "not asked",
      `${name}: the original violates it, and no shortest run shows that`,
    ]),
    ...of.assumptions.map((assumption): [string, string] => ["assumption", assumption]),
    ...(of.fairness.length === 0 ? [] : of.fairness.map((fairness): [string, string] => ["fairness", fairness])),
  ];
  return onOneLineThroughout(rows).flatMap(([label, text]) => foldAfter(`${label.padEnd(12)}`, text, look.width));
}

function listed({ verdict, kind, where, says }: JudgedMutant, { look }: MutationReportOptions): string[] {
  const [head, told] = onOneLineThroughout([`${verdict.verdict}  [${kind}] In ${where}: ${says}`, toldOf(verdict)]);
  return [...foldAfter("", head!, look.width), ...(told === "" ? [] : foldAfter("    ", told!, look.width))];
}

function toldOf(verdict: MutantVerdict): string {
  if (verdict.verdict === "undecided") return verdict.reason;
  if (verdict.verdict !== "noticed") return "";
  const { by, steps, before, explanation } = verdict;
  const fewer = before === undefined ? "" : `, where the original takes ${before}`;
  const told = steps === undefined ? (explanation ?? "") : `after ${counted(steps, "step")}${fewer}`;
  return `by ${by}: ${told}`;
}

/** Returns the question of a survivor, the run to where it parts from the original, and what the other does there. */
function survivor({ verdict, kind, question }: JudgedMutant, { look, full }: MutationReportOptions): string[] {
  if (verdict.verdict !== "survived") return [];
  const { parting, repaired, bisimilar } = verdict;
  const { trace, isOfMutant, others } = parting;
  const [who, other] = isOfMutant ? ["mutant", "original"] : ["original", "mutant"];
  const [asked, mends] = onOneLineThroughout([
    `survived  [${kind}] ${question}`,
    `It holds in the mutant, and not in the original: ${repaired.join(", ")}`,
  ]);
  const steps = textOfTrace(trace, { width: look.width, styles: look, full }).split("\n").slice(1, -1);
  const instead = others.map((each) => `in the ${other} step ${lengthOf(each)} comes to ${lastStepOf(each)}`);
  const lacks = `the ${other} does not take step ${lengthOf(trace)} there`;
  return [
    ...foldAfter("", asked!, look.width).map((line) => look.bad(line)),
    ...bisimilarInWords(bisimilar).flatMap((line) => foldAfter("    ", line, look.width)),
    ...(repaired.length === 0 ? [] : foldAfter("    ", mends!, look.width)),
    `    the shortest run on which they part, of the ${who}: ${counted(lengthOf(trace), "step")}`,
    ...steps,
    ...onOneLineThroughout(instead.length === 0 ? [lacks] : instead).flatMap((line) =>
      foldAfter("    ^ ", line, look.width),
    ),
  ];
}
