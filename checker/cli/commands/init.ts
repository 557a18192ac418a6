/** `popcheck init [FOLDER]`: a project of the user's own, and what to type next. */
import { relative } from "node:path";
import { align, fold } from "../../../traces/text/columns.js";
import { writeProject } from "../../project/project.js";
import { EXIT } from "../../reports/exit-status.js";

export interface InitArguments {
  readonly folder?: string;
  readonly from?: string;
}

/**
 * Runs the command and returns the exit status.
 * @throws UsageError if files are in the way, or cannot be written
 */
export function initCommand({ folder = ".", from }: InitArguments): number {
  const written = writeProject(folder, from);
  const { about, model, variant, files, kept, popcheck } = written;
  const place = relative(".", folder);
  const tests = files.filter((file) => file.endsWith(".test.ts"));
  const shown = new Set(files.map((file) => (file.includes("/") ? `${file.split("/").slice(0, 2).join("/")}/` : file)));
  const next = [
    ...(place === "" ? [] : [[`cd ${place.includes(" ") ? `"${place}"` : place}`, ""]]),
    ["npm install", `popcheck is taken from ${popcheck.startsWith("file:") ? popcheck : `the registry, ${popcheck}`}`],
    [`npx popcheck check ${model}`, "check the model"],
    [`npx popcheck check ${model} ${variant}`, "check it with other parameters"],
    ["npm test", `run ${tests.join(", ")}`],
  ];
  const lines = [
    `${about}, in ${place === "" ? "this folder" : place}:`,
    ...fold([...shown].join(" "), 90).map((line) => `  ${line}`),
    ...(kept.includes("package.json") ? ["  package.json was there: what it lacked was added"] : []),
    ...kept.flatMap((file) => (file === "package.json" ? [] : [`  ${file} was there, and was left as it is`])),
    "",
    "What to type next:",
    ...align(next.map((row) => row as [string, string])).map((line) => `  ${line.trimEnd()}`),
    "",
    `Then change ${model}, and check it again; README.md says where what is.`,
  ];
  process.stdout.write(`${lines.join("\n")}\n`);
  return EXIT.holds;
}
