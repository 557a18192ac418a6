/**
 * The experiment of the paper's section 6: two threads on two kernels go over an array below a page, of one page, or of
 * 64 pages, for 1 to 90 iterations. Both read (Figure 7(b)), one writes and one reads (c), or both write (d).
 */
import { UsageError } from "../errors.js";
import type { Simulation, SimulationOutcome } from "./simulate.js";
import type { TimeModel } from "./simulated-run.js";
import { type Estimate, estimate } from "./statistics.js";
import { type BuiltInWorkload, builtInWorkload } from "./workload.js";

/** The charts, by their letter in the paper. */
export const CHARTS = [
  { letter: "b", workload: "readers", says: "both threads read" },
  { letter: "c", workload: "one-writer", says: "one thread writes, the other reads" },
  { letter: "d", workload: "writers", says: "both threads write" },
] as const satisfies readonly { letter: string; workload: BuiltInWorkload; says: string }[];
export type ChartLetter = (typeof CHARTS)[number]["letter"];

/** The arrays: of how many pages, and which part of its last page the array takes. */
export const ARRAYS = [
  { name: "below a page", pages: 1, part: 1 / 4 },
  { name: "one page", pages: 1, part: 1 },
  { name: "64 pages", pages: 64, part: 1 },
] as const;
export type ArrayName = (typeof ARRAYS)[number]["name"];

export const ITERATIONS = [1, 10, 30, 60, 90] as const;
/** The elements of a page of 4 kB, if an element has 4 bytes. */
export const ELEMENTS_OF_PAGE = 1024;

/** What is counted of a run: "page requests (Fetch and Fetch_Write messages)", Invalids, and all the other messages. */
export const SERIES = ["requests", "Invalid", "others"] as const;
export type SeriesName = (typeof SERIES)[number];
const REQUESTS = ["Fetch", "Fetch_Write"];

/** A point of a chart. */
export interface Point {
  readonly letter: ChartLetter;
  readonly array: ArrayName;
  readonly iterations: number;
  readonly counts: Readonly<Record<SeriesName, Estimate>>;
  readonly outcome: SimulationOutcome;
}

/** An observation of the paper, and whether the simulation shows it. */
export interface Observation {
  readonly letter: ChartLetter | "all";
  /** What the paper says. */
  readonly says: string;
  readonly isFound: boolean;
  readonly figures: string;
}

export interface Figure7 {
  readonly points: readonly Point[];
  readonly observations: readonly Observation[];
}

/**
 * Makes the experiment.
 * @param elements the elements of a page
 * @throws UsageError for a model that has not Popcorn's messages
 */
export function figure7(
  simulation: Simulation,
  times: TimeModel,
  seeds: readonly number[],
  elements: number = ELEMENTS_OF_PAGE,
): Figure7 {
  const { kinds = [] } = simulation.driven;
  if (![...REQUESTS.slice(0, 1), "Invalid"].every((kind) => kinds.includes(kind)))
    throw new UsageError(
      `${simulation.instance.model.name} has no Fetch and Invalid, which the workload figure-7 counts\n  Take another workload: readers, one-writer, writers or mixed.`,
    );
  const points = CHARTS.flatMap(({ letter, workload }) =>
    ARRAYS.flatMap(({ name, pages, part }) =>
      ITERATIONS.map((iterations): Point => {
        const size = { pages, elements: Math.max(1, Math.round(elements * part)), iterations, writeShare: 0 };
        const outcome = simulation.run(builtInWorkload(workload, 2, size), times, seeds);
        return { letter, array: name, iterations, counts: countsOf(outcome), outcome };
      }),
    ),
  );
  return { points, observations: observationsIn(points) };
}

function countsOf({ runs }: SimulationOutcome): Record<SeriesName, Estimate> {
  const requests = runs.map((run) => REQUESTS.reduce((sum, kind) => sum + run.messages(kind), 0));
  const invalids = runs.map((run) => run.messages("Invalid"));
  const others = runs.map((run, i) => run.messages() - requests[i]! - invalids[i]!);
  return { requests: estimate(requests), Invalid: estimate(invalids), others: estimate(others) };
}

/** Two figures are about the same if neither exceeds the other by more than this part. */
const ABOUT = 0.25;

function observationsIn(points: readonly Point[]): readonly Observation[] {
  const at = (letter: ChartLetter, array: ArrayName, iterations: number, series: SeriesName) =>
    points.find((each) => each.letter === letter && each.array === array && each.iterations === iterations)!.counts[
      series
    ];
  const last = ITERATIONS.at(-1)!;
  const most = (letter: ChartLetter, array: ArrayName, series: SeriesName) => at(letter, array, last, series).mean;
  const arrays = ARRAYS.map(({ name }) => name);
  const forArrays = (words: (array: ArrayName) => string) =>
    arrays.map((array) => `${array} ${words(array)}`).join("; ");
  const figure = (value: number) => value.toFixed(1);
  const versus = (a: number, b: number) => `${figure(a)} and ${figure(b)}`;
  const inAllAndEach = (letter: ChartLetter) =>
    `${versus(sum(letter, "64 pages"), sum(letter, "one page"))}; for each page ${figure(sum(letter, "64 pages") / 64)}`;
  return [
    {
      letter: "b",
      says: "with two readers, more iterations change nothing in the number of page requests",
      isFound: arrays.every((array) =>
        ITERATIONS.every((iterations) =>
          overlap(at("b", array, 1, "requests"), at("b", array, iterations, "requests")),
        ),
      ),
      figures: forArrays((array) => `${ITERATIONS.map((i) => figure(at("b", array, i, "requests").mean)).join(", ")}`),
    },
    {
      letter: "c",
      says: "with one writer, there are more requests than with readers only",
      isFound: arrays.every((array) => most("c", array, "requests") > most("b", array, "requests")),
      figures: forArrays((array) => versus(most("c", array, "requests"), most("b", array, "requests"))),
    },
    {
      letter: "c",
      says: "with one writer, all the other messages stay around the same amount as with readers only",
      isFound: arrays.every((array) => isAbout(besidesRequests("c", array), besidesRequests("b", array))),
      figures: forArrays((array) => versus(besidesRequests("c", array), besidesRequests("b", array))),
    },
    {
      letter: "d",
      says: "with two writers, there are more Invalids than with one",
      isFound: arrays.every((array) => most("d", array, "Invalid") > most("c", array, "Invalid")),
      figures: forArrays((array) => versus(most("d", array, "Invalid"), most("c", array, "Invalid"))),
    },
    {
      letter: "c",
      says: "with one writer and 64 pages, the number of messages is low: lower than with one page",
      isFound: sum("c", "64 pages") < sum("c", "one page"),
      figures: inAllAndEach("c"),
    },
    {
      letter: "d",
      says: "with two writers and 64 pages, the number of messages is low: lower than with one page",
      isFound: sum("d", "64 pages") < sum("d", "one page"),
      figures: inAllAndEach("d"),
    },
    {
      letter: "all",
      says: "up to a page, the size of the array changes nothing in the number of messages",
      isFound: CHARTS.every(({ letter }) =>
        SERIES.every((series) => isAbout(most(letter, "below a page", series), most(letter, "one page", series))),
      ),
      figures: CHARTS.map(
        ({ letter }) => `(${letter}) ${versus(sum(letter, "below a page"), sum(letter, "one page"))} messages`,
      ).join("; "),
    },
  ];

  function besidesRequests(letter: ChartLetter, array: ArrayName): number {
    return most(letter, array, "Invalid") + most(letter, array, "others");
  }

  function sum(letter: ChartLetter, array: ArrayName): number {
    return SERIES.reduce((all, series) => all + most(letter, array, series), 0);
  }
}

/** Whether two estimates can be of one figure: their confidence intervals overlap. */
function overlap(a: Estimate, b: Estimate): boolean {
  return Math.abs(a.mean - b.mean) <= (a.halfWidth ?? 0) + (b.halfWidth ?? 0);
}

function isAbout(a: number, b: number): boolean {
  return Math.abs(a - b) <= ABOUT * Math.max(a, b);
}
