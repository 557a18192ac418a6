/** The house rules that a machine can check: which room may use which, and what must not be committed. */
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { describe, expect, test } from "vitest";
import { packageRoot } from "../checker/package.js";

const root = packageRoot;
const files = execFileSync("git", ["ls-files", "--cached", "--others", "--exclude-standard"], {
  cwd: root,
  encoding: "utf8",
})
  .split("\n")
  .filter((file) => file !== "");
const read = (file: string) => readFileSync(join(root, file), "utf8");
const sources = files.filter((file) => /\.tsx?$/.test(file) && !file.startsWith("test/"));

/** The room of a file: its first folder, and the second below checker; what browsers run is a room of its own. */
function roomOf(file: string): string {
  const [first, second, third] = file.split("/");
  if (GROUND.includes(file)) return file;
  if (first === "checker") return third === "page" ? `${first}/${second}/${third}` : `${first}/${second}`;
  return first === "traces" && second === "page" ? `${first}/${second}` : first!;
}

/**
 * The ground floor, which every room may use: where files lie, the errors that callers tell apart, whether the build
 * is that of the sources, and which word may have been meant.
 */
const GROUND = [
  "checker/package.ts",
  "checker/errors.ts",
  "checker/sources.ts",
  "checker/checksum.ts",
  "checker/nearest.ts",
];

function importsOf(file: string): string[] {
  const specifiers = [
    ...read(file)
      .replace(/^\s*\*.*$/gm, "")
      .matchAll(/(?:\bfrom\s|^import\s|import\()\s*"([^"]+)"/gm),
  ].map((match) => match[1]!);
  // Specs import the vocabulary by the name that users import it by.
  return specifiers
    .map((to) => exported[to] ?? to.replace(/^popcheck\/(?=spec\/|invariants\/)(.*)$/, (_, path) => ownSource(path)))
    .map((to) => (to.startsWith(".") ? relative(root, join(root, dirname(file), to)).replace(/\.js$/, ".ts") : to));
}

/** What users import by name. */
const exported: Readonly<Record<string, string>> = {
  "popcheck/model": "checker/model/index.ts",
  "popcheck/vitest": "checker/vitest/index.ts",
  popcheck: "checker/api/index.ts",
};

/** The file that is imported as `popcheck/` with this path. */
const ownSource = (path: string) => (files.includes(`${path}/index.ts`) ? `${path}/index.ts` : `${path}.ts`);

/** Whether it is no file of ours: those begin with the name of their room. */
function isPackage(to: string): boolean {
  return !(roomOf(to) in mayImport);
}

/** What each room may import, besides itself and Node. Only the command line sees both protocols and engine. */
const mayImport: Record<string, readonly string[]> = {
  "checker/package.ts": [],
  "checker/errors.ts": [],
  "checker/sources.ts": [],
  "checker/checksum.ts": [],
  "checker/nearest.ts": [],
  "checker/record-build.ts": [],
  "checker/model": ["immutable"],
  "checker/wasm": [],
  "checker/observe": ["checker/wasm", "checker/model", "immutable"],
  "checker/symmetry": ["checker/wasm", "checker/model", "checker/observe"],
  "checker/store": ["checker/wasm"],
  "checker/liveness": ["checker/wasm", "checker/model", "checker/observe", "checker/symmetry", "checker/store"],
  "checker/search": [
    "checker/wasm",
    "checker/liveness",
    "checker/model",
    "checker/observe",
    "checker/symmetry",
    "checker/store",
    "checker/types",
    "checker/executed",
    "traces",
    "zod/mini",
    "immutable",
  ],
  "checker/explanation": ["checker/model", "checker/observe", "traces"],
  "checker/graph": ["checker/model", "checker/explanation", "checker/search", "checker/symmetry", "traces"],
  "checker/explorer": ["checker/model", "checker/observe", "checker/search", "traces", "immutable"],
  "checker/explorer/page": ["checker/explorer", "traces", "traces/page", "preact", "preact/hooks"],
  "checker/diagram": ["checker/model", "traces"],
  "checker/mutation": [
    "checker/model",
    "checker/observe",
    "checker/symmetry",
    "checker/search",
    "checker/explanation",
    "traces",
    "immutable",
  ],
  "checker/comparison": [
    "checker/model",
    "checker/graph",
    "checker/search",
    "checker/simulation",
    "traces",
    "immutable",
  ],
  "checker/learned": ["checker/model"],
  "checker/induction": [
    "checker/model",
    "checker/learned",
    "checker/search",
    "checker/explanation",
    "traces",
    "immutable",
  ],
  "checker/simulation": [
    "checker/model",
    "checker/learned",
    "checker/search",
    "checker/conformance",
    "traces",
    "immutable",
  ],
  "checker/conformance": ["checker/model", "traces", "immutable"],
  "checker/types": [],
  "checker/executed": [],
  "checker/murphi": ["checker/model", "immutable"],
  "checker/models": ["checker/model", "checker/murphi", "checker/types", "spec", "invariants", "esbuild"],
  "checker/cluster": [
    "checker/model",
    "checker/models",
    "checker/observe",
    "checker/search",
    "checker/store",
    "checker/wasm",
    "bullmq",
    "ioredis",
  ],
  "checker/reports": [
    "checker/model",
    "checker/search",
    "checker/mutation",
    "checker/comparison",
    "checker/induction",
    "checker/simulation",
    "checker/types",
    "checker/executed",
    "traces",
    "traces/page",
  ],
  "checker/api": [
    "immutable",
    "checker/model",
    "checker/symmetry",
    "checker/search",
    "checker/explanation",
    "checker/explorer",
    "checker/graph",
    "checker/diagram",
    "checker/mutation",
    "checker/comparison",
    "checker/induction",
    "checker/conformance",
    "checker/models",
    "checker/reports",
    "checker/types",
    "checker/project",
    "checker/executed",
    "checker/cluster",
    "checker/wasm",
    "traces",
    "zod/mini",
  ],
  "checker/vitest": [
    "checker/model",
    "checker/search",
    "checker/explorer",
    "checker/models",
    "checker/reports",
    "checker/api",
    "checker/types",
    "traces",
    "vitest",
  ],
  "checker/project": [],
  "checker/cli": [
    "checker/model",
    "checker/observe",
    "checker/symmetry",
    "checker/search",
    "checker/explanation",
    "checker/explorer",
    "checker/graph",
    "checker/diagram",
    "checker/mutation",
    "checker/conformance",
    "checker/models",
    "checker/murphi",
    "checker/reports",
    "checker/simulation",
    "checker/cluster",
    "checker/api",
    "checker/project",
    "checker/types",
    "checker/executed",
    "traces",
    "traces/page",
    "yargs",
    "yargs/helpers",
    "zod",
    "@modelcontextprotocol/server",
    "@modelcontextprotocol/server/stdio",
    "@viz-js/viz",
  ],
  traces: ["checker/model", "immutable", "fast-deep-equal", "zod/mini"],
  "traces/page": ["checker/model", "traces", "fast-deep-equal", "diff", "preact", "preact/hooks"],
  spec: ["checker/model", "immutable"],
  invariants: ["checker/model", "spec"],
  docs: ["checker/model", "checker/api", "checker/vitest", "spec", "invariants", "immutable", "vitest"],
};

describe("dependencies point one way", () => {
  test.each(Object.keys(mayImport))("%s imports only what it may", (room) => {
    const strangers = sources
      .filter((file) => roomOf(file) === room)
      .flatMap((file) => importsOf(file).map((to) => ({ file, to })))
      .filter(({ to }) => !to.startsWith("node:"))
      .filter(({ to }) => ![room, ...GROUND, ...mayImport[room]!].includes(isPackage(to) ? to : roomOf(to)))
      .map(({ file, to }) => `${file} imports ${to}`);
    expect(strangers).toEqual([]);
  });

  test("every source file is in a room that has a rule", () => {
    const homeless = sources.filter((file) => file.includes("/") && !(roomOf(file) in mayImport));
    expect(homeless).toEqual([]);
  });
});

test("only checker/wasm knows an offset: the others have its views", () => {
  const code = files.filter((file) => file.endsWith(".ts") && !file.startsWith("checker/wasm/"));
  expect(code.filter((file) => importsOf(file).includes("checker/wasm/layout.ts"))).toEqual([]);
});

test("no files import each other in a circle, not even types", () => {
  const known = new Set(sources);
  const endings = [".ts", ".tsx"];
  const next = new Map(
    sources.map((file) => {
      const stems = importsOf(file).map((to) => to.replace(/\.[jt]s$/, ""));
      return [file, stems.flatMap((stem) => endings.map((end) => stem + end).filter((to) => known.has(to)))];
    }),
  );
  const isDone = new Set<string>();
  const circles: string[] = [];
  const visit = (file: string, path: readonly string[]): void => {
    if (path.includes(file)) circles.push([...path.slice(path.indexOf(file)), file].join(" → "));
    if (path.includes(file) || isDone.has(file)) return;
    for (const to of next.get(file) ?? []) visit(to, [...path, file]);
    isDone.add(file);
  };
  for (const file of sources) visit(file, []);
  expect(circles).toEqual([]);
});

test("the top level is what it is meant to be", () => {
  const folders = new Set(files.filter((file) => file.includes("/")).map((file) => file.split("/")[0]));
  expect([...folders].sort()).toEqual([".ci", ".github", "checker", "docs", "invariants", "spec", "test", "traces"]);
});

test("no file of the code has grown past 450 lines", () => {
  const long = files.filter((file) => /\.(tsx?|css)$/.test(file) && read(file).split("\n").length > 450);
  expect(long).toEqual([]);
});

test("lines of prose have at most 120 characters", () => {
  const long = files
    .filter((file) => file.endsWith(".md"))
    .flatMap((file) =>
      read(file)
        .replace(/^```[\s\S]*?^```/gm, (code) => code.replace(/[^\n]/g, ""))
        .split("\n")
        .flatMap((line, index) => (isLongProse(line) ? [`${file}:${index + 1}`] : [])),
    );
  expect(long).toEqual([]);
});

/** The folders whose comments are held to the width of prose. */
const COMMENTED = ["traces/", "checker/", "invariants/", "spec/", "test/"];

test("lines of comments have at most 120 characters", () => {
  const long = files
    .filter((file) => /\.tsx?$/.test(file) && COMMENTED.some((folder) => file.startsWith(folder)))
    .flatMap((file) => longComments(read(file)).map((line) => `${file}:${line}`));
  expect(long).toEqual([]);
});

/**
 * Returns the numbers of the lines that hold nothing but a comment and are too long. A comment for the linter or the
 * compiler stands in one line, however long.
 */
function longComments(source: string): number[] {
  let isInside = false;
  return source.split("\n").flatMap((line, index) => {
    const isComment = isInside || /^\s*(\/\/|\/\*|\{\/\*)/.test(line);
    if (isComment && !/^\s*\/\//.test(line)) isInside = !line.includes("*/");
    const isForMachines = /^\s*\/\/ (biome-ignore|@ts-)/.test(line);
    return isComment && !isForMachines && [...line].length > 120 ? [index + 1] : [];
  });
}

/**
 * A row of a table, code and a comment for machines stand in one line, however long; what a link leads to does not
 * count.
 */
function isLongProse(line: string): boolean {
  const shown = line.replace(/\]\([^)]*\)/g, "]");
  return [...shown].length > 120 && !/^(\||<!--| {4})/.test(line);
}

test("nothing committed names a path of a machine or a registry", () => {
  const text = files.filter((file) => /\.(ts|md|json|m|pml|tla|cfg|html|yml)$/.test(file) || file.startsWith(".ci/"));
  const machine = new RegExp(String.raw`(^|[^.\w-])/(${["work", "root", "home"].join("|")})/\w`, "m");
  expect(text.filter((file) => machine.test(read(file)))).toEqual([]);
  expect(read("package-lock.json")).not.toMatch(/"resolved":\s*"http/);
});

test("no test is skipped or left alone, and nothing is left to do", () => {
  const code = files.filter((file) => file.endsWith(".ts") && file !== "test/tidy.test.ts");
  expect(code.filter((file) => /\b(it|test|describe)\.(skip|only|todo)\(|TODO|FIXME/.test(read(file)))).toEqual([]);
});
