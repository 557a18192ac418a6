/** What the documents name exists: files, headings, commands with their options, scripts. */
import { describe, expect, test } from "vitest";
import * as clusterOptions from "../../checker/cli/args/cluster-options.js";
import * as commandLine from "../../checker/cli/args/options.js";
import { translateOptions } from "../../checker/cli/args/translate-options.js";
import { Instance } from "../../checker/model/instance.js";
import { builtInNames, loadModel } from "../../checker/models/models.js";
import { EXIT } from "../../checker/reports/exit-status.js";
import { anchorsOf, commandsIn, documents, exists, files, linksOf, pathsIn, read, withoutCode } from "./documents.js";

describe("a document names only what there is:", () => {
  test.each(documents)("%s, files and headings", (document) => {
    const links = linksOf(document);
    const missing = [...links.map(({ file }) => file), ...pathsIn(document)].filter((path) => !exists(path));
    const headings = links
      .filter(({ file, heading }) => heading !== undefined && file.endsWith(".md") && exists(file))
      .filter(({ file, heading }) => !anchorsOf(file).includes(heading!))
      .map(({ file, heading }) => `${file}#${heading}`);
    expect({ missing, headings }).toEqual({ missing: [], headings: [] });
  });

  test.each(documents)("%s, commands and options", async (document) => {
    const wrong = await Promise.all(commandsIn(document).map(wrongWith));
    expect(wrong.filter((reason) => reason !== undefined)).toEqual([]);
  });

  test.each(documents)("%s, scripts", (document) => {
    const { scripts } = JSON.parse(read("package.json")) as { scripts: Record<string, string> };
    const named = [...read(document).matchAll(/npm run ([\w:-]+)/g)].map(([, name]) => name!);
    expect(named.filter((name) => !(name in scripts))).toEqual([]);
  });

  test("every picture is shown", () => {
    const shown = documents.flatMap((document) => linksOf(document).map(({ file }) => file));
    const pictures = files.filter((file) => /^docs\/.*\.(png|svg)$/.test(file));
    expect(pictures.length).toBeGreaterThan(15);
    expect(pictures.filter((file) => !shown.includes(file))).toEqual([]);
  });

  test("the pages show enough commands to make that worth something", () => {
    expect(documents.flatMap(commandsIn).length).toBeGreaterThan(100);
    expect(documents.flatMap(pathsIn).length).toBeGreaterThan(200);
  });
});

/** By command: its options. */
const optionsOf: Readonly<Record<string, commandLine.CliOptions>> = {
  list: commandLine.commonOptions,
  init: commandLine.initOptions,
  translate: translateOptions,
  describe: commandLine.describeOptions,
  check: commandLine.checkOptions,
  resume: commandLine.resumeOptions,
  replay: commandLine.replayOptions,
  export: commandLine.exportOptions,
  diagram: commandLine.diagramOptions,
  view: commandLine.viewOptions,
  explore: commandLine.exploreOptions,
  step: commandLine.stepOptions,
  simulate: commandLine.simulateOptions,
  validate: commandLine.validateOptions,
  mcp: commandLine.mcpOptions,
  baseline: commandLine.baselineOptions,
  mutate: commandLine.mutateOptions,
  compare: commandLine.compareOptions,
  inductive: commandLine.inductiveOptions,
  suggest: commandLine.suggestOptions,
  verify: commandLine.verifyOptions,
  worker: clusterOptions.workerOptions,
  runs: clusterOptions.runsOptions,
};
const takesModel = [
  ...["describe", "check", "baseline", "diagram", "explore", "step", "simulate", "validate", "mutate"],
  ...["inductive", "suggest"],
];

/** What is wrong with a command line, in words. Words in capitals and in brackets stand for others. */
async function wrongWith([command, ...words]: readonly string[]): Promise<string | undefined> {
  const line = `popcheck ${[command, ...words].join(" ")}`;
  if (command === "COMMAND" || command === "--version") return undefined;
  if (command === "compare") return wrongWithSides(words);
  const options = optionsOf[command!];
  if (options === undefined) return `${line}: there is no such command`;
  const isOfModel = takesModel.includes(command!) || words.some((word) => /^--graph(=|$)/.test(word));
  const named = isOfModel && builtInNames.includes(words[0] ?? "") ? words[0]! : undefined;
  const isForeign = isOfModel && named === undefined;
  const model = named === undefined ? undefined : (await loadModel(named)).model;
  const given: Record<string, unknown> = {};
  const properties: string[] = [];
  for (const [place, word] of words.entries()) {
    const [, no, name, tied] = /^--(no-)?([a-z][\w-]*)(?:=(.*))?$/.exec(word) ?? [];
    if (name === undefined || commandLine.reserved.includes(name)) continue;
    const value = tied ?? words[place + 1] ?? "";
    if (name === "property" && options["property"]) properties.push(value);
    if (Object.hasOwn(options, name) || Object.hasOwn(options, `no-${name}`)) continue;
    const parameter = Object.keys(model?.parameters ?? {}).find((key) => commandLine.kebabCase(key) === name);
    if (parameter === undefined && !isForeign) return `${line}: there is no option --${name}`;
    if (parameter === undefined) continue;
    const { kind } = model!.parameters[parameter]!;
    given[parameter] = kind === "flag" ? no === undefined : kind === "integer" ? Number(value) : value;
  }
  if (model === undefined) return undefined;
  try {
    const instance = new Instance(model, given);
    const unknown = properties.find((property) => !instance.properties.some(({ name }) => name === property));
    return unknown === undefined ? undefined : `${line}: there is no property "${unknown}"`;
  } catch (error) {
    return `${line}: ${(error as Error).message}`;
  }
}

/** What is wrong with two models that are compared: with each by itself, given the options that are for both. */
async function wrongWithSides(words: readonly string[]): Promise<string | undefined> {
  const start = words.findIndex((word) => word.startsWith("--"));
  const [sides, shared] = start < 0 ? [words, []] : [words.slice(0, start), words.slice(start)];
  const isOwn = (word: string) => Object.hasOwn(commandLine.compareOptions, word.replace(/^--/, ""));
  const others = shared.filter((word, i) => !isOwn(word) && !(i > 0 && isOwn(shared[i - 1]!)));
  const wrong = await Promise.all(sides.map((side) => wrongWith(["describe", ...side.split(" "), ...others])));
  return wrong.find((reason) => reason !== undefined);
}

describe("docs/reference/command-line.md", () => {
  const page = read("docs/reference/command-line.md");

  test("names every command", () => {
    const named = [...page.matchAll(/^\| `([a-z]+)(?: [A-Z[\] ]+)?` \| (?!`)/gm)].map(([, name]) => name);
    expect(new Set(named)).toEqual(new Set(Object.keys(optionsOf)));
  });

  test("names every option of check, with its value, and no other", () => {
    const [, section] = /^## Options of `check`\n([\s\S]*?)^## /m.exec(page)!;
    const named = [...section!.matchAll(/^\| `--(?:no-)?([\w-]+)(?: ([^`]+))?`/gm)].map(([, name]) => name!);
    const own = Object.keys(commandLine.checkOptions).filter((name) => !(name in commandLine.commonOptions));
    expect([...named].sort()).toEqual(own.sort());
  });

  test("names every option of the other commands", () => {
    const [, section] = /^## Options of the other commands\n([\s\S]*?)^## /m.exec(page)!;
    for (const [command, options] of Object.entries(optionsOf)) {
      const own = Object.keys(options).filter((name) => !(name in commandLine.commonOptions));
      if (command === "check" || own.length === 0) continue;
      const row = new RegExp(`^\\| \`${command}\` \\|.*$`, "m").exec(section!)?.[0] ?? "";
      expect({ command, missing: own.filter((name) => !row.includes(`\`--${name}`)) }).toEqual({
        command,
        missing: [],
      });
    }
  });

  test.each(["docs/reference/command-line.md", "docs/reference/json.md"])("%s names every exit status", (document) => {
    const [, section] = /^## The exit status\n([\s\S]*)/m.exec(read(document))!;
    const named = [...section!.matchAll(/^\| (\d+) \|/gm)].map(([, status]) => Number(status));
    expect(named).toEqual(Object.values(EXIT).sort((a, b) => a - b));
  });
});

test("ARCHITECTURE.md has a row for each room, with files that lie in it", () => {
  const rows = [...read("ARCHITECTURE.md").matchAll(/^\| `([^`]+)` \|.*\| ([^|]*) \|$/gm)];
  const missing = rows.flatMap(([, room, start]) =>
    [...start!.matchAll(/`([^`]+\.tsx?)`/g)]
      .map(([, name]) => `${room}${name}`)
      .filter((file) => !files.includes(file)),
  );
  expect(missing).toEqual([]);
  const rooms = files.flatMap((file) => /^(?:checker\/(?:search\/)?|(?=spec|invariants|traces))\w+\//.exec(file) ?? []);
  const named = rows.map(([, room]) => room!);
  expect([...new Set(rooms)].filter((room) => !named.includes(room))).toEqual([]);
});

describe("docs/README.md and docs/adr/README.md", () => {
  test("the index lists every document", () => {
    const listed = new Set(linksOf("docs/README.md").map(({ file }) => file));
    const all = documents.filter((file) => !/^docs\/(adr\/\d|README)/.test(file) && file !== "README.md");
    expect(all.filter((file) => !listed.has(file))).toEqual([]);
  });

  const decisions = files.filter((file) => /^docs\/adr\/\d/.test(file)).sort();

  test("the decisions are numbered, and listed in their order, here and in ARCHITECTURE.md", () => {
    expect(decisions.map((file) => Number(/\d+/.exec(file)))).toEqual(decisions.map((_, i) => i + 1));
    for (const page of ["docs/adr/README.md", "ARCHITECTURE.md"]) {
      const listed = linksOf(page).flatMap(({ file }) => (/adr\/\d/.test(file) ? [file] : []));
      expect(listed).toEqual(decisions);
    }
  });

  test.each(decisions)("%s has the headings of a decision, and its number", (file) => {
    const text = withoutCode(read(file));
    expect(text.startsWith(`# ${/\d+/.exec(file)}. `)).toBe(true);
    const headings = [...text.matchAll(/^## (.*)$/gm)].map(([, title]) => title);
    expect(headings).toEqual(["Context", "Decision", "Options rejected", "Consequences"]);
  });
});
