/** `popcheck export MODEL --graph FORMAT`: the state graph of a model as data. */
import { count } from "../../../traces/text/columns.js";
import { instantiate } from "../../api/request.js";
import { UsageError } from "../../errors.js";
import { GRAPH_FORMATS } from "../../graph/graph-formats.js";
import { stateGraphOf } from "../../graph/state-graph-data.js";
import type { NamedModel } from "../../models/models.js";
import { didYouMean } from "../../nearest.js";
import { EXIT } from "../../reports/exit-status.js";
import { givenParameters, positiveInteger } from "../args/options.js";
import { prepareFile, writeText } from "../outputs/outputs.js";
import { noteUncheckedTypes } from "../outputs/unchecked-types.js";

export interface GraphArguments {
  readonly [option: string]: unknown;
  readonly graph?: string;
  readonly format?: string;
  readonly out?: string;
  readonly symmetry?: boolean;
  readonly maxStates?: string;
}

/**
 * Runs the command and returns the exit status. What the states stand for goes to the standard error.
 * @throws UsageError for a format that is none, or a graph that is too large
 */
export function exportGraphCommand(named: NamedModel, argv: GraphArguments): number {
  const { graph: format = "", out, symmetry = true } = argv;
  if (argv.format !== undefined) throw new UsageError("--format is for a trace, and --graph for a model: give one");
  const write = Object.hasOwn(GRAPH_FORMATS, format) ? GRAPH_FORMATS[format] : undefined;
  const names = Object.keys(GRAPH_FORMATS);
  if (write === undefined)
    throw new UsageError(`--graph takes ${names.join(", ")}, not ${format || "nothing"}${didYouMean(format, names)}`);
  const maxStates = argv.maxStates === undefined ? {} : { maxStates: positiveInteger("max-states", argv.maxStates) };
  const instance = instantiate(named.model, givenParameters(named.model.parameters, argv));
  if (out !== undefined) prepareFile("out", out);
  noteUncheckedTypes(named);
  const graph = stateGraphOf(instance, { symmetry, ...maxStates });
  const { states, transitions, orbits, refused } = graph;
  if (out === undefined) process.stdout.write(write(graph));
  else writeText("out", out, write(graph));
  const stand = orbits.length === 0 ? "" : `; a state stands for all renamings of: ${orbits.join(", ")}`;
  process.stderr.write(
    `the graph has ${count(states.length)} states, ${count(transitions.length)} transitions${stand}\n`,
  );
  if (refused.length > 0)
    process.stderr.write(`${count(refused.length)} steps could not be taken, and are no transitions (json has them)\n`);
  return EXIT.holds;
}
