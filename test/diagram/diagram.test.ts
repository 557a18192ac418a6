/**
 * Pictures of a protocol: what is drawn is what some reachable state does, no more and no less; and the docs have those
 * pictures.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Record as ImmutableRecord } from "immutable";
import { describe, expect, test } from "vitest";
import { ObservedMachine } from "../../checker/diagram/observed-machine.js";
import { descriptionOf, stateDiagram } from "../../checker/diagram/state-diagram.js";
import type { StateMachine } from "../../checker/diagram/state-machine.js";
import { model, perMember, type StateOf, scalarset, vocabulary } from "../../checker/model/index.js";
import { checkSync } from "../../checker/search/check.js";
import { FILLS } from "../../traces/analysis/state-colours.js";
import { picturesOf } from "../docs/docs-diagrams.js";
import { folder, popcheck, root } from "../support/command-line.js";
import { type Drawn, expectCurrent, expectDrawnAsReached, observed } from "./pictures.js";

describe("a transition is drawn if and only if a reachable state takes it", () => {
  test.each<Drawn>([
    ["popcorn", { stage: "4.2", kernels: 2 }, "copy", "page"],
    ["popcorn", { stage: "4.7", kernels: 2 }, "copy", "page"],
    ["popcorn", { stage: "4.8", kernels: 2 }, "copy", "page"],
    ["popcorn", { stage: "4.8", kernels: 2, leaveWait: "at-once" }, "copy", "page"],
    ["german", { nodes: 1 }, "node", "cache"],
  ])("%s %o", expectDrawnAsReached);

  test("without symmetry, and with threads that start at once, it is the same", async () => {
    const given = { stage: "4.8", kernels: 2 };
    const usual = await observed("popcorn", given);
    expect(await observed("popcorn", given, { symmetry: false })).toEqual(usual);
    expect(await observed("popcorn", given, { threads: 2, levelForThreads: 1 })).toEqual(usual);
  });
});

test("each of several next states is drawn", () => {
  class Coin extends ImmutableRecord({ side: "edge" as "edge" | "heads" | "tails" }) {}
  const coins = scalarset("coin", { prefix: "C", size: 2 });
  const variables = () => ({ coin: perMember(coins, new Coin()) });
  const { action } = vocabulary<StateOf<ReturnType<typeof variables>>>();
  const toss = action("Toss", { i: coins }, (state, { i }) =>
    (["heads", "tails"] as const).map((side) => state.withCoin(i, state.coin(i).set("side", side))),
  );
  const about = { name: "coins", about: "coins", parameters: {}, headline: { coin: "side" } };
  const observed = new ObservedMachine(model({ ...about, variables, actions: () => [toss], properties: () => [] }), {});
  const { transitions } = observed.machine(checkSync(observed.instance).incomplete);
  expect(transitions.length).toBe(6);
});

const machine: StateMachine = {
  ...{
    model: "m",
    of: "",
    variable: "copy",
    states: ['a"\\', "b & <c>"],
    initial: ["b & <c>"],
    standings: ["z", "b & <c>"],
    unreached: undefined,
    stalling: [],
    unspecified: [],
  },
  transitions: [
    { from: 'a"\\', to: 'a"\\', kind: "message", trigger: "Idle" },
    { from: 'a"\\', to: "b & <c>", kind: "application", trigger: "Read" },
    { from: 'a"\\', to: "b & <c>", kind: "message", trigger: "Copy" },
    { from: 'a"\\', to: "b & <c>", kind: "message", trigger: "Void" },
  ],
  incomplete: undefined,
};

describe("the drawing", () => {
  test("has an edge for each kind of trigger, with its style, and a line for each trigger", () => {
    const edges = stateDiagram(machine)
      .split("\n")
      .filter((line) => /^ {2}s\d+ ->/.test(line));
    expect(edges.length).toBe(2);
    expect(edges[0]).toMatch(/s0 -> s1 \[label=" Read ", style=dashed/);
    expect(edges[1]).toMatch(/s0 -> s1 \[label=" Copy \\n Void ", style=solid/);
  });

  test("draws loops only if asked to", () => {
    expect(stateDiagram(machine)).not.toContain("Idle");
    expect(stateDiagram(machine, { loops: true })).toMatch(/s0 -> s0 \[label=" Idle ", style=solid/);
    expect(descriptionOf(machine)).not.toContain("Idle");
  });

  test("escapes names, and says that it is incomplete", () => {
    expect(stateDiagram(machine)).toMatch(/\[label="a\\"\\\\", fillcolor="#\w+", penwidth=2\.6\];/);
    expect(stateDiagram(machine)).toContain(`[label="b &amp; <c>", fillcolor="${FILLS[1]}"];`);
    expect(stateDiagram({ ...machine, incomplete: "no time" })).toContain("INCOMPLETE: no time");
  });
});

describe("popcheck diagram", () => {
  test("writes the same SVG each time, with a title, whole in itself", () => {
    const words = ["diagram", "popcorn", "--stage", "4.2", "--kernels", "2"];
    const { status, stdout, stderr } = popcheck(...words);
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    expect(stdout).toMatch(/^<svg role="img" [^>]*>\n<title>popcorn, stage 4.2, kernels 2: [^<]*<\/title>\n<desc>Init/);
    expect(stdout.replaceAll(/xmlns(:xlink)?="[^"]*"/g, "")).not.toMatch(/http|href|<script|@import/);
    expect(popcheck(...words).stdout).toBe(stdout);
  });

  test("says that it is incomplete on the picture, on standard error and by its status", () => {
    const { status, stdout, stderr } = popcheck("diagram", "german", "--max-states", "10", "--format", "dot");
    expect(status).toBe(3);
    expect(stdout).toContain("INCOMPLETE: stopped at --max-states 10");
    expect(stderr).toMatch(/^incomplete: stopped at --max-states 10; .*the picture shows only/);
  });

  test("names every parameter that was given in the title", () => {
    const { stdout } = popcheck(
      "diagram",
      "popcorn",
      "--stage",
      "4.7",
      "--kernels",
      "2",
      "--no-step1",
      "--format",
      "dot",
    );
    expect(stdout).toContain("popcorn, stage 4.7, kernels 2, step1 off: the reached states of copy");
  });

  test("tells what was never reached, when it writes to a file", () => {
    const out = join(folder, "picture.svg");
    const { stdout } = popcheck("diagram", "popcorn", "--stage", "4.2", "--kernels", "2", "--out", out);
    expect(stdout).toContain("never reached: Invalid × Fetch, Invalid × Invalid,");
    expect(readFileSync(out, "utf8")).toMatch(/<\/svg>\n$/);
  });

  test("tells which cells only stall, and does not call them unreached", () => {
    const model = join(root, "docs/examples/directory/protocol.ts");
    const { stdout } = popcheck("diagram", model, "--caches", "2", "--out", "directory.svg");
    expect(stdout).toMatch(/^only stall, and are not drawn: home: Busy × GetRead, home: Busy × GetWrite$/m);
    expect(stdout).not.toContain("never reached");
  });

  test.each<[string, string[], RegExp]>([
    ["a model without headline", ["violates.ts"], /counter does not say which field .*\n {2}Give the model a headline/],
    ["another variable", ["german", "--variable", "home"], /--variable takes node, not home/],
    ["another format", ["german", "--format", "png"], /--format takes svg, dot, not png/],
  ])("refuses %s with status 2", (_, words, reason) => {
    const { status, stdout, stderr } = popcheck("diagram", ...words);
    expect(stderr).toMatch(reason);
    expect({ status, stdout }).toEqual({ status: 2, stdout: "" });
  });
});

describe("docs/reference/diagrams.md", () => {
  const page = readFileSync(join(root, "docs", "reference", "diagrams.md"), "utf8");
  const pictures = picturesOf(page);

  test("shows every stage of the paper, the repaired ones, and German", () => {
    expect(pictures.map(({ file }) => file)).toEqual([
      ...["4.2", "4.3", "4.4", "4.5", "4.6", "4.7a", "4.7", "4.8", "repaired", "repaired-4.8"].map(
        (stage) => `docs/diagrams/popcorn-${stage}.svg`,
      ),
      "docs/diagrams/german.svg",
    ]);
    for (const { file } of pictures) expect(page).toContain(`](../diagrams/${file.split("/").pop()})`);
  });

  // Two that are soon drawn; all of them are in diagram.slow.ts.
  test.each(pictures.filter(({ file }) => /4\.2|german/.test(file)))("$file is what its command gives", expectCurrent);
});
