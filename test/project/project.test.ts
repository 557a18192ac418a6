/** What `popcheck init` writes can be checked, and has the counts of the built-in models; nothing is overwritten. */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { inPackage, version } from "../../checker/package.js";
import { writeProject } from "../../checker/project/project.js";
import { popcheck } from "../support/command-line.js";

const folder = mkdtempSync(join(tmpdir(), "popcheck-init-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const read = (...path: string[]) => readFileSync(join(folder, ...path), "utf8");
const manifest = (of: string) => JSON.parse(read(of, "package.json")) as Record<string, Record<string, string>>;

/** Checks a model, without its types, and returns the outcome. */
function checked(model: string, ...options: string[]) {
  const { stdout, stderr } = popcheck("check", model, ...options, "--json", "-");
  if (stdout === "") throw new Error(stderr);
  const { distinct, generated, properties } = JSON.parse(stdout);
  return {
    counts: [distinct, generated],
    verdicts: properties.map(({ name, outcome }: Record<string, string>) => `${name}: ${outcome}`),
    vacuous: properties.filter(({ vacuous }: Record<string, string>) => vacuous !== null),
  };
}

describe("without a model", () => {
  test("a directory protocol is written, which holds, and says what to type next", () => {
    const { stdout, status } = popcheck("init", join(folder, "own"));
    expect(status).toBe(0);
    expect(stdout).toContain("npm install ");
    expect(stdout).toContain("npx popcheck check protocol.ts ");
    expect(readdirSync(join(folder, "own")).sort()).toEqual([
      ...[".gitignore", ".npmrc", "README.md", "package.json", "protocol.test.ts", "protocol.ts", "tsconfig.json"],
    ]);
    const { verdicts, vacuous } = checked(join(folder, "own", "protocol.ts"));
    expect(verdicts).toEqual([
      "SWMR: holds",
      "a reader sees the last write: holds",
      "who asks is answered: holds",
      "no unspecified reception: holds",
    ]);
    expect(vacuous).toEqual([]);
  });

  test("package.json takes popcheck from the clone, and the rest from where popcheck has it", () => {
    const own = JSON.parse(readFileSync(inPackage("package.json"), "utf8"));
    const { devDependencies, scripts, name } = manifest("own");
    expect(name).toBe("own");
    expect(devDependencies!["popcheck"]).toMatch(/^file:(\.\.\/)+/);
    expect(join(folder, "own", devDependencies!["popcheck"]!.slice("file:".length))).toBe(inPackage("."));
    expect(devDependencies).toMatchObject({
      immutable: own.dependencies.immutable,
      vitest: own.devDependencies.vitest,
    });
    expect(scripts).toEqual({ test: "tsc && vitest run", check: "popcheck check protocol.ts" });
  });
});

describe("from a built-in model", () => {
  test.each([
    ["popcorn", "popcorn.ts", ["--stage", "4.2", "--kernels", "2"]],
    ["german", "german.ts", ["--nodes", "1"]],
  ])("%s has the counts and verdicts of the built-in one", (from, model, options) => {
    const { files } = writeProject(join(folder, from), from);
    for (const file of files.filter((name) => name.endsWith(".ts"))) {
      expect(read(from, file)).not.toMatch(/"popcheck\/(spec|invariants)\//);
      expect(read(from, file)).not.toMatch(/from "[./]*\/(checker|dist)\//);
    }
    const [copy, builtIn] = [checked(join(folder, from, model), ...options), checked(from, ...options)];
    expect(copy).toEqual(builtIn);
  });
});

describe("what is there", () => {
  test("is in the way, all of it is named, and nothing is written", () => {
    const of = join(folder, "full");
    mkdirSync(of);
    writeFileSync(join(of, "README.md"), "mine");
    writeFileSync(join(of, "protocol.ts"), "mine");
    const { status, stderr } = popcheck("init", of);
    expect(status).toBe(2);
    expect(stderr).toContain("are in the way: README.md, protocol.ts\n");
    expect(readdirSync(of).sort()).toEqual(["README.md", "protocol.ts"]);
    expect([read("full", "README.md"), read("full", "protocol.ts")]).toEqual(["mine", "mine"]);
  });

  test("a package.json gets what it lacks, and keeps what it says", () => {
    const of = join(folder, "installed");
    mkdirSync(of);
    const before = {
      ...{
        name: "mine",
        type: "commonjs",
        scripts: { test: 'echo "Error: no test specified" && exit 1', build: "tsc" },
      },
      ...{ dependencies: { popcheck: "file:../popcheck.tgz" }, devDependencies: { vitest: "^3.2.0" } },
    };
    writeFileSync(join(of, "package.json"), JSON.stringify(before));
    writeFileSync(join(of, ".gitignore"), "mine");
    const { kept, popcheck } = writeProject(of);
    expect(kept).toEqual([".gitignore", "package.json"]);
    expect(popcheck).toBe("file:../popcheck.tgz");
    expect(read("installed", ".gitignore")).toBe("mine");
    const after = manifest("installed");
    expect(after).toMatchObject({ name: "mine", type: "commonjs", dependencies: before.dependencies });
    expect(after["scripts"]).toEqual({
      ...{ build: "tsc", test: "tsc && vitest run", check: "popcheck check protocol.ts" },
    });
    expect(after["devDependencies"]).toMatchObject({ vitest: "^3.2.0" });
    expect(after["devDependencies"]).not.toHaveProperty("popcheck");
  });

  test("tests of its own stay, and a package.json that cannot be read is refused", () => {
    for (const [name, text] of Object.entries({ tested: '{"scripts":{"test":"mocha"}}', broken: "{" })) {
      mkdirSync(join(folder, name));
      writeFileSync(join(folder, name, "package.json"), text);
    }
    writeProject(join(folder, "tested"));
    expect(manifest("tested")["scripts"]!["test"]).toBe("mocha");
    expect(() => writeProject(join(folder, "broken"))).toThrow("package.json cannot be read");
    expect(readdirSync(join(folder, "broken"))).toEqual(["package.json"]);
  });

  test("a file is no folder, and an unknown model is refused with what it may have been", () => {
    writeFileSync(join(folder, "file"), "");
    expect(() => writeProject(join(folder, "file"))).toThrow("is no folder");
    const { status, stderr } = popcheck("init", join(folder, "no"), "--from", "popcron");
    expect([status, stderr]).toEqual([2, expect.stringContaining("not with popcron; did you mean popcorn?")]);
    expect(version()).toMatch(/^\d/);
  });
});
