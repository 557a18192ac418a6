/** `popcheck verify`: checks the known answers again, and shows the Popcorn ladder as a table of property by stage. */

import { align, counted } from "../../../traces/text/columns.js";
import { defaultMemory, requestOf } from "../../api/request.js";
import { loadModel } from "../../models/models.js";
import { EXIT } from "../../reports/exit-status.js";
import { seconds } from "../../reports/report.js";

import { checkArgumentsOf, traceApart } from "../args/case.js";
import { bytes } from "../args/options.js";
import {
  answerOf,
  differencesOf,
  KNOWN_ANSWERS,
  type KnownAnswer,
  readKnownAnswers,
  type Verified,
  writeKnownAnswers,
} from "../known-answers.js";
import { Outputs, prepareFolder, traceFiles, traceStem, writeTraces } from "../outputs/outputs.js";
import { LEGEND, ladderTables } from "../outputs/verify-table.js";
import { forecast, piecesOf } from "../progress/forecast.js";
import { watchedRun } from "./watched-run.js";

export interface VerifyArguments {
  readonly all?: boolean;
  readonly update?: boolean;
  readonly trace?: string;
  readonly memory?: string;
}

/** Runs the command and returns the exit status: 0 if every count and every verdict is the recorded one. */
export async function verifyCommand(argv: VerifyArguments): Promise<number> {
  const cases = readKnownAnswers();
  const chosen = cases.filter(({ verify }) => verify === true || argv.all === true);
  const folder = argv.trace ?? "out/traces";
  prepareFolder("trace", folder);
  const transitions = chosen.map(({ generated = 0 }) => generated);
  process.stderr.write(`${counted(chosen.length, "case")}: ${forecast(piecesOf(transitions))}\n`);
  const started = performance.now();
  const outputs = new Outputs();
  const { verified, interrupted } = await run(
    chosen,
    folder,
    outputs,
    argv.memory === undefined ? defaultMemory() : bytes("memory", argv.memory),
  );
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
  const status = argv.update ? update(cases, verified) : judge(verified);
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

async function run(chosen: readonly KnownAnswer[], folder: string, outputs: Outputs, memory: number) {
  const verified: Verified[] = [];
  for (const [i, known] of chosen.entries()) {
    const named = await loadModel(known.model);
    const label = `${i + 1} of ${chosen.length}, ${checkArgumentsOf(known)}: `;
    const { parameters, symmetry = true } = known;
    const outcome = await watchedRun(requestOf(named, { parameters, symmetry, memory, spill: false }), { label });
    if (outcome.incomplete?.startsWith("interrupted")) return { verified, interrupted: true };
    writeTraces(traceFiles(outcome, folder, traceStem(outcome, traceApart(known))), outputs);
    verified.push({ known, outcome, differences: differencesOf(known, outcome) });
  }
  return { verified, interrupted: false };
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

function judge(verified: readonly Verified[]): number {
  const different = verified.filter(({ differences }) => differences.length > 0);
  if (different.length === 0) return EXIT.holds;
  const lines = different.flatMap(({ known, differences }) => [
    `  ${checkArgumentsOf(known)}`,
    ...differences.map((difference) => `    ${difference}`),
  ]);
  process.stderr.write(
    `error: ${counted(different.length, "case")} not as ${KNOWN_ANSWERS} records\n${lines.join("\n")}\n  If the model was changed on purpose, run popcheck verify --update and review the difference.\n`,
  );
  return EXIT.internal;
}

/** Records what was found. An outcome that a limit cut short is not recorded. */
function update(cases: readonly KnownAnswer[], verified: readonly Verified[]): number {
  const complete = verified.filter(({ outcome }) => outcome.incomplete === undefined);
  const found = new Map(complete.map(({ known, outcome }) => [known, answerOf(known, outcome)]));
  writeKnownAnswers(cases.map((known) => found.get(known) ?? known));
  const changed = complete.filter(({ differences }) => differences.length > 0).length;
  process.stdout.write(`${KNOWN_ANSWERS}: ${counted(changed, "case")} changed\n`);
  return complete.length === verified.length ? EXIT.holds : EXIT.incomplete;
}
