/** `popcheck mutate MODEL`: changes one thing at a time, and asks the properties. */
import { jsonText } from "../../../traces/formats/json-text.js";
import { onOneLine } from "../../../traces/text/shown.js";
import { type MutateOptions, mutate } from "../../api/mutate.js";
import { UsageError } from "../../errors.js";
import type { NamedModel } from "../../models/models.js";
import type { MutantKind } from "../../mutation/mutant.js";
import type { JudgedMutant } from "../../mutation/mutation.js";
import { EXIT, statusOfMutation } from "../../reports/exit-status.js";
import { mutationJsonOf } from "../../reports/mutation-json.js";
import { mutationReportOf } from "../../reports/mutation-report.js";
import { lookOf } from "../../reports/terminal.js";
import { bytes, givenParameters, positiveInteger, wholeNumber } from "../args/options.js";
import { Outputs, prepareFile, writeJson } from "../outputs/outputs.js";
import { noteUncheckedTypes } from "../outputs/unchecked-types.js";
import { interruptedBy } from "../watchdog.js";

export interface MutateArguments {
  readonly [option: string]: unknown;
  readonly sample?: string;
  readonly seed?: string;
  readonly kinds?: string | readonly string[];
  readonly only?: string | readonly string[];
  readonly property?: string | readonly string[];
  readonly receptions?: boolean;
  readonly symmetry?: boolean;
  readonly seconds?: string;
  readonly maxStates?: string;
  readonly threads?: string;
  readonly memory?: string;
  readonly all?: boolean;
  readonly full?: boolean;
  readonly json?: string;
}

/** Runs the command and returns the exit status. @throws UsageError for what cannot be asked or written */
export async function mutateCommand(named: NamedModel, argv: MutateArguments): Promise<number> {
  const { json, all, full } = argv;
  const options = optionsOf(named, argv);
  if (json !== undefined && json !== "-") prepareFile("json", json);
  noteUncheckedTypes(named);
  const controller = new AbortController();
  const release = interruptedBy(["SIGINT", "SIGTERM", "SIGHUP"], () => controller.abort("interrupted"));
  const outcome = await mutate(named, { ...options, signal: controller.signal, onJudged: tellProgress }).finally(
    release,
  );
  if (process.stderr.isTTY) process.stderr.write("\r\u001b[K");
  const { parameters: given = {} } = options;
  if (json !== "-") process.stdout.write(mutationReportOf(outcome, { look: lookOf(process.stdout), given, all, full }));
  const outputs = new Outputs();
  if (json === "-") process.stdout.write(`${jsonText(mutationJsonOf(outcome))}\n`);
  else if (json !== undefined) outputs.write(`--json ${json}`, () => writeJson("json", json, mutationJsonOf(outcome)));
  const status = statusOfMutation(outcome);
  return status === EXIT.holds && !outputs.complete ? EXIT.usage : status;
}

/** Returns what the command line says of the mutants. @throws UsageError for a text that is no value */
function optionsOf({ model }: NamedModel, argv: MutateArguments): MutateOptions {
  const { kinds, only, property, receptions, symmetry, seed } = argv;
  if (seed !== undefined && argv.sample === undefined)
    throw new UsageError("--seed needs --sample N: without a sample all mutants are judged");
  const integer = (name: string, key: string, text: string | undefined) =>
    text === undefined ? {} : { [key]: positiveInteger(name, text) };
  return {
    parameters: givenParameters(model.parameters, argv),
    ...(kinds === undefined ? {} : { kinds: [kinds].flat().flatMap((each) => each.split(",")) as MutantKind[] }),
    ...(only === undefined ? {} : { only: [only].flat() }),
    ...(property === undefined ? {} : { properties: [property].flat() }),
    ...(receptions === undefined ? {} : { receptions }),
    ...(symmetry === undefined ? {} : { symmetry }),
    ...(seed === undefined ? {} : { seed: wholeNumber("seed", seed) }),
    ...(argv.memory === undefined ? {} : { memory: bytes("memory", argv.memory) }),
    ...integer("sample", "sample", argv.sample),
    ...integer("seconds", "seconds", argv.seconds),
    ...integer("max-states", "maxStates", argv.maxStates),
    ...integer("threads", "threads", argv.threads),
  };
}

/** Tells a terminal how far it is. */
function tellProgress({ where }: JudgedMutant, done: number, of: number): void {
  if (!process.stderr.isTTY) return;
  const line = onOneLine(`${done} of ${of} mutants; the last one in ${where}`);
  process.stderr.write(`\r\u001b[K${line.slice(0, Math.max(20, (process.stderr.columns ?? 80) - 1))}`);
}
