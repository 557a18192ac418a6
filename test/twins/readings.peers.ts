/**
 * The other network, and the other readings of what the paper leaves open: popcheck and rumur come to the same with
 * each.
 */
import { describe, expect, test } from "vitest";
import type { Parameter } from "../../checker/model/parameters.js";
import { popcorn } from "../../spec/popcorn/index.js";
import type { Stage } from "../../spec/popcorn/stages.js";
import { exceptRelease } from "../support/extent.js";
import { popcornComesToTheSame, type Reading, some, symmetries } from "./compare.js";

interface Question {
  readonly number: number;
  readonly option: string;
  /** All but the default. */
  readonly others: readonly (string | boolean)[];
}

/** What an option is about begins with the number of its question. */
const questions: readonly Question[] = Object.entries<Parameter>(popcorn.parameters).flatMap(([option, parameter]) => {
  const number = /^(\d+): /.exec(parameter.about)?.[1];
  if (number === undefined || parameter.kind === "integer" || parameter.kind === "text") return [];
  const values = parameter.kind === "flag" ? [true, false] : parameter.values;
  return [{ number: Number(number), option, others: values.filter((value) => value !== parameter.default) }];
});

/** The twin has section 4. Questions after these are about section 5.2 and threads that leave. */
const LAST_OF_TWIN = 21;
/** It is about liveness, and changes no step. */
const changesNothing = ["clocksAdvance"];
/** The twin has no clocks, only the order of the stamps in use. */
const withoutTwin = ["bounded"];

const readings: readonly { readonly number: number; readonly reading: Reading }[] = questions
  .filter(({ number, option }) => number <= LAST_OF_TWIN && !changesNothing.includes(option))
  .flatMap(({ number, option, others }) => others.map((value) => ({ number, option, value })))
  .filter(({ value }) => !withoutTwin.includes(String(value)))
  .map(({ number, option, value }) => ({ number, reading: { [option]: value } }));

/** It tells kernels apart. */
const comparesIndices = ({ clocks, fetchingValidVoid }: Reading) =>
  clocks === "ties" || fetchingValidVoid === "lower-index";
/** Whether it is about what 4.8 adds. */
const is48 = (number: number) => number >= 13 && number <= 17;

const nameOf = (reading: Reading) =>
  Object.entries(reading)
    .map(([option, value]) => `${option}: ${value}`)
    .join(", ");

test("every question has an option", () => {
  const numbers = new Set(questions.map(({ number }) => number));
  expect([...numbers].sort((a, b) => a - b)).toEqual(Array.from({ length: 29 }, (_, index) => index + 1));
});

describe.concurrent("with messages in order, popcheck and rumur come to the same", () => {
  const stages = ["4.8", "4.7"] as const satisfies readonly Stage[];
  test.each(exceptRelease(stages, (stage) => stage === "4.7"))("stage %s, 3 kernels, with symmetry", async (stage) => {
    const of = { kernels: 3, stage, symmetry: "exhaustive", reading: { network: "fifo" } } as const;
    await popcornComesToTheSame(of, { optimize: some });
  });

  const bothWays = stages.flatMap((stage) => symmetries.map((symmetry) => [stage, symmetry] as const));
  test.each(bothWays)("stage %s, 2 kernels, symmetry %s", async (stage, symmetry) => {
    await popcornComesToTheSame({ kernels: 2, stage, symmetry, reading: { network: "fifo" } });
  });
});

/** With three kernels these have from four hundred thousand states to millions: minutes for rumur with symmetry. */
const tooMany = [
  "ack-and-fetch",
  "vote-and-fetch",
  "flagInWritingRead: clear",
  "flagged-entering-writing-read",
  "rounds: counts",
  "fetchingInvalidVoid: not-replicated",
  "last-wins",
];

describe.concurrent("with each reading, popcheck and rumur come to the same", () => {
  const cases = readings.map(({ number, reading }) => ({ number, reading, name: nameOf(reading) }));

  const threeKernels = cases
    .filter(({ reading, name }) => !comparesIndices(reading) && !tooMany.some((part) => name.includes(part)))
    .map((of) => ({ ...of, stage: is48(of.number) ? ("4.8" as const) : ("4.7" as const) }));
  // Each value of each option with two kernels; before a release with three, in both stages, and with no reduction.
  test.each(exceptRelease(threeKernels, (_, place) => place % 8 > 0))(
    "$number, $name: stage $stage, 3 kernels, with symmetry",
    async ({ stage, reading }) => {
      await popcornComesToTheSame({ kernels: 3, stage, symmetry: "exhaustive", reading }, { optimize: some });
    },
  );

  const twoKernels = cases.flatMap((of) =>
    (is48(of.number) ? (["4.8"] as const) : (["4.8", "4.7"] as const)).flatMap((stage) =>
      (comparesIndices(of.reading) ? (["off"] as const) : symmetries).map((symmetry) => ({ ...of, stage, symmetry })),
    ),
  );
  const isSlow = ({ stage, symmetry, reading }: (typeof twoKernels)[number]) =>
    stage !== "4.8" || (symmetry === "off" && !comparesIndices(reading));
  test.each(exceptRelease(twoKernels, isSlow))(
    "$number, $name: stage $stage, 2 kernels, symmetry $symmetry",
    async ({ stage, symmetry, reading }) => {
      await popcornComesToTheSame({ kernels: 2, stage, symmetry, reading });
    },
  );
});
