/** Types are part of the verdict: what TypeScript says of a model's file, whose TypeScript says it, and of what. */
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, test } from "vitest";
import { inPackage } from "../../checker/package.js";
import { TypeChecking } from "../../checker/types/checking.js";
import { findCompiler } from "../../checker/types/compiler.js";
import { type TypeCheck, unchecked, wrongTypes } from "../../checker/types/type-check.js";
import { folder, observed, popcheckTyped, ran, root, start } from "../support/command-line.js";
import { exceptRelease, releaseTest } from "../support/extent.js";

/** Writes files into a folder of their own, and returns the path of the first. */
let projects = 0;
function project(files: Readonly<Record<string, string>>): string {
  const own = join(realpathSync(folder), `project-${projects++}`);
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(own, name)), { recursive: true });
    writeFileSync(join(own, name), text);
  }
  return join(own, Object.keys(files)[0]!);
}

/** A model with counters, one of which violates a property after ten steps. What differs is put in. */
function model({ guard = "s.a() < 20", head = "", steps = 20 } = {}): string {
  return `import { disabled, model, single, type StateOf, vocabulary } from "popcheck/model";
${head}
const variables = () => ({ a: single(0), b: single(0), c: single(0) });
const { action, always } = vocabulary<StateOf<ReturnType<typeof variables>>>();
const up = action("A", {}, (s) => (${guard} ? s.withA(s.a() + 1) : disabled));
const other = action("B", {}, (s) => (s.b() < ${steps} ? s.withB(s.b() + 1) : disabled));
const third = action("C", {}, (s) => (s.c() < ${steps} ? s.withC(s.c() + 1) : disabled));
const small = always({ name: "small", says: "a stays small", for: {}, holds: (s) => s.a() < 10, explain: () => "" });
export default model({
  name: "counters", about: "count", parameters: {}, variables,
  actions: () => [up, other, third], properties: () => [small],
});
`;
}

/** A guard without its parentheses: false for ever, if types are only stripped. */
const WRONG = { guard: "s.a < 20" };
const SAYS = "Operator '<' cannot be applied to types '() => number' and 'number'.";

const typesOf = (file: string): Promise<TypeCheck> => new TypeChecking(file).result;

/** Checks a model, and returns the outcome as JSON. */
const outcomeOf = (...words: string[]) => JSON.parse(popcheckTyped("check", ...words, "--json", "-").stdout);
const verdictsOf = (outcome: { properties: { outcome: string }[] }) => outcome.properties.map(({ outcome }) => outcome);

describe("a model whose types are wrong", () => {
  const file = project({ "wrong.ts": model(WRONG) });
  const place = `${file.slice(realpathSync(folder).length + 1)}:5:36`;

  test("is not decided, though the search finds nothing wrong, and is told where and what to do", () => {
    const { status, stdout, stderr } = popcheckTyped("check", file);
    expect([status, stdout]).toEqual([2, ""]);
    expect(stderr).toBe(
      `error: the types of the model are wrong, so nothing is decided
  ${place}  ${SAYS} (TS2365)
    const up = action("A", {}, (s) => (s.a < 20 ? s.withA(s.a() + 1) : disabled));
    A variable is read by a call: () is missing behind its name.
  Mend the types; or leave them out with --no-types, and the verdict says so.
`,
    );
  });

  const CELLS = "Type '{ cells: { … }; }' is not assignable to type 'ReceiveTable<\"Idle\" | \"Busy\", …>'.\n";
  const IDLE = `${CELLS}  The types of 'cells.Idle' are incompatible between these types.\n    `;

  test.each([
    ["Property 'Ack' is missing in type '{ GetRead: Impossible; }' but required in type '{ … }'.", "Ack"],
    ["Type '{ … }' is missing the following properties from type '{ Ack: Impossible; … }': Get, Put", "Get, Put"],
  ])("is told in the words of receive tables which cells are missing: %s", (message, cells) => {
    const nowhere = { file: undefined, line: undefined, column: undefined, code: undefined, text: undefined };
    const errors = [{ ...nowhere, message: `${IDLE}${message}` }];
    expect(wrongTypes({ ...unchecked(""), verdict: "failed", errors })).toContain(
      `\n    The row Idle of the receive table has no cell ${cells}: give a rule, or impossible("why").\n`,
    );
  });

  releaseTest("is told so of what TypeScript itself says", async () => {
    const protocol = readFileSync(join(root, "docs/examples/directory/protocol.ts"), "utf8");
    const without = (...cells: string[]) => cells.reduce((text, cell) => text.replace(cell, ""), protocol);
    const told = async (text: string) => wrongTypes(await typesOf(project({ "protocol.ts": text })));
    const ack = 'Ack: impossible("an Idle home waits for no Ack")';
    expect(await told(without(ack))).toContain("The row Idle of the receive table has no cell Ack:");
    expect(await told(without("GetRead: serve(false),", ack))).toContain("has no cell Ack, GetRead:");
  });

  test("is reported as such in every format", () => {
    const reports = ["junit", "sarif", "html", "log"].flatMap((format) => [`--${format}`, `types.${format}`]);
    const outcome = outcomeOf(file, ...reports);
    expect(outcome).toMatchObject({
      ...{ status: 2, complete: false, distinct: 0, incomplete: `the types are wrong: ${place} ${SAYS}` },
      types: { verdict: "failed", errors: [{ line: 5, column: 36, code: "TS2365", message: SAYS }], notes: [] },
    });
    expect(verdictsOf(outcome)).toEqual(["incomplete"]);
    const [junit, sarif, html, log] = ["junit", "sarif", "html", "log"].map((format) =>
      readFileSync(join(folder, `types.${format}`), "utf8"),
    );
    expect(junit).toContain(`tests="2" failures="0" errors="2"`);
    expect(junit).toMatch(/<testcase[^>]* name="the types are right"[^>]*>\n +<error message="project-/);
    const { results, invocations, tool } = JSON.parse(sarif!).runs[0];
    expect(invocations[0].executionSuccessful).toBe(false);
    expect(results).toHaveLength(1);
    expect(tool.driver.rules[results[0].ruleIndex].id).toBe(results[0].ruleId);
    expect(results[0].locations[0].physicalLocation).toMatchObject({
      artifactLocation: { uri: place.split(":")[0], uriBaseId: "%SRCROOT%" },
      region: { startLine: 5, startColumn: 36 },
    });
    expect(html).toContain("the types are wrong");
    expect(JSON.parse(log!.trim().split("\n").at(-1)!)).toMatchObject({ event: "end", status: 2 });
  });

  test("holds without its types, and the verdict says that they were not checked", () => {
    const { status, stdout } = popcheckTyped("check", file, "--no-types");
    expect(status).toBe(0);
    expect(stdout).toMatch(/^holds {2}small/m);
    expect(stdout).toMatch(/^types {8}not checked: --no-types$/m);
    const { types } = outcomeOf(file, "--no-types");
    expect(types).toEqual({ verdict: "unchecked", compiler: null, errors: [], notes: ["not checked: --no-types"] });
  });

  test.each(exceptRelease([["bfs"], ["dfs"], ["random", "--threads", "2"], ["swarm"]], (_, place) => place % 2 > 0))(
    "ends a search that would go on for days: %s",
    (...words) => {
      const endless = project({ "endless.ts": model({ ...WRONG, steps: 1e9 }) });
      const outcome = outcomeOf(endless, "--search", ...words);
      expect(outcome.types.verdict).toBe("failed");
      expect(verdictsOf(outcome)).toEqual(["incomplete"]);
    },
  );

  releaseTest("is told of its types first, not of what they lead to: while it is loaded, set up or searched", () => {
    const atLoad = project({ "l.ts": `import { missing } from "popcheck/model";\n${model()}\nmissing();\n` });
    const loaded = popcheckTyped("check", atLoad);
    expect(loaded.stderr).toMatch(/^error: the types of the model are wrong.*\n {2}project-\d+\/l\.ts:1:10 /);
    expect(loaded.stderr).toContain("does not provide an export named 'missing'");

    const setUp = project({ "s.ts": model().replace("a: single(0)", "a: single(0).nothing.more") });
    expect(popcheckTyped("check", setUp).stderr).toMatch(/^error: the types of the model are wrong.*\n {2}\S*s\.ts:3:/);
    expect(popcheckTyped("check", setUp, "--no-types").stderr).toMatch(/^error: counters cannot be set up: /);

    const searched = project({ "t.ts": model({ guard: "s.a().more.and.more" }) });
    expect(popcheckTyped("check", searched).stderr).toContain(
      "Property 'more' does not exist on type 'number'. (TS2339)",
    );
    expect(popcheckTyped("check", searched, "--no-types").stdout).toMatch(/\^ action A.* threw /);
  });

  test("is not decided by a search that is taken up again, either", () => {
    popcheckTyped("check", file, "--no-types", "--checkpoint", "types-checkpoint", "--max-states", "50");
    const resumed = popcheckTyped("resume", "types-checkpoint");
    expect([resumed.status, resumed.stdout]).toEqual([2, ""]);
    expect(resumed.stderr).toContain(`${place}  ${SAYS}`);
    expect(popcheckTyped("resume", "types-checkpoint", "--no-types").stdout).toMatch(/^holds {2}small/m);
  });

  releaseTest("is not decided by a program, either, unless it asks for it", () => {
    const program = join(folder, "program.mjs");
    const api = JSON.stringify(join(root, "dist", "checker", "api", "index.js"));
    writeFileSync(
      program,
      `import { check, loadModel, statusOf } from ${api};
const named = await loadModel(${JSON.stringify(file)});
const outcomes = [await check(named), await check(named, { types: false }), await check(named.model)];
const told = ({ types, properties: [{ verdict }] }) => [types?.verdict ?? null, verdict];
console.log(JSON.stringify(outcomes.map((outcome) => [...told(outcome), statusOf(outcome)])));
`,
    );
    expect(JSON.parse(ran(program, [], { cwd: folder }).stdout)).toEqual([
      ["failed", "incomplete", 2],
      ["unchecked", "holds", 0],
      [null, "holds", 0],
    ]);
  });
});

describe("what is checked", () => {
  test.each(exceptRelease(["spec/german.ts", "spec/toy/die-hard.ts"], (path) => path.includes("toy")))(
    "%s is right",
    async (path) => {
      expect(await typesOf(inPackage(path))).toMatchObject({ verdict: "passed", errors: [], notes: [] });
    },
  );

  test("a model in a folder without packages, with popcheck's vocabulary, Immutable and Node's modules", async () => {
    const head = `import { readFileSync } from "node:fs";\nimport { List } from "immutable";\nconsole.log(List([readFileSync]).size, process.pid);`;
    const right = project({ "alone.ts": model({ head }) });
    expect(await typesOf(right)).toMatchObject({ verdict: "passed", errors: [], notes: [] });
    const wrong = project({ "alone.ts": model({ head: `import { List } from "immutable";\nList([1]).get("x");` }) });
    expect((await typesOf(wrong)).errors).toMatchObject([{ line: 3, code: "TS2345" }]);
  });

  test("what it imports: files as esbuild finds them", async () => {
    const head = `import { one } from "./one.js";\nimport { two } from "./two.ts";\nimport { three } from "./three";\nimport data from "./data.json";\nexport const sum: number = one + two + three + data.four;`;
    const files = {
      "model.ts": model({ head }),
      "one.ts": "export const one = 1;\n",
      "two.ts": "export const two = 2;\n",
      "data.json": `{ "four": 4 }`,
    };
    expect((await typesOf(project({ ...files, "three.ts": "export const three = 3;\n" }))).verdict).toBe("passed");
    const wrong = project({ ...files, "three.ts": "export const three: number = '3';\n" });
    expect((await typesOf(wrong)).errors).toMatchObject([{ line: 1, column: 14, code: "TS2322" }]);
  });

  test("a model with a byte order mark", () => {
    const outcome = outcomeOf(project({ "bom.ts": `\ufeff${model()}` }));
    expect([verdictsOf(outcome), outcome.types.verdict]).toEqual([["violated"], "passed"]);
  });

  test("JavaScript only if it asks for it; else the verdict says that it was not checked", async () => {
    const text = model(WRONG)
      .replace("type StateOf, ", "")
      .replace(/<StateOf.*>\(\)/, "()");
    const script = project({ "model.mjs": text });
    expect((await typesOf(script)).verdict).toBe("unchecked");
    expect(popcheckTyped("check", script).stdout).toMatch(
      /^types {8}not checked in project-\d+\/model\.mjs: JavaScript is checked only if it begins with \/\/ @ts-check$/m,
    );
    const asked = project({ "model.mjs": `// @ts-check\n${text}\nmodel({}).nothing;\n` });
    expect((await typesOf(asked)).verdict).toBe("failed");

    const imported = project({ "model.ts": `import "./side.js";\n${model()}`, "side.js": "export const one = 1;\n" });
    const { verdict, notes } = await typesOf(imported);
    expect([verdict, notes]).toEqual(["passed", [expect.stringContaining("side.js")]]);
  });
});

describe("what is an error", () => {
  const implicit = "const twice = (n) => 2 * n;\nexport const four = twice(2);";

  test("without a tsconfig.json: all that is strict; a type that is nowhere said is told, and is no error", async () => {
    const { verdict, notes } = await typesOf(project({ "model.ts": model({ head: implicit }) }));
    expect(verdict).toBe("passed");
    const told = /^not checked where TypeScript does not know them, at .*model\.ts:2:16: Parameter 'n' implicitly/;
    expect(notes).toEqual([expect.stringMatching(told)]);
    const maybe = project({ "model.ts": model({ head: "export const n: number = [1].find(() => true);" }) });
    expect((await typesOf(maybe)).errors).toMatchObject([{ code: "TS2322" }]);
  });

  test("with one: as strict as it says, whatever it extends; unused names are no errors", async () => {
    const base = { compilerOptions: { strict: true, noUnusedLocals: true, noUncheckedIndexedAccess: true } };
    const checked = (head: string, compilerOptions: object) =>
      typesOf(
        project({
          "src/model.ts": model({ head }),
          "tsconfig.json": JSON.stringify({ extends: "./base.json", compilerOptions }),
          "base.json": JSON.stringify(base),
        }),
      );
    const [first, asNumber] = ["const unused = 1;", "export const n: number = [1][0];"];
    expect((await checked(first, {})).verdict).toBe("passed");
    expect((await checked(implicit, {})).errors).toMatchObject([{ code: "TS7006" }]);
    expect((await checked(asNumber, {})).errors).toMatchObject([{ code: "TS2322" }]);
    expect((await checked(asNumber, { noUncheckedIndexedAccess: false })).verdict).toBe("passed");
  });

  releaseTest("with one of long ago: names for files are found, and options that are gone do no harm", async () => {
    const compilerOptions = {
      ...{ target: "es5", module: "commonjs", moduleResolution: "node", baseUrl: ".", strict: true },
      paths: { "@/*": ["lib/*"] },
    };
    const head = `import { one } from "@/one.js";\nimport { two } from "src/two.js";\nexport const sum: number = one + two + three;`;
    const checked = (three: string) =>
      typesOf(
        project({
          "src/model.ts": model({ head }),
          "src/two.ts": "export const two = 2;\n",
          "lib/one.ts": "export const one = 1;\n",
          "three.d.ts": `declare const three: ${three};\n`,
          "tsconfig.json": JSON.stringify({ compilerOptions }),
        }),
      );
    expect(await checked("3")).toMatchObject({ verdict: "passed", notes: [] });
    expect((await checked("string")).errors).toMatchObject([{ code: "TS2322" }]);
  });
});

describe("whose TypeScript checks", () => {
  const native = `node_modules/@typescript/typescript-${process.platform}-${process.arch}`;

  /** Tells whether a process is there, and has not ended as a child that nobody asks about. */
  function isRunning(pid: string): boolean {
    const status = `/proc/${pid}/status`;
    return existsSync(status) && !/^State:\s*Z/m.test(readFileSync(status, "utf8"));
  }

  /** A project with a TypeScript of its own that does what a script says. */
  function withCompiler(version: string, script: string, text = model()): string {
    const file = project({
      "model.ts": text,
      "node_modules/typescript/package.json": JSON.stringify({ name: "typescript", version }),
      [`${native}/package.json`]: "{}",
      [`${native}/lib/tsc`]: `#!/bin/sh\n${script}\n`,
    });
    chmodSync(join(dirname(file), native, "lib", "tsc"), 0o755);
    return file;
  }

  test("the project's, if it is new enough", async () => {
    const says = `echo "model.ts(1,2): error TS1: from the project"\nexit 2`;
    const { compiler, errors } = await typesOf(withCompiler("7.9.0", says));
    expect([compiler, errors[0]!.message]).toEqual(["TypeScript 7.9.0", "from the project"]);
  });

  test("or else popcheck's", async () => {
    const { compiler, verdict } = await typesOf(withCompiler("5.4.5", "exit 2"));
    expect(compiler).toMatch(/^TypeScript [7-9]\./);
    expect(compiler).toBe(findCompiler("/")!.name);
    expect(verdict).toBe("passed");
  });

  test.each([
    ["is killed", "kill -9 $$", "it was ended by SIGKILL"],
    ["ends with a strange status", "echo no memory; exit 134", "it ended with status 134\nno memory"],
  ])("one that %s is no pass", async (_, script, says) => {
    const { verdict, errors } = await typesOf(withCompiler("7.9.0", script));
    expect(verdict).toBe("failed");
    expect(errors.map(({ message }) => message)).toEqual([`TypeScript gave no answer: ${says}`]);
  });

  test("none, if there is none, as the verdict says", () => {
    const own = join(folder, "installed", "node_modules", "popcheck");
    for (const part of ["package.json", "dist/checker", "dist/invariants", "dist/spec", "dist/traces"])
      cpSync(join(root, part), join(own, part), { recursive: true });
    mkdirSync(join(own, "node_modules"));
    for (const name of readdirSync(join(root, "node_modules")).filter((name) => !name.includes("typescript")))
      symlinkSync(join(root, "node_modules", name), join(own, "node_modules", name));
    const command = join(own, "dist", "checker", "cli", "popcheck.js");
    const { status, stdout } = ran(command, ["check", project({ "model.ts": model(WRONG) })], { cwd: folder });
    expect(status).toBe(0);
    expect(stdout).toMatch(/^types {8}not checked: no TypeScript was found; npm install typescript beside project-/m);
  });

  test("a search that is over waits for it", () => {
    const slow = withCompiler("7.9.0", `sleep 1\necho "model.ts(1,2): error TS1: at last"\nexit 2`);
    expect(popcheckTyped("check", slow).stderr).toContain("model.ts:1:2  at last (TS1)");
  });

  releaseTest("an interrupt ends the wait; nothing holds, and the compiler does not go on", async () => {
    const text = model().replace("s.a() < 10", "s.a() < 99");
    const file = withCompiler("7.9.0", `echo $$ > "$(dirname "$0")/pid"\nexec sleep 1000`, text);
    const pid = join(dirname(file), native, "lib", "pid");
    const underway = start("check", file, "--log", "waits.log");
    await observed(underway, () => existsSync(pid) && readFileSync(pid, "utf8").endsWith("\n"));
    underway.process.kill("SIGINT");
    const { status, stdout } = await underway.ended;
    expect(status).toBe(3);
    expect(stdout).toMatch(/^incomplete {2}small/m);
    expect(stdout).toMatch(/^types {8}not checked: interrupted$/m);
    while (isRunning(readFileSync(pid, "utf8").trim())) await new Promise((resolve) => setTimeout(resolve, 20));
  });
});
