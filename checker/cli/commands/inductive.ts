/** `popcheck inductive MODEL`: whether invariants are inductive. */
import { type InductiveOptions, inductive } from "../../api/induction.js";
import type { NamedModel } from "../../models/models.js";
import { statusOfInduction } from "../../reports/exit-status.js";
import { inductionReportOf } from "../../reports/induction-report.js";
import { lookOf } from "../../reports/terminal.js";
import { bytes, givenParameters, positiveInteger, wholeNumber } from "../args/options.js";
import { noteUncheckedTypes } from "../outputs/unchecked-types.js";

export interface InductiveArguments {
  readonly [option: string]: unknown;
  readonly property?: string | readonly string[];
  readonly with?: string | readonly string[];
  readonly messages?: string;
  readonly fields?: boolean;
  readonly maxStates?: string;
  readonly sample?: string;
  readonly seed?: string;
  readonly symmetry?: boolean;
  readonly memory?: string;
  readonly full?: boolean;
}

/** Runs the command and returns the exit status. @throws UsageError for what cannot be asked */
export async function inductiveCommand(named: NamedModel, argv: InductiveArguments): Promise<number> {
  const options = inductiveOptionsOf(named, argv);
  noteUncheckedTypes(named);
  const outcome = inductive(named, options);
  const { parameters: given = {} } = options;
  process.stdout.write(inductionReportOf(outcome, { look: lookOf(process.stdout), given, full: argv.full }));
  return statusOfInduction(outcome);
}

/** Returns what the command line says of the states. @throws UsageError for a text that is no value */
export function inductiveOptionsOf({ model }: NamedModel, argv: InductiveArguments): InductiveOptions {
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
  };
}
