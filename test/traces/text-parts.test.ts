/** A counterexample as text: its projection, its width, its colours. */

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { stripVTControlCharacters } from "node:util";
import { describe, expect, test } from "vitest";
import { membersIn } from "../../checker/cli/args/projection.js";
import { Instance } from "../../checker/model/instance.js";
import { type AnyModel, withProperties } from "../../checker/model/model.js";
import { lookOf, plain } from "../../checker/reports/terminal.js";
import { checkSync } from "../../checker/search/check.js";
import { popcornProperties } from "../../invariants/popcorn/index.js";
import { popcorn } from "../../spec/popcorn/index.js";
import { starvingMutex } from "../../spec/toy/starving-mutex.js";
import { messageHistoryOf } from "../../traces/analysis/messages.js";
import { projectable } from "../../traces/analysis/processes.js";
import { projectionOf } from "../../traces/analysis/projection.js";
import { raceOf } from "../../traces/analysis/race.js";
import { parseTrace } from "../../traces/formats/parse.js";
import { type Styles, unstyled } from "../../traces/text/styled.js";
import { type TextOptions, textOfTrace } from "../../traces/text/text.js";
import { lengthOf, type Trace } from "../../traces/trace.js";
import { folder, popcheck } from "../support/command-line.js";

const kernels = withProperties(popcorn, popcornProperties);

function counterexample(model: AnyModel, given: object, property: string): Trace {
  return checkSync(new Instance(model, { ...given }), { properties: [property] }).properties[0]!.trace!;
}

const swmr = counterexample(kernels, { stage: "4.2", kernels: 3 }, "SWMR");
const small = counterexample(kernels, { stage: "4.2", kernels: 2 }, "SWMR");
const lasso = counterexample(starvingMutex, {}, "who waits gets in");
popcheck("check", "relay.ts", "--trace", "relay");
const relayFile = join(folder, "relay", "relay-no-unspecified-reception.json");
const relay = parseTrace(readFileSync(relayFile, "utf8"));
const all: [string, Trace][] = [
  ["a safety violation", swmr],
  ["a deadlock", counterexample(kernels, { stage: "4.2", kernels: 2 }, "no deadlock")],
  ["an unspecified reception", relay],
  ["a lasso", lasso],
  ["a run that stands still", counterexample(starvingMutex, {}, "the lock is used")],
];
const linesOf = (trace: Trace, options?: TextOptions) => textOfTrace(trace, options).split("\n");
const head = (lines: readonly string[]) => lines.map((line) => line.slice(0, 43).trimEnd());

describe("with --only", () => {
  test("the run of three kernels is the part of one: what it does and becomes, and its messages", () => {
    expect(head(linesOf(swmr, { only: ["K1"], shortest: true }))).toEqual([
      "VIOLATED  SWMR",
      " 0  initial              K1 Modified  conte",
      "    … 1 step of others (1)",
      " 2  Receive Fetch K2→K1  K1 Modified → Shar",
      "    … 1 step of others (3)",
      " 4  App_Write(K1)        K1 Shared → Writin",
      "    … 5 steps of others (5 to 9)",
      "10  Receive Ack K2→K1    K1 WritingPend1 [a",
      "11  Receive Ack K3→K1    K1 WritingPend1 [a",
      "12  Write_Done(K1)       K1 WritingPend1 →",
      "    ^ Modified: K1; Shared: K2",
    ]);
  });

  test("the heading says that it is a part, and of whom", () => {
    expect(linesOf(swmr, { only: ["K1", "K3"], shortest: true })[0]).toMatch(
      / {2}shortest: 12 steps; shown is only what concerns K1, K3$/,
    );
  });

  const numbersIn = (lines: readonly string[]) => lines.flatMap((line) => /^ ?(\d+) {2}/.exec(line)?.[1] ?? []).map(Number); // biome-ignore format: a line

  test.each(all.flatMap(([name, trace]) => projectable(trace).map((member) => [name, member, trace] as const)))(
    "of %s every step of %s is shown, and every other is counted",
    (_, member, trace) => {
      const lines = linesOf(trace, { only: [member] });
      const shown = numbersIn(lines);
      const counted = lines.flatMap((line) => {
        const [, count, from, to = from] = /^ {4}… (\d+) steps? of others \((\d+)(?: to (\d+))?\)$/.exec(line) ?? [];
        if (count === undefined) return [];
        const numbers = Array.from({ length: Number(to) - Number(from) + 1 }, (_, i) => Number(from) + i);
        expect(numbers).toHaveLength(Number(count));
        return numbers;
      });
      expect([...shown, ...counted].sort((a, b) => a - b)).toEqual(trace.states.map((_, i) => i));
      const { actors, exchanges } = messageHistoryOf(trace);
      for (const index of counted) {
        expect(actors[index]).not.toBe(member);
        expect(linesOf(trace).find((line) => numbersIn([line])[0] === index)).not.toMatch(
          new RegExp(`(  |\\d  .*  )${member} .* → `),
        );
        expect(exchanges.filter(({ from, sentAt }) => sentAt === index && from === member)).toEqual([]);
        expect(exchanges.filter(({ to, receivedAt }) => receivedAt === index && to === member)).toEqual([]);
      }
      expect(lines.filter((line) => line.startsWith("---"))).toEqual(
        linesOf(trace).filter((line) => line.startsWith("---")),
      );
      expect(lines.find((line) => line.startsWith("    ^ "))).toBe(
        linesOf(trace).find((line) => line.startsWith("    ^ ")),
      );
    },
  );

  test("others' changes and messages between others are left out of the steps that are shown", () => {
    for (const member of ["K1", "K2", "K3"]) {
      const others = ["K1", "K2", "K3"].filter((each) => each !== member);
      const lines = linesOf(swmr, { only: [member], full: true }).filter(
        (line) => !/^ {4}|^VIOLATED/.test(line) || line.startsWith("      "),
      );
      expect(lines.length).toBeGreaterThan(8);
      for (const line of lines) {
        const shown = line.replace(/^ ?\d+ {2}\S+/, "").replaceAll(/\{[^}]*\}/g, "");
        for (const [a, b] of [others, [...others].reverse()]) expect(shown).not.toContain(`${a}→${b}`);
        for (const other of others) expect(shown).not.toMatch(new RegExp(`^(  +| +copy )${other} [A-Z=]`));
      }
    }
  });

  test("and --full, whole states are those at the members' places, with the variables that are nobody's", () => {
    const whole = linesOf(swmr, { only: ["K3"], full: true }).slice(2, 9);
    expect(head(whole).map((line) => line.split(" =")[0]!.trim())).toEqual(["copy K3", "link K1→K3", "link K2→K3", "link K3→K1", "link K3→K2", "content", "… 2 steps of others (1 to 2)"]); // biome-ignore format: a list
  });

  test("a run without steps of others is whole but for the heading", () => {
    const members = projectable(swmr);
    expect(linesOf(swmr, { only: members }).slice(1)).toEqual(linesOf(swmr).slice(1));
    expect(projectionOf(swmr, members).steps.size).toBe(lengthOf(swmr) + 1);
  });

  test("who acts is shown, and who sends or receives in a step in which another acts", () => {
    const ways = ["A→C", "B→C", "C→A", "C→B"];
    const held = [[], ["A→C", "B→C"], ["A→C", "B→C"], ways, ["A→C", "B→C"], ["A→C", "B→C"]];
    const states = held.map((full, index) => ({
      "#meta": { index, action: "Step", binding: index === 2 ? { i: "C" } : {}, choice: 0 },
      link: {
        "#map": ways.map((way) => [{ "#tup": way.split("→") }, full.includes(way) ? [{ kind: "M" }] : []]),
        "#family": true,
      },
    }));
    const meta = { ...small["#meta"], channels: ["link"], headline: {}, processes: undefined };
    const trace = parseTrace(JSON.stringify({ "#meta": meta, vars: ["link"], states }));
    const shown = (member: string) =>
      linesOf(trace, { only: [member] })
        .slice(1, -1)
        .map((line) => line.trim());
    expect(shown("B")).toEqual(["0  Step", "1  Step  + M B→C", "… 2 steps of others (2 to 3)", "4  Step  - M C→B", "5  Step"]); // biome-ignore format: a run
    expect(shown("A")).toEqual(["0  Step", "1  Step  + M A→C", "… 2 steps of others (2 to 3)", "4  Step  - M C→A", "5  Step"]); // biome-ignore format: a run
    expect(shown("C")[2]).toBe("2  Step(C)");
    expect(shown("C")[3]).toBe("3  Step  + M C→A, C→B");
  });

  test("a sentence on the race is told of who takes part", () => {
    const [sentence] = linesOf(small).slice(-1);
    expect(sentence).toMatch(/^ {6}K1 overtakes K2: /);
    expect(linesOf(small, { only: ["K2"] }).at(-1)).toBe(sentence);
    const stranger = JSON.parse(JSON.stringify(small).replaceAll("initial –", "")) as Trace;
    expect(linesOf(stranger, { only: ["K9"] }).at(-1)).toMatch(/^ {4}\^ /);
  });

  test.each<[string, string[], RegExp]>([
    ["a name that is no member's", ["--only", "k4"], /--only takes members of popcorn, not k4; did you mean K1 .*\n {2}The members are K1, K2\.$/],
    ["no name", ["--only", "K1,"], /--only takes members of popcorn, not nothing\n/],
  ])("%s is refused before the search", (_, words, reason) => {
    const { status, stderr, stdout } = popcheck("check", "popcorn", "--stage", "4.2", "--kernels", "2", ...words);
    expect(stderr.trim()).toMatch(reason);
    expect({ status, stdout }).toEqual({ status: 2, stdout: "" });
  }); // biome-ignore format: a case is a line

  test("check and replay take it, several times or with commas", () => {
    const shown = (text: string) =>
      text
        .slice(text.search(/^VIOLATED .* what concerns/m))
        .split("\n")
        .slice(1, 3);
    const checked = popcheck("check", "relay.ts", "--only", "K2", "--only", "K1");
    expect(checked.stdout).toContain("; shown is only what concerns K2, K1\n");
    expect(checked.status).toBe(12);
    const replayed = popcheck("replay", relayFile, "--model", "relay.ts", "--only", "K2,K1");
    expect(replayed.status).toBe(12);
    expect(shown(replayed.stdout)).toEqual(shown(checked.stdout));
    expect(popcheck("replay", relayFile, "--model", "relay.ts", "--only", "K7").stderr).toContain(
      "The members are K1, K2.",
    );
    expect(popcheck("check", "violates.ts", "--only", "K1").stderr).toContain(
      "counter has no members, and so none for --only",
    );
  });

  test("a model's members are those of its traces", () => {
    expect(membersIn(new Instance(kernels as AnyModel, { stage: "4.2", kernels: 3 }))).toEqual(projectable(swmr));
  });
});

describe("the race in words", () => {
  test("stands under what is wrong, in three sentences at most", () => {
    // Of five messages on one way, the one sent last is received first.
    const contents = [[], [1], [1, 2], [1, 2, 3], [1, 2, 3, 4], [1, 2, 3, 4, 5], [1, 2, 3, 4]];
    const many = contents.map((numbers, index) => ({
      "#meta": { index, action: "Step", binding: {}, choice: 0 },
      link: {
        "#map": [[{ "#tup": ["A", "B"] }, { "#map": numbers.map((n) => [{ kind: `M${n}` }, 1]) }]],
        "#family": true,
      },
    }));
    const meta = { ...small["#meta"], channels: ["link"], headline: {} };
    const long = parseTrace(JSON.stringify({ "#meta": meta, vars: ["link"], states: many }));
    const traces = [...all.map(([, trace]) => trace), long];
    let most = 0;
    for (const trace of traces) {
      const { meanwhile, overtakings } = raceOf(trace);
      const sentences = meanwhile.length + overtakings.length;
      most = Math.max(most, sentences);
      const lines = linesOf(trace);
      const beneath = lines.slice(lines.findIndex((line) => line.startsWith("    ^ ")) + 1);
      expect(beneath.filter((line) => / overtakes /.test(line))).toHaveLength(Math.min(3, sentences));
      expect(beneath.filter((line) => /^ {6}and \d+ more \(popcheck view shows them\)$/.test(line))).toEqual(
        sentences > 3 ? [`      and ${sentences - 3} more (popcheck view shows them)`] : [],
      );
    }
    expect(most).toBeGreaterThan(3);
  });
});

const projections = (trace: Trace) => [undefined, projectable(trace).slice(0, 1)];

describe("lines", () => {
  test.each(all.flatMap(([name, trace]) => [40, 60, 80, 120].map((width) => [name, width, trace] as const)))(
    "of %s are no wider than %i columns, but for a word that is, and lose no word",
    (_, width, trace) => {
      for (const full of [false, true])
        for (const part of projections(trace)) {
          const narrow = linesOf(trace, { width, full, only: part, shortest: true });
          const wide = narrow.filter((line) => [...line].length > width && line.trim().includes(" "));
          expect(wide).toEqual([]);
          const words = (lines: readonly string[]) => lines.join(" ").split(/\s+/).filter(Boolean).sort();
          expect(words(narrow)).toEqual(words(linesOf(trace, { full, only: part, shortest: true })));
        }
    },
  );
});

test("an action with many names is folded like the rest", () => {
  const states = small.states.map((state) => {
    const binding = Object.fromEntries(["from", "to", "then", "after"].map((name) => [name, `the ${name} of many`]));
    return { ...state, "#meta": { ...state["#meta"], binding } };
  });
  const lines = linesOf({ ...small, states } as Trace, { width: 40 });
  expect(lines.filter((line) => line.length > 40)).toEqual([]);
  expect(lines.join(" ").replace(/\s+/g, " ")).toContain("1 App_Read(the from of many");
});

const terminal = { isTTY: true, columns: 80 };
const colours = lookOf(terminal, {});
const around = (before: (style: string) => string, after: string) =>
  Object.fromEntries(
    Object.keys(unstyled).map((style) => [style, (text: string) => before(style) + text + after]),
  ) as unknown as Styles;
const bracketed = around(() => "\ue000", "\ue001");

describe("colours", () => {
  test.each(
    all.flatMap(([name, trace]) => [undefined, 200, 120, 80, 40].map((width) => [name, width, trace] as const)),
  )("change no sign and no column: %s, %s columns", (_, width, trace) => {
    for (const full of [false, true])
      for (const part of projections(trace)) {
        const styled = textOfTrace(trace, { width, full, only: part, styles: colours });
        expect(stripVTControlCharacters(styled)).toBe(textOfTrace(trace, { width, full, only: part }));
        // Each line ends the styles that it begins, so that a pager or a copied line is right.
        const ends = textOfTrace(trace, { width, full, only: part, styles: bracketed }).split("\n");
        for (const line of ends) expect(line.split("\ue000").length).toBe(line.split("\ue001").length);
      }
  });

  const marked = around((style) => `<${style} `, ">");

  test("are on what a reader looks for", () => {
    const lines = linesOf(small, { styles: marked });
    expect(lines[0]).toMatch(/^<bad VIOLATED> {2}SWMR/);
    expect(lines[3]).toMatch(
      /^ 2 {2}Receive <received Fetch K2→K1> +K1 Modified → <moved Shared> +<sent \+ Copy\(data v1\) K1→K2> {2}<dim 4.2, /,
    );
    expect(lines).toContain("    <bad ^ Modified: K1; Shared: K2>");
    expect(linesOf(lasso, { styles: marked })).toContain("<mark --- this is state 1 again>");
    const refused = linesOf(relay, { styles: marked }).find((line) => line.includes("no rule"));
    expect(refused).toMatch(/ <bad no rule for Ping> {2}<dim nobody sends>$/);
    expect(linesOf(swmr, { styles: marked, only: ["K1"] })[2]).toBe("<dim     … 1 step of others (1)>");
    expect(linesOf(small, { styles: marked, holds: true })[0]).toMatch(/^<good holds> {2}SWMR/);
  });

  test.each<[string, object, Record<string, string>, boolean]>([
    ["on a terminal", terminal, { TERM: "xterm" }, true],
    ["not in a pipe", {}, { TERM: "xterm" }, false],
    ["not with NO_COLOR", terminal, { NO_COLOR: "1" }, false],
    ["with an empty NO_COLOR, which is none", terminal, { NO_COLOR: "" }, true],
    ["not on a dumb terminal", terminal, { TERM: "dumb" }, false],
    ["in a pipe with FORCE_COLOR", {}, { FORCE_COLOR: "1" }, true],
    ["with FORCE_COLOR before NO_COLOR", terminal, { FORCE_COLOR: "1", NO_COLOR: "1" }, true],
    ["not with FORCE_COLOR=0", terminal, { FORCE_COLOR: "0" }, false],
  ])("are %s", (_, stream, env, are) => {
    expect(lookOf(stream, env).bad("x") !== "x").toBe(are);
    expect(lookOf(stream, env).width).toBe("isTTY" in stream ? 80 : undefined);
  });

  test("a pipe has neither width nor colours, a narrow terminal at least 40 columns", () => {
    expect(lookOf({}, {})).toEqual(plain);
    expect(lookOf({ isTTY: true, columns: 10 }, {}).width).toBe(40);
  });
});
