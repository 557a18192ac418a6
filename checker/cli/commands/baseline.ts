/** `popcheck baseline MODEL`: records what a model comes to, for `popcheck verify` to compare with. */
import { existsSync } from "node:fs";
import { counted } from "../../../traces/text/columns.js";
import { defaultMemory } from "../../api/request.js";
import { typedRequestOf } from "../../api/types.js";
import { LoadError } from "../../errors.js";
import type { NamedModel } from "../../models/models.js";
import { EXIT } from "../../reports/exit-status.js";
import { wrongTypes } from "../../types/type-check.js";
import { checkArgumentsOf } from "../args/case.js";
import { bytes, givenParameters } from "../args/options.js";
import {
  type AnswersFile,
  answerOf,
  answersFileOf,
  BASELINE,
  changesInWords,
  type KnownAnswer,
  readKnownAnswers,
  recordedIn,
  writeKnownAnswers,
} from "../known-answers.js";
import { prepareFile } from "../outputs/outputs.js";
import { watchedRun } from "./watched-run.js";

export interface BaselineArguments {
  readonly [option: string]: unknown;
  readonly file?: string;
  readonly symmetry?: boolean;
  readonly memory?: string;
  readonly types?: boolean;
}

/** Runs the command and returns the exit status: 0 if the case was recorded, whatever its verdicts. */
export async function baselineCommand(named: NamedModel, argv: BaselineArguments): Promise<number> {
  const { symmetry = true, types = true } = argv;
  const file = answersFileOf(argv.file ?? BASELINE);
  const cases = existsSync(file.path) ? readKnownAnswers(file) : [];
  prepareFile("file", file.path);
  const parameters = givenParameters(named.model.parameters, argv);
  const memory = argv.memory === undefined ? defaultMemory() : bytes("memory", argv.memory);
  const request = await typedRequestOf(named, { parameters, symmetry, memory, types });
  const outcome = await watchedRun({ ...request, reasons: false });
  if (outcome.types?.verdict === "failed") throw new LoadError(wrongTypes(outcome.types));
  const model = recordedIn(file, named.reference);
  const asked: KnownAnswer = { model, parameters, ...(symmetry ? {} : { symmetry }), verify: true };
  const line = checkArgumentsOf(asked);
  if (outcome.incomplete !== undefined) {
    process.stderr.write(`incomplete: ${outcome.incomplete}\n  Nothing is recorded of ${line}.\n`);
    return EXIT.incomplete;
  }
  const found = answerOf(asked, outcome);
  const before = cases.find((each) => checkArgumentsOf(each) === line);
  writeKnownAnswers(
    before === undefined ? [...cases, found] : cases.map((each) => (each === before ? found : each)),
    file,
  );
  const changes = before === undefined ? [] : changesInWords(before, found).map((change) => `  ${change}`);
  process.stdout.write(`${[`${line}: ${recorded(file, before, found)}`, ...changes].join("\n")}\n`);
  return EXIT.holds;
}

function recorded({ name }: AnswersFile, before: KnownAnswer | undefined, found: KnownAnswer): string {
  const size = `${counted(Object.keys(found.verdicts!).length, "verdict")} over ${counted(found.distinct!, "state")}`;
  if (before === undefined) return `${size}, recorded in ${name}`;
  return changesInWords(before, found).length === 0 ? `${size}, as ${name} has it` : `${size}, changed in ${name}`;
}
