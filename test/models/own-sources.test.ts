/**
 * A model that imports what comes along with popcheck, by name; and what popcheck says of a model in which two copies
 * of the vocabulary meet.
 */
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, describe, expect, test } from "vitest";
import * as own from "../../checker/model/index.js";
import { Instance } from "../../checker/model/instance.js";
import type { AnyModel } from "../../checker/model/model.js";
import { bundleModelFile } from "../../checker/models/model-file.js";
import { inPackage } from "../../checker/package.js";
import { counter, popcheck, popcheckTyped } from "../support/command-line.js";

const folder = mkdtempSync(join(tmpdir(), "popcheck-own-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function file(name: string, text: string): string {
  const path = join(folder, name);
  mkdirSync(join(path, ".."), { recursive: true });
  writeFileSync(path, text);
  return path;
}

const extended = (kernels = "popcheck/spec/popcorn/copy") => `
  import { popcornProperties } from "popcheck/invariants/popcorn";
  import { withProperties } from "popcheck/model";
  import { popcorn } from "popcheck/spec/popcorn";
  import { kernels } from "${kernels}";
  import { always } from "popcheck/spec/popcorn/state";
  const alone = always({
    name: "nobody is Shared", says: "", for: { k: kernels },
    holds: (state, { k }) => state.copy(k).page !== "Shared",
    explain: () => "it is",
  });
  export default withProperties(popcorn, (options) => [...popcornProperties(options), alone]);
`;

describe("a protocol that is imported by name", () => {
  test("is extended, and has the counts of the built-in one", () => {
    const path = file("extended.ts", extended());
    const options = ["--stage", "4.2", "--kernels", "2", "--json", "-"];
    const [mine, builtIn] = [popcheck("check", path, ...options), popcheck("check", "popcorn", ...options)];
    expect(mine.stderr).toBe("");
    const [of, from] = [JSON.parse(mine.stdout), JSON.parse(builtIn.stdout)];
    expect([of.distinct, of.generated]).toEqual([from.distinct, from.generated]);
    const { outcome } = of.properties.find(({ name }: { name: string }) => name === "nobody is Shared");
    expect(outcome).toBe("violated");
  });

  test("has the types that it has: a misspelt page state is an error", () => {
    const path = file("misspelt.ts", extended().replace('"Shared"', '"Shard"'));
    const { status, stderr } = popcheckTyped("check", path, "--stage", "4.2", "--kernels", "2");
    expect(status).toBe(2);
    expect(stderr).toContain("misspelt.ts:9:30");
    expect(stderr).toContain("'\"Shard\"' have no overlap");
  });

  test("belongs to what the model is made of: a checkpoint is not resumed with another one", async () => {
    const [mine, plain] = [file("extended.ts", extended()), file("plain.ts", counter())];
    const { files } = await (await bundleModelFile(mine)).source();
    expect(Object.keys(files)).toEqual(expect.arrayContaining(["spec/popcorn/page-table.js", "extended.ts"]));
    expect(Object.keys((await (await bundleModelFile(plain)).source()).files)).toEqual(["plain.ts"]);
  });

  test.each([
    ["popcheck/spec/popcorn/cpy", "popcheck has no spec/popcorn/cpy; did you mean copy?"],
    ["popcheck/spec/popcorn/copy.js", "leave out the ending: popcheck/spec/popcorn/copy"],
    ["popcheck/vitest", "models are written with popcheck/model; popcheck/vitest is for programs"],
  ])("%s", (kernels, says) => {
    const { status, stderr } = popcheck("check", file("wrong.ts", extended(kernels)));
    expect(status).toBe(2);
    expect(stderr).toContain(says);
  });
});

describe("another copy of the vocabulary", () => {
  const other = join(folder, "other");
  const vocabularyOf = join(other, "dist", "checker", "model", "index.js");
  const compiled = ["errors.js", "package.js", "checksum.js", "nearest.js"];
  const model = readdirSync(inPackage("dist", "checker", "model")).filter((name) => name.endsWith(".js"));
  for (const name of [...compiled, ...model.map((name) => `model/${name}`)])
    file(
      `other/dist/checker/${name}`,
      // Whoever loads it need not look for its source map.
      readFileSync(inPackage("dist", "checker", name), "utf8").replace(/^\/\/# sourceMappingURL.*$/m, ""),
    );
  writeFileSync(join(other, "package.json"), JSON.stringify({ name: "popcheck", version: "9.9.9", type: "module" }));
  mkdirSync(join(other, "node_modules"));
  cpSync(inPackage("node_modules", "immutable"), join(other, "node_modules", "immutable"), { recursive: true });
  const others = async () => (await import(pathToFileURL(vocabularyOf).href)) as typeof own;

  test("is not loaded by a file that names it: one copy serves both", () => {
    const path = file("by-path.ts", counter().replace("popcheck/model", "./other/dist/checker/model/index.js"));
    expect(readFileSync(path, "utf8")).toContain("./other/dist");
    const { stderr, stdout } = popcheck("check", path, "--no-types");
    expect(stderr).toBe("");
    expect(stdout).toContain("distinct");
  });

  /** The sentence for a part that the other copy has made. */
  const sentence = (what: string) =>
    `${what} was made by another copy of popcheck/model than the one that checks it\n` +
    `  made by ${join(other, "dist")}, version 9.9.9\n  checked by ${inPackage("dist")}, version `;

  /** A model with some parts made by `from`, and the others by this copy. */
  function mixed(from: Partial<Record<"set" | "action" | "property" | "domain" | "value", typeof own>>): AnyModel {
    const set = (from.set ?? own).scalarset("process", { prefix: "P", size: 2 });
    const variables = () => ({ at: own.perMember(set, 0), bag: own.single((from.value ?? own).Bag.of<number>()) });
    type State = own.StateOf<ReturnType<typeof variables>>;
    const strange = (from.domain ?? own).scalarset("thread", { prefix: "T", size: 2 });
    return own.model({
      ...{ name: "mixed", about: "", parameters: {} },
      variables,
      actions: () => [(from.action ?? own).vocabulary<State>().action("Go", { t: strange }, () => own.disabled)],
      properties: () => [
        (from.property ?? own)
          .vocabulary<State>()
          .always({ name: "fine", says: "", for: {}, holds: () => true, explain: () => "" }),
      ],
    });
  }

  test("is told of, with both places, whatever it has made", async () => {
    const from = await others();
    expect(() => new Instance(mixed({}))).not.toThrow();
    const says = (model: AnyModel) => expect(() => new Instance(model));
    says(mixed({ set: from })).toThrow(sentence("the index set process of the variable at of mixed"));
    says(mixed({ action: from })).toThrow(sentence("action Go of mixed"));
    says(mixed({ property: from })).toThrow(sentence('the property "fine" of mixed'));
    says(mixed({ domain: from })).toThrow(sentence("takes t from an index set that"));
    says(mixed({ value: from })).toThrow(
      `the initial value of bag is a Bag made by another copy of popcheck/model, that in ${join(other, "dist")}, version`,
    );
    says(mixed({ set: from })).toThrow("npm ls popcheck");
  });
});
