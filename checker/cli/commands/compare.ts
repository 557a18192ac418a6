/** `popcheck compare MODEL OTHER`: what a change of a model did. */
import { jsonText } from "../../../traces/formats/json-text.js";
import { compare } from "../../api/compare.js";
import { comparisonJsonOf } from "../../reports/comparison-json.js";
import { comparisonReportOf } from "../../reports/comparison-report.js";
import { EXIT, statusOfComparison } from "../../reports/exit-status.js";
import { lookOf } from "../../reports/terminal.js";
import { bytes, positiveInteger } from "../args/options.js";
import { parametersOfSide, type Side } from "../args/sides.js";
import { Outputs, prepareFile, writeJson } from "../outputs/outputs.js";
import { noteUncheckedTypes } from "../outputs/unchecked-types.js";
import { interruptedBy } from "../watchdog.js";

export interface CompareArguments {
  readonly [option: string]: unknown;
  readonly variables?: string | readonly string[];
  readonly maxStates?: string;
  readonly threads?: string;
  readonly memory?: string;
  readonly full?: boolean;
  readonly json?: string;
}

/** Runs the command and returns the exit status. @throws UsageError for what cannot be compared or written */
export async function compareCommand(sides: readonly Side[], argv: CompareArguments): Promise<number> {
  const { variables, maxStates, threads, memory, full, json } = argv;
  const given = sides.map((side) => parametersOfSide(side, argv));
  const [a, b] = sides.map(({ named, text }, i) => ({ of: named, parameters: given[i]!, name: text }));
  const options = {
    ...(variables === undefined
      ? {}
      : { variables: [variables].flat().flatMap((names) => names.split(",").map((name) => name.trim())) }),
    ...(maxStates === undefined ? {} : { maxStates: positiveInteger("max-states", maxStates) }),
    ...(threads === undefined ? {} : { threads: positiveInteger("threads", threads) }),
    ...(memory === undefined ? {} : { memory: bytes("memory", memory) }),
  };
  if (json !== undefined && json !== "-") prepareFile("json", json);
  for (const { named } of sides) noteUncheckedTypes(named);
  const controller = new AbortController();
  const release = interruptedBy(["SIGINT", "SIGTERM", "SIGHUP"], () => controller.abort("interrupted"));
  const outcome = await compare(a!, b!, { ...options, signal: controller.signal, onChecked: release }).finally(release);
  if (json !== "-")
    process.stdout.write(
      comparisonReportOf(outcome, { look: lookOf(process.stdout), given: { a: given[0]!, b: given[1]! }, full }),
    );
  const outputs = new Outputs();
  if (json === "-") process.stdout.write(`${jsonText(comparisonJsonOf(outcome))}\n`);
  else if (json !== undefined)
    outputs.write(`--json ${json}`, () => writeJson("json", json, comparisonJsonOf(outcome)));
  const status = statusOfComparison(outcome);
  return status === EXIT.holds && !outputs.complete ? EXIT.usage : status;
}
