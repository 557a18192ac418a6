/** `popcheck verify`: checks the known answers again, and shows the Popcorn ladder as a table of property by stage. */

import { align, counted } from "../../../traces/text/columns.js";
import { defaultMemory } from "../../api/request.js";
import { typedRequestOf } from "../../api/types.js";
import { UsageError } from "../../errors.js";
import { isPath, loadModel, type NamedModel } from "../../models/models.js";
import { EXIT } from "../../reports/exit-status.js";
import { seconds } from "../../reports/report.js";

import { checkArgumentsOf, traceApart } from "../args/case.js";
import { bytes } from "../args/options.js";
import {
  type AnswersFile,
  answerOf,
  answersFileOf,
  differencesOf,
  type KnownAnswer,
  readKnownAnswers,
  referenceIn,
  type Verified,
  writeKnownAnswers,
} from "../known-answers.js";
import { Outputs, prepareFolder, traceFiles, traceStem, writeTraces } from "../outputs/outputs.js";
import { LEGEND, ladderTables } from "../outputs/verify-table.js";
import { forecast, piecesOf } from "../progress/forecast.js";
import { recheck } from "../watching/rechecked.js";
import { type Watch, watchedRun } from "./watched-run.js";

export interface VerifyArguments {
  readonly baseline?: string;
  readonly all?: boolean;
  readonly update?: boolean;
  readonly trace?: string;
  readonly memory?: string;
  readonly watch?: boolean;
  readonly types?: boolean;
}

/** Runs the command and returns the exit status: 0 if every count and every verdict is the recorded one. */
export async function verifyCommand(argv: VerifyArguments): Promise<number> {
  const file = answersFileOf(argv.baseline);
  const cases = readKnownAnswers(file);
  const chosen = cases.filter(({ verify }) => verify === true || argv.all === true);
  const folder = argv.trace ?? "out/traces";
  prepareFolder("trace", folder);
  const memory = argv.memory === undefined ? defaultMemory() : bytes("memory", argv.memory);
  const outputs = new Outputs();
  const limits = { folder, outputs, memory, types: argv.types ?? true };
  if (argv.watch) return watchCases(file, chosen, argv, limits);
  const transitions = chosen.map(({ generated = 0 }) => generated);
  process.stderr.write(`${counted(chosen.length, "case")}: ${forecast(piecesOf(transitions))}\n`);
  const started = performance.now();
  const { verified, interrupted } = await run(file, chosen, limits);
  const total = (performance.now() - started) / 1000;

  const traces = verified.flatMap(({ outcome }) => outcome.properties.filter(({ trace }) => trace !== undefined));
  const ladder = verified.filter(({ known }) => known.model === "popcorn");
  const others = verified.filter(({ known }) => known.model !== "popcorn");
  const lines = [
    ...ladderTables(ladder),
    ...(ladder.length === 0 ? [] : [...LEGEND, ""]),
    ...align(others.map(plainCells)),
    ...(others.length === 0 ? [] : [""]),
    `${counted(verified.length, "case")} in ${seconds(total)}; ${counted(traces.length, "counterexample")} in ${folder}/`,
    ...leftOut(cases.filter((known) => !chosen.includes(known))),
  ];
  process.stdout.write(`${lines.join("\n")}\n`);
  if (interrupted) {
    process.stderr.write(`incomplete: interrupted after ${counted(verified.length, "case")} of ${chosen.length}\n`);
    return EXIT.incomplete;
  }
  const status = argv.update ? update(file, cases, verified) : judge(file, verified);
  return status === EXIT.holds && !outputs.complete ? EXIT.usage : status;
}

/** Says which cases only `--all` runs, and how long that takes. */
function leftOut(cases: readonly KnownAnswer[]): string[] {
  if (cases.length === 0) return [];
  const names = [...new Set(cases.map(({ model }) => model))];
  const models = names.map((name) => `${cases.filter(({ model }) => model === name).length} of ${name}`);
  const work = piecesOf(cases.map(({ generated = 0 }) => generated));
  return [
    `not run without --all: ${counted(cases.length, "case")}, larger or of other parameters, ${models.join(", ")}; it ${forecast(work)}`,
  ];
}

/** Where counterexamples are written, the memory that a case may take, and whether types are checked. */
interface CaseLimits {
  readonly folder: string;
  readonly outputs: Outputs;
  readonly memory: number;
  readonly types: boolean;
}

async function run(file: AnswersFile, chosen: readonly KnownAnswer[], limits: CaseLimits) {
  const verified: Verified[] = [];
  for (const [i, known] of chosen.entries()) {
    const named = await loadModel(referenceIn(file, known.model));
    const label = `${i + 1} of ${chosen.length}, ${checkArgumentsOf(known)}: `;
    const one = await verifiedOf(known, named, limits, { label });
    if (one.outcome.incomplete?.startsWith("interrupted")) return { verified, interrupted: true };
    verified.push(one);
  }
  return { verified, interrupted: false };
}

/**
 * Returns how many states a case may have before it ends as incomplete: an edit may leave a model without end, and what
 * has ten times the recorded states is not as recorded.
 */
function mostStates({ distinct = Number.POSITIVE_INFINITY }: KnownAnswer): number {
  return Math.min(Number.MAX_SAFE_INTEGER, Math.max(FEW_STATES, 10 * distinct));
}

/** The number of states that any case may have. */
const FEW_STATES = 10_000;

/** Runs a case, and writes its counterexamples. */
async function verifiedOf(
  known: KnownAnswer,
  named: NamedModel,
  { folder, outputs, memory, types }: CaseLimits,
  watch: Watch,
): Promise<Verified> {
  const { parameters, symmetry = true } = known;
  const maxStates = mostStates(known);
  const request = await typedRequestOf(named, { parameters, symmetry, memory, maxStates, types, spill: false });
  // Whoever views or replays a counterexample is told why; verdicts and lengths do not depend on it.
  const outcome = await watchedRun({ ...request, reasons: false }, watch);
  const isWhole = watch.signal?.aborted !== true && !outcome.incomplete?.startsWith("interrupted");
  if (isWhole) writeTraces(traceFiles(outcome, folder, traceStem(outcome, traceApart(known))), outputs);
  return { known, outcome, differences: differencesOf(known, outcome) };
}

/** Runs the cases again whenever the files of their models change, until an interrupt comes. */
function watchCases(
  file: AnswersFile,
  chosen: readonly KnownAnswer[],
  { update }: VerifyArguments,
  limits: CaseLimits,
): Promise<number> {
  if (update) throw new UsageError("--watch and --update do not go together: look at what changed, then update");
  const references = chosen.map(({ model }) => referenceIn(file, model));
  if (!references.some(isPath))
    throw new UsageError(
      `--watch needs models of files, and ${file.name} has none\n  popcheck baseline MODEL.ts records one.`,
    );
  return recheck(
    chosen.map((known, i) => ({
      line: checkArgumentsOf(known),
      reference: references[i]!,
      work: known.generated ?? 0,
      run: async (named, edited) => {
        const one = await verifiedOf(known, named, limits, { label: `${checkArgumentsOf(known)}: `, signal: edited });
        if (!edited.aborted) {
          const differences = one.differences.map((difference) => `\n    ${difference}`);
          process.stdout.write(`${plainCells(one).join("  ")}${differences.join("")}\n`);
        }
        const status = one.differences.length === 0 ? EXIT.holds : EXIT.internal;
        return { outcome: one.outcome, status };
      },
    })),
  );
}

/** Returns the line of a case that is not on the ladder. */
function plainCells({ known, outcome, differences }: Verified): string[] {
  const { properties, distinct } = outcome;
  const violated = properties
    .filter(({ verdict }) => verdict !== "holds")
    .map(({ name, verdict }) => `${name} ${verdict}`);
  const vacuous = properties.filter(({ vacuous }) => vacuous !== undefined).length;
  const all = `all ${properties.length} properties hold${vacuous === 0 ? "" : `, ${vacuous} vacuously`}`;
  const verdicts = violated.length === 0 ? all : violated.join(", ");
  const asKnown = differences.length === 0 ? "" : "  ! not as recorded";
  return [checkArgumentsOf(known), counted(distinct, "state"), seconds(outcome.seconds), verdicts + asKnown];
}

function judge({ name }: AnswersFile, verified: readonly Verified[]): number {
  const different = verified.filter(({ differences }) => differences.length > 0);
  if (different.length === 0) return EXIT.holds;
  const lines = different.flatMap(({ known, differences }) => [
    `  ${checkArgumentsOf(known)}`,
    ...differences.map((difference) => `    ${difference}`),
  ]);
  process.stderr.write(
    `error: ${counted(different.length, "case")} not as ${name} records\n${lines.join("\n")}\n  If the model was changed on purpose, run popcheck verify --update and review the difference.\n`,
  );
  return EXIT.internal;
}

/** Records what was found. An outcome that a limit cut short is not recorded. */
function update(file: AnswersFile, cases: readonly KnownAnswer[], verified: readonly Verified[]): number {
  const complete = verified.filter(({ outcome }) => outcome.incomplete === undefined);
  const found = new Map(complete.map(({ known, outcome }) => [known, answerOf(known, outcome)]));
  writeKnownAnswers(
    cases.map((known) => found.get(known) ?? known),
    file,
  );
  const changed = complete.filter(({ differences }) => differences.length > 0).length;
  process.stdout.write(`${file.name}: ${counted(changed, "case")} changed\n`);
  return complete.length === verified.length ? EXIT.holds : EXIT.incomplete;
}
