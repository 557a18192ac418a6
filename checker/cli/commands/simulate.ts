/** `popcheck simulate MODEL`: runs a workload on a model, and measures messages and latencies. */
import { readFileSync } from "node:fs";
import { jsonText } from "../../../traces/formats/json-text.js";
import { counted } from "../../../traces/text/columns.js";
import { shown } from "../../../traces/text/shown.js";
import { instantiate } from "../../api/request.js";
import { UsageError } from "../../errors.js";
import type { Instance } from "../../model/instance.js";
import type { NamedModel } from "../../models/models.js";
import { didYouMean } from "../../nearest.js";
import { EXIT, gravest, statusOfViolation } from "../../reports/exit-status.js";
import { figure7Svg } from "../../reports/figure-7-chart.js";
import { figure7Json, simulationJson } from "../../reports/simulation-json.js";
import { figure7Report, type Simulated, simulationReport } from "../../reports/simulation-report.js";
import { lookOf } from "../../reports/terminal.js";
import { skewRuleOf } from "../../simulation/clocks.js";
import { EventLogWriter } from "../../simulation/event-log.js";
import { ELEMENTS_OF_PAGE, figure7 } from "../../simulation/figure-7.js";
import { latencyRuleOf } from "../../simulation/latency.js";
import { DEFAULT_TIMES, Simulation, type SimulationOutcome } from "../../simulation/simulate.js";
import type { TimeModel } from "../../simulation/simulated-run.js";
import { BUILT_IN_WORKLOADS, type BuiltInWorkload, builtInWorkload, type Workload } from "../../simulation/workload.js";
import { workloadOf } from "../../simulation/workload-file.js";
import { camelCase, givenParameters, positiveInteger, wholeNumber } from "../args/options.js";
import { prepareFile, writeJson, writeText } from "../outputs/outputs.js";
import { noteUncheckedTypes } from "../outputs/unchecked-types.js";

const FIGURE_7 = "figure-7";
const WORKLOADS: readonly string[] = [...BUILT_IN_WORKLOADS, FIGURE_7];

/** The options as yargs gives them. */
export interface SimulateArguments {
  readonly [option: string]: unknown;
  readonly workload?: string;
  readonly seeds?: string;
  readonly seed?: string;
  readonly latency?: string | readonly string[];
  readonly clockSkew?: string | readonly string[];
  readonly json?: string;
  readonly svg?: string;
  readonly log?: string;
}

/** Runs the command and returns the exit status. @throws UsageError for what cannot be simulated or written */
export async function simulateCommand(named: NamedModel, argv: SimulateArguments): Promise<number> {
  const { model } = named;
  const { workload = "mixed", json, svg, log } = argv;
  const isFigure7 = workload === FIGURE_7;
  if (svg !== undefined && !isFigure7) throw new UsageError("--svg draws the charts of --workload figure-7 alone");
  if (log !== undefined && isFigure7) throw new UsageError("--log writes one run, and figure-7 has many: take another workload"); // biome-ignore format: one sentence
  if (svg !== undefined) prepareFile("svg", svg);
  if (log !== undefined) prepareFile("log", log);
  if (json !== undefined && json !== "-") prepareFile("json", json);
  const given = givenParameters(model.parameters, argv);
  // The experiment has two kernels.
  const parameters = isFigure7 && "kernels" in model.parameters ? { kernels: 2, ...given } : given;
  // Constraints bound searches for verdicts, and no simulation.
  const instance = instantiate(model, parameters).unbounded;
  const simulation = new Simulation(instance);
  const times = timesOf(argv);
  const seeds = seedsOf(argv);
  noteUncheckedTypes(named);
  const { carryPage = [] } = simulation.driven.accesses;
  const simulated = { model: model.name, parameters: instance.parameters, given: parameters, carryPage };
  const look = lookOf(process.stdout);
  if (!isFigure7) {
    const { what, words } = workloadFor(workload, simulation, argv);
    const events = log === undefined ? undefined : new EventLogWriter(instance, what.pages);
    const outcome = simulation.run(
      what,
      times,
      seeds,
      events && ((step, seed) => seed === seeds[0] && events.note(step)),
    );
    if (log !== undefined)
      writeText(
        "log",
        log,
        events!
          .events()
          .map((event) => `${jsonText(event, 0)}\n`)
          .join(""),
      );
    const of: Simulated = { ...simulated, workload: words };
    write(json, () => simulationJson(outcome, of), simulationReport(outcome, of, look));
    return statusOf(instance, [outcome]);
  }
  refuse(argv, ["pages", "iterations", "write-share"], "figure-7 has its own");
  const elements = integerOf(argv, "elements", ELEMENTS_OF_PAGE);
  const experiment = figure7(simulation, times, seeds, elements);
  const of: Simulated = { ...simulated, workload: `figure-7: two threads, ${elements} elements a page` };
  if (svg !== undefined)
    writeText("svg", svg, figure7Svg(experiment, `Figure 7, simulated: ${model.name}, ${stageIn(instance)}`));
  write(json, () => figure7Json(experiment, of), figure7Report(experiment, of, look));
  return statusOf(
    instance,
    experiment.points.map(({ outcome }) => outcome),
  );
}

function stageIn({ parameters }: Instance): string {
  const { stage, kernels } = parameters;
  return [...(stage === undefined ? [] : [`stage ${stage}`]), ...(kernels === undefined ? [] : [`${kernels} kernels`])].join(", "); // biome-ignore format: one list
}

function write(json: string | undefined, outcome: () => unknown, report: string): void {
  if (json === "-") process.stdout.write(`${jsonText(outcome())}\n`);
  else if (json !== undefined) writeJson("json", json, outcome());
  if (json !== "-") process.stdout.write(report.split("\n").map(shown).join("\n"));
}

function workloadFor(
  name: string,
  simulation: Simulation,
  argv: SimulateArguments,
): { readonly what: Workload; readonly words: string } {
  const { threads, names } = simulation.driven;
  if ((BUILT_IN_WORKLOADS as readonly string[]).includes(name)) {
    const size = {
      pages: integerOf(argv, "pages", 4),
      elements: integerOf(argv, "elements", ELEMENTS_OF_PAGE),
      iterations: integerOf(argv, "iterations", 10),
      writeShare: shareOf(argv["writeShare"] as string | undefined),
    };
    if (name !== "mixed") refuse(argv, ["write-share"], "only mixed takes it");
    const share = name === "mixed" ? `, ${size.writeShare} of the visits write` : "";
    const words = `${name}: ${threads.length} threads, ${counted(size.pages, "page")} of ${counted(size.elements, "element")}, ${counted(size.iterations, "iteration")}${share}`;
    return { what: builtInWorkload(name as BuiltInWorkload, threads.length, size), words };
  }
  if (!name.endsWith(".json"))
    throw new UsageError(
      `no workload is called ${name}${didYouMean(name, WORKLOADS)}\n  The workloads are ${WORKLOADS.join(", ")}; one of your own is given by its file, as ./workload.json.`,
    );
  refuse(argv, ["pages", "elements", "iterations", "write-share"], "the workload is in a file");
  const what = workloadOf(textIn(name), name, names.slice(0, threads.length));
  const running = what.threads.filter((thread) => thread !== undefined).length;
  return { what, words: `${what.name}: ${counted(running, "thread")}, ${counted(what.pages, "page")}` };
}

function textIn(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    throw new UsageError(`--workload ${file} cannot be read: ${(error as Error).message}`, { cause: error });
  }
}

/** @throws UsageError for options that a workload does not take */
function refuse(argv: SimulateArguments, options: readonly string[], why: string): void {
  const given = options.find((option) => argv[camelCase(option)] !== undefined);
  if (given !== undefined) throw new UsageError(`--${given} cannot be given with this workload: ${why}`);
}

function integerOf(argv: SimulateArguments, option: string, otherwise: number): number {
  const text = argv[option] as string | undefined;
  return text === undefined ? otherwise : positiveInteger(option, text);
}

function shareOf(text: string | undefined): number {
  const share = text === undefined ? 0.2 : /^\d*\.?\d+$/.test(text) ? Number(text) : Number.NaN;
  if (share >= 0 && share <= 1) return share;
  throw new UsageError(`--write-share takes a number from 0 to 1, not ${text || "nothing"}`);
}

function seedsOf(argv: SimulateArguments): readonly number[] {
  const first = argv.seed === undefined ? 1 : wholeNumber("seed", argv.seed);
  const seeds = argv.seeds === undefined ? 10 : positiveInteger("seeds", argv.seeds);
  return Array.from({ length: seeds }, (_, i) => first + i);
}

function timesOf(argv: SimulateArguments): TimeModel {
  const cost = (option: "local-access" | "fault" | "handling", otherwise: number) => {
    const text = argv[camelCase(option)] as string | undefined;
    if (text === undefined) return otherwise;
    if (/^\d+(\.\d+)?$/.test(text)) return Number(text);
    throw new UsageError(`--${option} takes microseconds, such as 0.01, not ${text || "nothing"}`);
  };
  return {
    localAccess: cost("local-access", DEFAULT_TIMES.localAccess),
    fault: cost("fault", DEFAULT_TIMES.fault),
    handling: cost("handling", DEFAULT_TIMES.handling),
    latency: [argv.latency ?? []].flat().map(latencyRuleOf),
    clockSkew: [argv.clockSkew ?? []].flat().map(skewRuleOf),
  };
}

/** The status of the gravest of what was seen: a violated property, or threads that wait for ever. */
function statusOf(instance: Instance, outcomes: readonly SimulationOutcome[]): number {
  const violated = outcomes.flatMap(({ violations }) => violations.map(({ property }) => property));
  const isStuck = outcomes.some(({ runs }) => runs.some(({ stuck }) => stuck !== undefined));
  return gravest([
    ...violated.map((name) => statusOfViolation(instance.propertyNamed(name)?.kind ?? "no unspecified reception")),
    ...(isStuck ? [EXIT.deadlock] : []),
  ]);
}
