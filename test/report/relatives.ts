/**
 * The tables of docs/explanation/relatives.md: Popcorn's protocol beside its relatives, by what was checked, by the
 * messages of an access, and on the workloads of section 6.
 */
import { KNOWN_ANSWERS, type KnownAnswer } from "../../checker/cli/known-answers.js";
import { Instance } from "../../checker/model/instance.js";
import { loadModel } from "../../checker/models/models.js";
import {
  DEFAULT_TIMES,
  type FigureName,
  Simulation,
  type SimulationOutcome,
} from "../../checker/simulation/simulate.js";
import { type BuiltInWorkload, builtInWorkload } from "../../checker/simulation/workload.js";
import { count } from "../../traces/text/columns.js";
import { type Messages, type Miss, messagesPerAccess } from "../support/messages-per-access.js";
import { pageViews } from "../support/page-views.js";
import { costsOf } from "../support/relatives-tables.js";
import { Contradiction } from "./finding.js";
import { table } from "./markdown.js";
import { violated } from "./repaired.js";

type Given = Readonly<Record<string, string | number | boolean>>;

/** A protocol as a row of the tables. */
export interface Protocol {
  readonly name: string;
  readonly model: string;
  readonly given: Given;
}

export const protocols: readonly Protocol[] = [
  { name: "Popcorn, repaired", model: "popcorn", given: { stage: "repaired-4.8" } },
  { name: "Popcorn, 4.8 of the paper", model: "popcorn", given: { stage: "4.8" } },
  { name: "MSI on an atomic bus", model: "msi-bus", given: {} },
  { name: "IVY, centralized manager", model: "ivy", given: { manager: "centralized" } },
  { name: "IVY, improved centralized", model: "ivy", given: { manager: "improved-centralized" } },
  { name: "IVY, broadcast", model: "ivy", given: { manager: "broadcast" } },
  { name: "IVY, dynamic distributed", model: "ivy", given: { manager: "dynamic-distributed" } },
  { name: "vNUMA", model: "vnuma", given: {} },
  { name: "Kerrighed's kDDM", model: "kddm", given: {} },
  { name: "Mirage", model: "mirage", given: {} },
  { name: "two kernels", model: "two-kernel", given: {} },
  { name: "Popcorn, directory at the origin", model: "popcorn-directory", given: {} },
];

const isForTwo = ({ model }: Protocol) => model === "two-kernel";
/** Bus transactions are single steps, so that a simulation cannot say how long they take. */
const isTimed = ({ model }: Protocol) => model !== "msi-bus";
const hasManager = ({ model, given }: Protocol) =>
  model === "vnuma" || model === "mirage" || String(given.manager).endsWith("centralized");

const PAGE = "docs/explanation/relatives.md";

/** The tables of the page, by their marks. @throws Contradiction if the page says what they do not */
export async function relativesTables(cases: readonly KnownAnswer[]): Promise<Record<string, string>> {
  const costs = await messages();
  const loads = await moreKernels();
  refuseContradictions(cases, costs, loads);
  return {
    verdicts: verdicts(cases),
    messages: table(["protocol", "kernels", "read miss", "write miss", "upgrade"], [...costs].map(([{ name, model }, of]) => [name, String(kernelsOf(model)), ...costsOf(of)])), // biome-ignore format: one table
    "two kernels": await workloads(2),
    "four kernels": await workloads(4),
    "more kernels": loadTable(loads),
  };
}

/** Compares what the page says with what was computed. */
function refuseContradictions(cases: readonly KnownAnswer[], costs: Costs, loads: Loads): void {
  const claim = (says: string, isTrue: boolean) => {
    if (!isTrue) throw new Contradiction(says, "the figures do not say so", PAGE);
  };
  const [repaired, paper] = protocols as readonly [Protocol, Protocol];
  const relatives = protocols.filter(({ model }) => model !== "popcorn");
  const load = (protocol: Protocol, kernels: number) => loads.get(protocol)!.get(kernels)!;
  const timed = relatives.filter((protocol) => loads.has(protocol));
  const managed = timed.filter(hasManager);
  const most = (of: readonly Protocol[], value: (protocol: Protocol) => number) => Math.max(...of.map(value));
  const states = (protocol: Protocol) => recordedOf(cases, protocol, 3)?.distinct ?? 0;
  claim("more than a hundred times as many states", states(repaired) > 100 * most(relatives, states));
  for (const protocol of [repaired, paper]) {
    const of = costs.get(protocol)!;
    const [read, write, upgrade] = [of["read miss"], of["write miss"], of.upgrade].map(({ mean }) => mean);
    claim("2(n - 1) messages, a write miss 4(n - 1)", read === 4 && write === 8 && upgrade === 4);
    for (const kernels of [4, 8])
      claim(
        "more messages for a fault than any relative",
        load(protocol, kernels).messages > most(timed, (each) => load(each, kernels).messages),
      );
  }
  const busy = (manager: string) => load(protocols.find(({ given }) => given.manager === manager)!, 8).busiest;
  const { busiest, latency } = load(repaired, 8);
  claim("no more than three messages for each fault", most(managed, (each) => load(each, 8).busiest) <= 3);
  claim("more than the improved centralized manager", busiest > busy("improved-centralized"));
  claim("more than vNUMA's", busiest > load(protocols.find(({ model }) => model === "vnuma")!, 8).busiest);
  claim("about as many as the centralized one", Math.abs(busiest / busy("centralized") - 1) < 0.25);
  claim("as fast as those of the relatives with a manager", managed.every((each) => latency < 1.1 * load(each, 8).latency)); // biome-ignore format: one claim
}

/** The recorded case of a protocol with so many kernels; undefined if there is none. */
export function recordedOf(
  cases: readonly KnownAnswer[],
  protocol: Protocol,
  kernels: number,
): KnownAnswer | undefined {
  const text = (of: Given) => JSON.stringify(Object.entries(of).sort());
  // The two kernels of a model for two are no parameter.
  if (isForTwo(protocol) && kernels !== 2) return undefined;
  const wanted = text(isForTwo(protocol) ? protocol.given : { ...protocol.given, kernels });
  return cases.find(({ model, symmetry, parameters }) => model === protocol.model && symmetry === undefined && text(parameters as Given) === wanted); // biome-ignore format: one condition
}

function verdicts(cases: readonly KnownAnswer[]): string {
  const rows = protocols.map((protocol) => {
    const recorded = [2, 3, 4].map((kernels) => recordedOf(cases, protocol, kernels));
    const largest = recorded.findLast((known) => known?.verdicts !== undefined);
    if (largest === undefined) throw new Error(`${KNOWN_ANSWERS} has no case of ${protocol.name}`);
    const states = recorded.map((known) => (known?.distinct === undefined ? "" : count(known.distinct)));
    return [protocol.name, ...states, violated(largest).join(", ") || "nothing"];
  });
  return table(["protocol", "states, 2 kernels", "3", "4", "violated, with most of these kernels"], rows);
}

type Costs = ReadonlyMap<Protocol, Readonly<Record<Miss, Messages>>>;

const kernelsOf = (model: string) => (model === "two-kernel" ? 2 : 3);

async function messages(): Promise<Costs> {
  const costs = new Map<Protocol, Readonly<Record<Miss, Messages>>>();
  for (const protocol of protocols) {
    const { model, given } = protocol;
    if (model === "msi-bus") continue;
    const asked = model === "popcorn" ? { ...given, forcedRead: "at-once" } : given;
    const kernels = kernelsOf(model);
    costs.set(protocol, messagesPerAccess((await loadModel(model)).model, pageViews[model], { ...asked, kernels }));
  }
  return costs;
}

/** Seeds of each simulation, and how large its workload is. */
const SEEDS = [1, 2, 3, 4, 5];
const SIZE = { pages: 4, elements: 16, iterations: 20, writeShare: 0.2 };

async function simulated({ model, given }: Protocol, workload: BuiltInWorkload, kernels: number) {
  const instance = new Instance((await loadModel(model)).model, { ...given, kernels });
  return new Simulation(instance).run(builtInWorkload(workload, kernels, SIZE), DEFAULT_TIMES, SEEDS);
}

const shown = (value: number) => (value >= 100 ? count(Math.round(value)) : value.toPrecision(2));

/** A figure with its confidence interval; what threads that wait for ever make of it. */
function figure(outcome: SimulationOutcome, name: FigureName): string {
  const stuck = outcome.runs.filter((run) => run.stuck !== undefined).length;
  if (stuck > 0) return `stuck in ${stuck} of ${outcome.runs.length} runs`;
  const estimate = outcome.figures.get(name);
  if (estimate === undefined) return "";
  const { mean, halfWidth } = estimate;
  const isSure = halfWidth === null || halfWidth <= 0.005 * Math.abs(mean);
  return isSure ? shown(mean) : `${shown(mean)} ± ${shown(halfWidth)}`;
}

async function workloads(kernels: number): Promise<string> {
  const names = ["readers", "one-writer", "writers", "mixed"] as const;
  const rows: string[][] = [];
  for (const protocol of protocols.filter(isTimed)) {
    if (isForTwo(protocol) && kernels !== 2) continue;
    const cells: string[] = [];
    for (const name of names) {
      const outcome = await simulated(protocol, name, kernels);
      cells.push(figure(outcome, "messages"), figure(outcome, "latency of a fault, mean"));
    }
    rows.push([protocol.name, ...cells]);
  }
  const heads = names.flatMap((name) => [`\`${name}\`: messages`, "a fault, us"]);
  return table(["protocol", ...heads], rows);
}

/** Of each protocol, by the number of kernels, with `one-writer`. */
type Loads = ReadonlyMap<Protocol, ReadonlyMap<number, Load>>;

interface Load {
  /** Messages of a fault, and how many of them the busiest process receives. */
  readonly messages: number;
  readonly busiest: number;
  /** Of a fault, in microseconds. */
  readonly latency: number;
  readonly cells: readonly string[];
}

const sizes = [2, 4, 8];

async function moreKernels(): Promise<Loads> {
  const loads = new Map<Protocol, Map<number, Load>>();
  for (const protocol of protocols.filter((each) => isTimed(each) && !isForTwo(each))) {
    const bySize = new Map<number, Load>();
    for (const kernels of sizes) {
      const outcome = await simulated(protocol, "one-writer", kernels);
      const mean = (name: FigureName) => outcome.figures.get(name)!.mean;
      const busiest = busiestOf(outcome) / mean("faults");
      const [messages, latency] = [mean("messages per fault"), mean("latency of a fault, mean")];
      const cells = [
        figure(outcome, "messages per fault"),
        shown(busiest),
        figure(outcome, "latency of a fault, mean"),
      ];
      bySize.set(kernels, { messages, busiest, latency, cells });
    }
    loads.set(protocol, bySize);
  }
  return loads;
}

function loadTable(loads: Loads): string {
  const rows = [...loads].map(([{ name }, bySize]) => [name, ...[...bySize.values()].flatMap(({ cells }) => cells)]);
  return table(["protocol", ...sizes.flatMap((kernels) => [`${kernels} kernels: messages`, "at the busiest", "us"])], rows); // biome-ignore format: one table
}

/** How many messages the process receives that receives most, on average. */
function busiestOf({ messages, names }: SimulationOutcome): number {
  const received = names.map((_, at) => messages.reduce((sum, { toEach }) => sum + toEach[at]!, 0));
  return Math.max(...received);
}
