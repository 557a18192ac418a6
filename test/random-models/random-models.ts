/**
 * Compares many random models with the plain interpreter: `npm run test:models -- --models 100000 --seed 1`. It prints
 * how far it has come, ends at the first model that differs, with its seed and a minimised model, and writes no file.
 */
import { parseArgs } from "node:util";
import { Figures } from "../support/random-models/figures.js";
import { type Compared, type Comparing, compare, linesOf, smallest } from "./compared.js";

const USAGE = `npm run test:models -- [options]
  --models N       compare N models (default 1000)
  --seed N         the first seed; the others follow it (default 1)
  --minutes N      end after so many minutes (default: no limit)
  --ways N         search each model in so many ways besides the two usual ones (default 2)
  --asymmetric P   let P % of the models tell members apart (default 10)
  --missed-go-on   count a model that tells members apart and is not told of, and go on
  --go-on          count any model that differs, print its differences, and go on`;

/** Seconds between two lines of progress. */
const EVERY = 10;

function main(): number {
  const number = (text: string | undefined, byDefault: number) => {
    const value = text === undefined ? byDefault : Number(text);
    if (!(value >= 0)) throw new Error(`${text} is no number\n${USAGE}`);
    return value;
  };
  const { values } = parseArgs({
    options: {
      ...{
        models: { type: "string" },
        seed: { type: "string" },
        minutes: { type: "string" },
        ways: { type: "string" },
      },
      ...{ asymmetric: { type: "string" }, "missed-go-on": { type: "boolean" }, "go-on": { type: "boolean" } },
      help: { type: "boolean" },
    },
  });
  if (values.help) {
    console.log(USAGE);
    return 0;
  }
  const first = number(values.seed, 1);
  const models = number(values.models, 1000);
  const until = performance.now() + 60_000 * number(values.minutes, Number.POSITIVE_INFINITY);
  const comparing: Comparing = {
    moreWays: number(values.ways, 2),
    usualWays: true,
    asymmetric: number(values.asymmetric, 10),
  };
  const figures = new Figures();
  const started = performance.now();
  let said = started;
  let [searches, wrong, missed] = [0, 0, 0];
  for (let seed = first; seed < first + models && performance.now() < until; seed++) {
    const compared = compare(seed, comparing);
    searches += 2 + comparing.moreWays;
    count(figures, compared);
    if (compared.wrong.length > 0) wrong++;
    if (compared.missed) missed++;
    const fails = compared.wrong.length > 0 || (compared.missed && !values["missed-go-on"]);
    if (fails) console.log([`seed ${seed} differs:`, ...compared.differences.flatMap(linesOf)].join("\n"));
    if (fails && !values["go-on"]) {
      console.log(`the model, minimised:\n${JSON.stringify(smallest(compared, comparing), undefined, 1)}`);
      return 1;
    }
    if (performance.now() - said < 1000 * EVERY) continue;
    said = performance.now();
    const rate = figures.models / ((said - started) / 1000);
    console.error(
      `${figures.models} models, ${rate.toFixed(1)} per second, seed ${seed}; ${wrong} differ, ${missed} missed`,
    );
  }
  console.log([...figures.lines(), `${searches} searches; ${wrong} models differ, ${missed} missed`].join("\n"));
  return wrong > 0 || (missed > 0 && !values["missed-go-on"]) ? 1 : 0;
}

function count(figures: Figures, { drawn, told, missed, spilled, resumed }: Compared): void {
  figures.add(drawn, {
    "tells members apart": drawn.asymmetry !== undefined,
    "tells members apart, and told": drawn.asymmetry !== undefined && told !== undefined,
    "tells members apart, and missed": missed,
    "a search on disk": spilled > 0,
    "a search resumed": resumed > 0,
  });
}

try {
  process.exitCode = main();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 2;
}
