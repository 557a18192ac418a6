/** `popcheck diagram MODEL`: the state machine of a copy, from the steps of all reachable states. */

import { escaped } from "../../../traces/formats/markup.js";
import { counted } from "../../../traces/text/columns.js";
import { shown } from "../../../traces/text/shown.js";
import { threadsOf } from "../../api/request.js";
import { ObservedMachine } from "../../diagram/observed-machine.js";
import { descriptionOf, stateDiagram, titleOf } from "../../diagram/state-diagram.js";
import { isLoop, type StateMachine } from "../../diagram/state-machine.js";
import { UsageError } from "../../errors.js";
import { loading } from "../../models/load-error.js";
import type { NamedModel } from "../../models/models.js";
import { didYouMean } from "../../nearest.js";
import { EXIT } from "../../reports/exit-status.js";
import type { Outcome } from "../../search/outcome.js";
import { bytes, givenParameters, positiveInteger } from "../args/options.js";
import { prepareFile, writeText } from "../outputs/outputs.js";
import { noteUncheckedTypes } from "../outputs/unchecked-types.js";
import { watchedRun } from "./watched-run.js";

const FORMATS = ["svg", "dot"];

export interface DiagramArguments {
  readonly [option: string]: unknown;
  readonly format?: string;
  readonly out?: string;
  readonly loops?: boolean;
  readonly variable?: string;
  readonly maxStates?: string;
  readonly memory?: string;
}

/** Runs the command and returns the exit status. @throws UsageError for what cannot be drawn or written */
export async function diagramCommand(named: NamedModel, argv: DiagramArguments): Promise<number> {
  const { model } = named;
  const { format = "svg", out, loops = false, variable } = argv;
  if (!FORMATS.includes(format))
    throw new UsageError(`--format takes ${FORMATS.join(", ")}, not ${format}${didYouMean(format, FORMATS)}`);
  const given = givenParameters(model.parameters, argv);
  const observed = loading(`${model.name} cannot be set up`, () => new ObservedMachine(model, given, variable));
  if (out !== undefined) prepareFile("out", out);
  noteUncheckedTypes(named);
  const memory = argv.memory === undefined ? undefined : bytes("memory", argv.memory);
  const options = {
    threads: threadsOf(undefined, memory),
    receptions: false,
    ...(argv.maxStates === undefined ? {} : { maxStates: positiveInteger("max-states", argv.maxStates) }),
    ...(memory === undefined ? {} : { memory }),
  };
  const outcome = await watchedRun({ instance: observed.instance, given, reference: undefined, options });
  const incomplete = outcome.incomplete ?? boundOf(outcome);
  const machine = observed.machine(incomplete);
  const dot = stateDiagram(machine, { loops });
  const text = format === "dot" ? dot : await svgOf(machine, dot, loops);
  if (out === undefined) {
    process.stdout.write(text);
    for (const line of receptionsOf(machine)) process.stderr.write(`${line}\n`);
  } else {
    writeText("out", out, text);
    process.stdout.write(`${summaryOf(machine, out).split("\n").map(shown).join("\n")}\n`);
  }
  if (incomplete === undefined) return EXIT.holds;
  process.stderr.write(
    `incomplete: ${incomplete}; the picture shows only what was reached by then\n  Raise --max-states or --memory, or draw a smaller instance.\n`,
  );
  return EXIT.incomplete;
}

/** Says which constraints have cut something off, so that the picture is not the whole; undefined if none has. */
function boundOf({ constraints }: Outcome): string | undefined {
  const names = (constraints?.all ?? []).flatMap(({ name, cuts }) => (cuts ? [name] : []));
  return names.length === 0 ? undefined : `what lies beyond its constraints was not looked at (${names.join(", ")})`;
}

/**
 * Draws with Graphviz, which is loaded only here. The preamble of its picture names a DTD on the web, and its title is
 * the graph's name: both are replaced.
 */
async function svgOf(machine: StateMachine, dot: string, loops: boolean): Promise<string> {
  const { instance } = await import("@viz-js/viz");
  const drawn = (await instance()).renderString(dot, { format: "svg" });
  const titled = `<title>${escaped(titleOf(machine))}</title>\n<desc>${escaped(descriptionOf(machine, { loops }))}</desc>`;
  return drawn
    .slice(drawn.indexOf("<svg"))
    .replace(/<svg ([^>]*)>/, (_, attributes: string) => `<svg role="img" ${attributes}>\n${titled}`)
    .replace("<title>states</title>\n", "");
}

function summaryOf(machine: StateMachine, out: string): string {
  const { states, transitions, unreached, stalling } = machine;
  const loops = transitions.filter(isLoop).length;
  return [
    `${titleOf(machine)}: ${counted(states.length, "state")}, ${counted(transitions.length - loops, "transition")}, ${counted(loops, "loop")}`,
    ...(unreached === undefined || unreached.length === 0 ? [] : [`never reached: ${unreached.join(", ")}`]),
    ...(stalling.length === 0 ? [] : [`only stall, and are not drawn: ${stalling.join(", ")}`]),
    ...receptionsOf(machine),
    `written to ${out}`,
  ].join("\n");
}

function receptionsOf({ unspecified }: StateMachine): string[] {
  if (unspecified.length === 0) return [];
  return [`met although impossible, and not drawn: ${unspecified.join(", ")}; popcheck check shows a run to it`];
}
