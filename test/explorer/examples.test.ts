/** The explorer's examples: each model has its own. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Record } from "immutable";
import { describe, expect, test } from "vitest";
import { parseCondition } from "../../checker/explorer/condition.js";
import { exampleCondition, exampleWords } from "../../checker/explorer/examples.js";
import { model, type StateOf, single, vocabulary } from "../../checker/model/index.js";
import { Instance } from "../../checker/model/instance.js";
import { builtInNames, loadModel } from "../../checker/models/models.js";
import { packageRoot } from "../../checker/package.js";
import mesi from "../search/models/mesi.js";

describe("an example", () => {
  test.each<[string, { readonly [name: string]: unknown }, string, string]>([
    ["popcorn", { stage: "4.2" }, "some j, k: copy[j] = Modified and copy[k] = Shared", "K1, Fetch"],
    ["german", {}, "some j, k: node[j] = E and node[k] = S", "N1, Store"],
    ["naive-mutex", {}, "some j, k: location[j] = set and location[k] = test", "P1, Request"],
  ])("of %s %j is in its words", async (name, parameters, condition, words) => {
    const instance = new Instance((await loadModel(name)).model, parameters);
    expect(exampleCondition(instance)).toBe(condition);
    expect(exampleWords(instance)).toBe(words);
  });

  test("of a model without declared standings is of its receive table", () => {
    expect(exampleCondition(new Instance(mesi as never, {}))).toMatch(
      /^some j, k: cache\[j\] = \w+ and cache\[k\] = \w+$/,
    );
  });

  test("of a variable that holds nothing at first needs no field of its headline", () => {
    class Owner extends Record({ phase: "idle" }) {}
    const variables = () => ({ owner: single<Owner | null>(null) });
    const { action } = vocabulary<StateOf<ReturnType<typeof variables>>>();
    const owned = model({
      ...{ name: "owned", about: "", parameters: {}, variables, headline: { owner: "phase" }, properties: () => [] },
      actions: () => [action("Take", {}, (state) => state.withOwner(new Owner({ phase: "busy" })))],
    });
    expect(exampleCondition(new Instance(owned, {}))).toBe("owner != –");
  });

  test.each([...builtInNames])("of %s can be searched for", async (name) => {
    const instance = new Instance((await loadModel(name)).model, {});
    const example = exampleCondition(instance);
    expect(example).not.toBe("");
    expect(typeof parseCondition(example, instance).holds(instance.stateOf(instance.initial[0]!))).toBe("boolean");
  });

  test("stands nowhere in the page itself", () => {
    for (const file of ["explorer-page.tsx", "panels.tsx"]) {
      const page = readFileSync(join(packageRoot, "checker", "explorer", "page", file), "utf8");
      expect(page).not.toMatch(/copy\[|Modified|Invalid|\bK1\b/);
    }
  });
});
