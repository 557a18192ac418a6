/** Baselines of users' models: recorded, compared with anywhere, and again whenever a model's file is edited. */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, describe, expect, test } from "vitest";
import { bin, counter, folder, observed, popcheckTyped, ran, small, start } from "../support/command-line.js";

const BASELINE = join(folder, "popcheck-baseline.json");
const models = join(folder, "models");
mkdirSync(models);
const edit = (of: Parameters<typeof counter>[0] = {}) =>
  writeFileSync(join(models, "counts.ts"), counter({ properties: small, ...of }));
const recorded = () => (JSON.parse(readFileSync(BASELINE, "utf8")) as { cases: Record<string, unknown>[] }).cases;

beforeEach(() => {
  edit();
  writeFileSync(BASELINE, '{ "cases": [] }');
});

const counts = ["models/counts.ts", "--max-count", "4"];

describe("popcheck baseline", () => {
  test("records counts and verdicts, whatever they are, and says what changes", () => {
    const { status, stdout } = popcheckTyped("baseline", ...counts);
    expect({ status, stdout }).toEqual({
      status: 0,
      stdout: "./models/counts.ts --max-count 4: 1 verdict over 5 states, recorded in popcheck-baseline.json\n",
    });
    expect(recorded()).toEqual([
      {
        ...{ model: "./models/counts.ts", parameters: { maxCount: 4 }, verify: true },
        ...{ distinct: 5, generated: 4, depth: 4, verdicts: { small: "violated 3" } },
      },
    ]);
    popcheckTyped("baseline", "models/counts.ts", "--max-count", "2");
    edit({ step: "if (state.count() === 1) return state.withCount(4);" });
    expect(popcheckTyped("baseline", ...counts).stdout).toMatch(
      /, changed in popcheck-baseline\.json\n {2}distinct: 5 → 3\n(.*\n)* {2}small: violated 3 → violated 2\n$/,
    );
    expect(recorded().map(({ parameters, distinct }) => [parameters, distinct])).toEqual([
      [{ maxCount: 4 }, 3],
      [{ maxCount: 2 }, 3],
    ]);
  });

  test("records nothing of a search that is not whole, or of a model whose types are wrong", () => {
    edit({ step: "return state.withCount(state.count() + 1);" });
    const endless = popcheckTyped("baseline", ...counts, "--memory", "230M");
    expect(endless.status).toBe(3);
    expect(endless.stderr).toMatch(/^incomplete: [\s\S]*\n {2}Nothing is recorded of \.\/models\/counts\.ts/);
    edit({ step: 'const wrong: number = "text"; void wrong;' });
    const wrong = popcheckTyped("baseline", ...counts);
    expect(wrong.status).toBe(2);
    expect(wrong.stderr).toMatch(/^error: the types of the model are wrong/m);
    expect(recorded()).toEqual([]);
  });
});

describe("popcheck verify", () => {
  beforeEach(() => {
    popcheckTyped("baseline", ...counts);
  });

  test("compares with the baseline of the working folder, or with one that is named, wherever it lies", () => {
    const here = popcheckTyped("verify");
    expect(here.status).toBe(0);
    expect(here.stdout).toMatch(/^\.\/models\/counts\.ts --max-count 4 +5 states +\S+ s +small violated$/m);
    const elsewhere = ran(bin, ["verify", "--baseline", "../popcheck-baseline.json"], { cwd: models });
    expect(elsewhere.status).toBe(0);
    expect(popcheckTyped("verify", "--baseline", "none.json").stderr).toMatch(
      /there is no none\.json\n {2}popcheck baseline MODEL writes one/,
    );
  });

  test("names what differs, ends a model that an edit has left without end, and records what is right now", () => {
    edit({ step: "return state.withCount(state.count() + 1);" });
    const { status, stderr } = popcheckTyped("verify");
    expect(status).toBe(1);
    expect(stderr).toMatch(/^error: 1 case not as popcheck-baseline\.json records$/m);
    expect(stderr).toMatch(/^ {4}incomplete: stopped at --max-states 10,000;/m);
    edit({ step: "if (state.count() === 1) return state.withCount(4);" });
    expect(popcheckTyped("verify").stderr).toMatch(/^ {4}small: violated 2, recorded: violated 3$/m);
    expect(popcheckTyped("verify", "--update").stdout).toMatch(/^popcheck-baseline\.json: 1 case changed$/m);
    expect(popcheckTyped("verify").status).toBe(0);
  });
});

describe("--watch", () => {
  test("checks again what an edit changes, the fastest first, says what is different, and ends at an interrupt", async () => {
    writeFileSync(join(models, "other.ts"), counter({ properties: small }));
    popcheckTyped("baseline", "models/other.ts", "--max-count", "2");
    popcheckTyped("baseline", ...counts);
    const run = start("verify", "--watch");
    const said = { stdout: "", stderr: "" };
    for (const name of ["stdout", "stderr"] as const)
      run.process[name]!.on("data", (text: string) => {
        said[name] += text;
      });
    const rounds = () => said.stderr.match(/^waiting for an edit/gm)?.length ?? 0;
    await observed(run, () => rounds() === 1);
    expect(said.stdout).toMatch(/^\.\/models\/other\.ts .*\n\.\/models\/counts\.ts .*small violated$/m);
    const before = said.stdout.length;
    edit({ step: "if (state.count() === 1) return state.withCount(4);" });
    await observed(run, () => rounds() === 2);
    const news = said.stdout.slice(before);
    expect(news).toContain("  since the check before: small: violated 3 → violated 2\n");
    expect(news).toContain("    distinct: 3, recorded: 5\n");
    expect(news).toMatch(/^1 check done again: 1 came to something else$/m);
    expect(news).not.toContain("other.ts");
    edit({ step: "no such thing" });
    await observed(run, () => rounds() === 3);
    expect(said.stdout).toMatch(/^error: models\/counts\.ts cannot be compiled$/m);
    run.process.kill("SIGINT");
    expect(await run.ended).toMatchObject({ status: 2, signal: null });
  });

  test("needs the file of a model, and no options that name one file for each check", () => {
    expect(popcheckTyped("check", "peterson", "--watch").stderr).toMatch(/--watch needs the file of a model/);
    expect(popcheckTyped("check", ...counts, "--watch", "--json", "a.json").stderr).toMatch(/do not go together/);
    expect(popcheckTyped("verify", "--watch", "--update").stderr).toMatch(/--watch and --update do not go together/);
  });
});
