/** What `inductive` and `suggest` have in common: options, progress, an interrupt, the outputs, the exit status. */
import { jsonText } from "../../../traces/formats/json-text.js";
import type { InductiveOptions } from "../../api/induction.js";
import type { NamedModel } from "../../models/models.js";
import { EXIT } from "../../reports/exit-status.js";
import { bytes, givenParameters, positiveInteger, wholeNumber } from "../args/options.js";
import { Outputs, prepareFile, writeJson } from "../outputs/outputs.js";
import { noteUncheckedTypes } from "../outputs/unchecked-types.js";
import { inductionLineOf } from "../progress/induction-line.js";
import { ProgressLine } from "../progress/progress-line.js";
import { interruptedBy } from "../watchdog.js";

export interface InductionArguments {
  readonly [option: string]: unknown;
  readonly property?: string | readonly string[];
  readonly with?: string | readonly string[];
  readonly messages?: string;
  readonly fields?: boolean;
  readonly maxStates?: string;
  readonly sample?: string;
  readonly seed?: string;
  readonly seconds?: string;
  readonly symmetry?: boolean;
  readonly memory?: string;
  readonly json?: string;
}

/** What a command asks, and how its outcome is told. */
export interface InductionCommand<T> {
  readonly ask: (options: InductiveOptions) => Promise<T>;
  /** @param given the parameters that the user gave */
  readonly text: (outcome: T, given: Readonly<Record<string, unknown>>) => string;
  readonly json: (outcome: T) => unknown;
  readonly status: (outcome: T) => number;
}

/** Asks, writes the outcome and returns the exit status. @throws UsageError for what cannot be asked or written */
export async function answeredInduction<T>(
  named: NamedModel,
  argv: InductionArguments,
  { ask, text, json: jsonOf, status: statusOf }: InductionCommand<T>,
): Promise<number> {
  const { json } = argv;
  const options = optionsOf(named, argv);
  if (json !== undefined && json !== "-") prepareFile("json", json);
  const controller = new AbortController();
  const release = interruptedBy(["SIGINT", "SIGTERM", "SIGHUP"], () => controller.abort("interrupted"));
  // Whoever has read this may interrupt.
  noteUncheckedTypes(named);
  const line = new ProgressLine(process.stderr);
  const onProgress: InductiveOptions["onProgress"] = (progress) => {
    line.update(() => {
      const words = inductionLineOf(progress());
      return () => words;
    });
  };
  const outcome = await ask({ ...options, signal: controller.signal, onProgress }).finally(() => {
    line.clear();
    release();
  });
  const outputs = new Outputs();
  if (json === "-") process.stdout.write(`${jsonText(jsonOf(outcome))}\n`);
  else {
    process.stdout.write(text(outcome, options.parameters ?? {}));
    if (json !== undefined) outputs.write(`--json ${json}`, () => writeJson("json", json, jsonOf(outcome)));
  }
  const status = statusOf(outcome);
  return status === EXIT.holds && !outputs.complete ? EXIT.usage : status;
}

/** Returns what the command line says of the states. @throws UsageError for a text that is no value */
function optionsOf({ model }: NamedModel, argv: InductionArguments): InductiveOptions {
  const { property, with: assumed, fields, symmetry, seed } = argv;
  const integer = (name: string, key: string, text: string | undefined) =>
    text === undefined ? {} : { [key]: positiveInteger(name, text) };
  return {
    parameters: givenParameters(model.parameters, argv),
    ...(property === undefined ? {} : { properties: [property].flat() }),
    ...(assumed === undefined ? {} : { assumed: [assumed].flat() }),
    ...(fields === undefined ? {} : { fields }),
    ...(symmetry === undefined ? {} : { symmetry }),
    ...(seed === undefined ? {} : { seed: wholeNumber("seed", seed) }),
    ...(argv.memory === undefined ? {} : { memory: bytes("memory", argv.memory) }),
    ...integer("messages", "messages", argv.messages),
    ...integer("max-states", "maxStates", argv.maxStates),
    ...integer("sample", "sample", argv.sample),
    ...integer("seconds", "seconds", argv.seconds),
  };
}
