// All Murphi files of a folder, each run by rumur and by popcheck, with exhaustive symmetry and without any:
// `compare-folder.js FOLDER`. It exits with 1 if the two say something else of a model.
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { markdownTable, textTable } from "../support/tables.js";
import { type Compared, compared } from "./compared-model.js";

const USAGE = `compare-folder.js FOLDER [--seconds N] [--memory MB] [--jobs N] [--optimize N] [--write FILE]
  --seconds N    what a search may take (60)
  --memory MB    what a search may take (2000)
  --jobs N       models at a time (1, which times want)
  --optimize N   gcc's -O (3, with -march=native; 0 compiles faster, where only counts matter)
  --write FILE   writes the table as markdown, too`;

/** From here on a time says more of the search than of the start of a process, so that times are compared. */
const LEAST_SECONDS = 1;

const HEADER = ["model", "symmetry", "result", "states", "rules fired", "rumur, s", "popcheck, s", "popcheck is"];
/** The columns from here on are numbers. */
const NUMERIC = 3;

/** Returns the Murphi files of a folder, each text once, by their paths within it: other languages end in `.m`, too. */
function modelsIn(folder: string): readonly string[] {
  const seen = new Set<string>();
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".m"))
    .sort()
    .filter((file) => {
      const text = readFileSync(join(folder, file), "utf8");
      if (!/\bstartstate\b/i.test(text) || seen.has(text)) return false;
      seen.add(text);
      return true;
    });
}

function row({ file, symmetry, rumur, popcheck, judgement }: Compared): string[] {
  const both = (key: "states" | "rules") => {
    const counts = [rumur, popcheck].map((run) => run?.[key].toLocaleString("en") ?? "—");
    return counts[0] === counts[1] ? counts[0]! : counts.join(" / ");
  };
  const seconds = [rumur, popcheck].map((run) => run?.seconds ?? 0) as [number, number];
  const areTimes = judgement.kind === "equal" && judgement.why === "no error" && Math.min(...seconds) >= LEAST_SECONDS;
  return [
    file,
    symmetry ? "exhaustive" : "off",
    `${judgement.kind}: ${judgement.why}`.replaceAll("|", "\\|"),
    both("states"),
    both("rules"),
    ...seconds.map((each) => (each === 0 ? "—" : each.toFixed(2))),
    areTimes ? `${(seconds[0] / seconds[1]).toFixed(1)} x` : "",
  ];
}

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      seconds: { type: "string", default: "60" },
      memory: { type: "string", default: "2000" },
      jobs: { type: "string", default: "1" },
      optimize: { type: "string", default: "3" },
      write: { type: "string" },
    },
  });
  const [seconds, memory, jobs] = [values.seconds, values.memory, values.jobs].map(Number) as [number, number, number];
  const [folder] = positionals;
  if (folder === undefined || positionals.length > 1 || ![seconds, memory, jobs].every((each) => each > 0)) {
    process.stderr.write(`${USAGE}\n`);
    return 2;
  }
  const limits = { seconds, memory: memory * 2 ** 20 };
  const optimize = ["-w", `-O${values.optimize}`, ...(values.optimize === "0" ? [] : ["-march=native"])];
  const todo = modelsIn(folder).flatMap((file) => {
    // Without a scalarset the two ways are one.
    const hasSymmetry = /\bscalarset\b/i.test(readFileSync(join(folder, file), "utf8"));
    return (hasSymmetry ? [true, false] : [false]).map((symmetry) => ({ file, symmetry }));
  });
  const results: Compared[] = [];
  let next = 0;
  const work = async (): Promise<void> => {
    while (next < todo.length) {
      const place = next++;
      const { file, symmetry } = todo[place]!;
      const result = { ...(await compared(join(folder, file), { symmetry, limits, optimize })), file };
      results[place] = result;
      process.stderr.write(`${place + 1}/${todo.length} ${row(result).join("  ")}\n`);
    }
  };
  await Promise.all(Array.from({ length: jobs }, work));
  const table = [HEADER, ...results.map(row)];
  const kinds = (["equal", "differs", "not compared"] as const).map(
    (kind) => `${results.filter(({ judgement }) => judgement.kind === kind).length} ${kind}`,
  );
  process.stdout.write(`${[...textTable(table, NUMERIC), "", kinds.join(", ")].join("\n")}\n`);
  if (values.write !== undefined) writeFileSync(values.write, `${markdownTable(table, NUMERIC).join("\n")}\n`);
  return results.some(({ judgement }) => judgement.kind === "differs") ? 1 : 0;
}

process.exitCode = await main();
