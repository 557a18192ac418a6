// Two searches compared, in turns: `node dist/test/bench/pairs.js`. Two threads with one, and collections in one
// variable with the same model split by hand. Exits with 1 if a case is slower than is promised. It wants an otherwise
// idle machine with two cores or more.
import { join } from "node:path";
import { parseArgs } from "node:util";
import { measured, medianBy } from "./measured.js";

const USAGE = `pairs.js [--case NAME] [--repeat N]
  --case NAME  only this case
  --repeat N   pairs of runs, of which the median ratio counts (3)`;

interface Side {
  readonly model: string;
  readonly parameters: Readonly<Record<string, unknown>>;
  readonly options: Readonly<Record<string, unknown>>;
}

interface Pair {
  readonly name: string;
  readonly sides: readonly [Side, Side];
  /** The multiple of the first side's states a second that the second must reach. */
  readonly required: number;
}

const asymmetric = { symmetry: false };

/** Returns a pair of one search, with one thread and with two. */
function threads(name: string, side: Side, required: number): Pair {
  const [one, two] = [1, 2].map((threads) => ({ ...side, options: { ...side.options, threads } }));
  return { name, sides: [one!, two!], required };
}

const cases: readonly Pair[] = [
  threads("german-4", { model: "german", parameters: { nodes: 4 }, options: { ...asymmetric, maxStates: 60e6 } }, 1.85),
  threads(
    "popcorn-4",
    { model: "popcorn", parameters: { stage: "4.7", kernels: 4 }, options: { maxStates: 20e6 } },
    1.8,
  ),
  threads("german-3", { model: "german", parameters: { nodes: 3 }, options: asymmetric }, 1.6),
  threads(
    "popcorn-3",
    {
      model: "popcorn",
      parameters: { stage: "4.7", kernels: 3, emptySeen: "flagged-entering-writing-read" },
      options: {},
    },
    1.2,
  ),
  {
    name: "one-set",
    sides: (["paxos-commit-split", "paxos-commit"] as const).map((name) => ({
      model: join("test", "search", "models", `${name}.ts`),
      parameters: {},
      options: { ...asymmetric, threads: 1 },
    })) as unknown as Pair["sides"],
    required: 0.5,
  },
];

/** Returns the states a second of one search, in a process of its own. */
async function rateOf({ model, parameters, options }: Side): Promise<number> {
  const { read } = await measured(model, parameters, options);
  return read("distinct") / read("seconds");
}

const { values } = parseArgs({
  options: { case: { type: "string" }, repeat: { type: "string", default: "3" }, help: { type: "boolean" } },
});
const chosen = cases.filter(({ name }) => values.case === undefined || values.case === name);
const repeat = Number(values.repeat);
if (values.help || chosen.length === 0 || !(repeat > 0)) {
  process.stdout.write(`${USAGE}\ncases: ${cases.map(({ name }) => name).join(", ")}\n`);
  process.exitCode = values.help ? 0 : 2;
} else {
  for (const one of chosen) {
    const ratios: number[] = [];
    for (let turn = 0; turn < repeat; turn++) {
      const [first, second] = [await rateOf(one.sides[0]), await rateOf(one.sides[1])];
      ratios.push(second / first);
      const rates = [first, second].map((rate) => Math.round(rate).toLocaleString("en"));
      process.stdout.write(`${one.name}: ${rates.join(" and ")} states/s, ${(second / first).toFixed(2)} x\n`);
    }
    const median = medianBy(ratios, (ratio) => ratio);
    const isReached = median >= one.required;
    const verdict = isReached ? "as is promised" : "LESS than is promised";
    process.stdout.write(`${one.name}: median ${median.toFixed(2)} x, ${verdict}: ${one.required}\n`);
    if (!isReached) process.exitCode = 1;
  }
}
