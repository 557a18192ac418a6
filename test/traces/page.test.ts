/** What pages show, without a browser: the pure functions between a trace and a page. */
import { createHash } from "node:crypto";
import { describe, expect, test } from "vitest";
import { intervalsOf, standingAt } from "../../traces/analysis/intervals.js";
import { type MessageExchange, messageHistoryOf } from "../../traces/analysis/messages.js";
import { meanwhileInWords, overtakingInWords, overtakingsIn, raceOf } from "../../traces/analysis/race.js";
import { type Json, showItf } from "../../traces/formats/json.js";
import { atFirst, type Choosable, fromAddress, selectionIn, toAddress } from "../../traces/page/address.js";
import { type AlignedRow, alignmentInWords, rowsOf, stateAtRow } from "../../traces/page/alignment.js";
import { differenceOf } from "../../traces/page/difference.js";
import { coloursOf, drawingOf, ROW_HEIGHTS } from "../../traces/page/drawing.js";
import { htmlOf } from "../../traces/page/html.js";
import { pack, unpack } from "../../traces/page/pack.js";
import { inFlightAt, isConcerned, kindOf, pageModelOf, sectionOf, sentenceOf } from "../../traces/page/page-model.js";
import { emptyThroughout, heldBackAt, isChanged, stateRowsOf } from "../../traces/page/state-rows.js";
import { entriesOf, fieldsOf, type Trace } from "../../traces/trace.js";
import { counterexampleOf } from "../support/counterexamples.js";

const readme = await counterexampleOf("popcorn", { stage: "4.2", kernels: 2 }, "SWMR");
const overtaking = await counterexampleOf("popcorn", { stage: "4.3", kernels: 2 }, "SWMR");
const refused = await counterexampleOf(
  "popcorn",
  { stage: "4.8", kernels: 3, invalidInUnmapped: "impossible" },
  "no unspecified reception",
);
const lasso = await counterexampleOf(
  "popcorn",
  { stage: "4.7", kernels: 2, clocksAdvance: false },
  "eventual Modified",
);
const held = await counterexampleOf(
  "popcorn",
  { stage: "4.7", kernels: 3, emptySeen: "flagged-entering-writing-read" },
  "no deadlock",
);
const mutex = await counterexampleOf("naive-mutex", {}, "mutual exclusion");
const all = Object.entries({ readme, overtaking, refused, lasso, held, mutex });

describe("packing", () => {
  test("gives back every trace as it was", () => {
    const traces = all.map(([, trace]) => trace);
    const packed = JSON.parse(JSON.stringify(pack(traces)));
    expect(unpack(packed)).toEqual(traces);
  });

  test("writes each value once", () => {
    const { values } = pack([lasso, lasso]);
    expect(new Set(values.map((value) => JSON.stringify(value))).size).toBe(values.length);
    expect(JSON.stringify(pack([lasso])).length).toBeLessThan(0.7 * JSON.stringify(lasso).length);
  });
});

describe("where processes stand", () => {
  test.each(all)(
    "each state of %s is in one interval of each process, and intervals differ from the next",
    (_, trace) => {
      const variable = trace.vars.find((each) => each in trace["#meta"].headline);
      for (const [process, intervals] of intervalsOf(trace)) {
        intervals.forEach((interval, i) => {
          expect(interval.from).toBe(i === 0 ? 0 : intervals[i - 1]!.to + 1);
          expect(interval.standing).not.toBe(intervals[i - 1]?.standing);
        });
        expect(intervals.at(-1)!.to).toBe(trace.states.length - 1);
        if (variable === undefined) continue;
        const headline = trace["#meta"].headline[variable]!;
        trace.states.forEach((state, index) => {
          const value = new Map(entriesOf(state, variable)).get(process);
          expect(standingAt(intervals, index)).toBe(showItf(fieldsOf(value)![headline]));
        });
      }
    },
  );

  test("a model without headlines goes by its first variable of processes", () => {
    expect([...intervalsOf(mutex).keys()]).toEqual(["P1", "P2"]);
  });
});

describe("the race", () => {
  test("of the README's counterexample: the writer overtakes the reader", () => {
    const { meanwhile, overtakings } = raceOf(readme);
    expect(overtakings).toEqual([]);
    expect(meanwhile.map(meanwhileInWords)).toEqual([
      "K1 overtakes K2: while K2 is in InvalidRead1 (steps 1 to 8), K1 goes Modified → Shared (2) → WritingPend1 (4) → Modified (7)",
    ]);
  });

  test("of messages: which overtakes which", () => {
    expect(raceOf(overtaking).overtakings.map(overtakingInWords)).toEqual([
      "Invalid(stamp t1) K1→K2 (sent at 3, received at 4) overtakes Copy(data v1) (sent at 2, received at 5)",
    ]);
    expect(raceOf(refused).overtakings.map(overtakingInWords)).toEqual([
      "Copy_Void(fetching) K3→K1 (sent at 5, received at 6) overtakes Fetch (sent at 4, not received)",
    ]);
  });

  const { processes: _, ...undeclared } = readme["#meta"];

  /** Returns a run of two processes, by where they stand in each state. */
  const standings = (...of: [string, string][]): Trace => ({
    "#meta": { ...undeclared, channels: [], headline: {} },
    vars: ["at"],
    states: of.map(([p1, p2], index) => ({
      "#meta": { index, action: "Step", binding: {}, choice: 0 },
      at: {
        "#map": [
          ["P1", p1],
          ["P2", p2],
        ],
        "#family": true,
      },
    })),
  });

  test("is only with who comes and goes meanwhile, not with who moves once, or moved before", () => {
    const race = (...of: [string, string][]) =>
      raceOf(standings(...of)).meanwhile.map(({ who, other }) => [who, other]);
    expect(race(["a", "x"], ["b", "x"], ["b", "y"], ["b", "z"], ["c", "z"])).toEqual([["P1", "P2"]]);
    expect(race(["a", "x"], ["b", "x"], ["b", "y"], ["c", "y"])).toEqual([]);
    expect(race(["a", "x"], ["a", "y"], ["b", "y"], ["b", "z"], ["c", "z"])).toEqual([]);
    // A process that waited from the start on did not begin to wait.
    expect(race(["a", "x"], ["a", "y"], ["a", "z"], ["b", "z"])).toEqual([]);
  });

  test("is not between messages that were sent in one step, nor on different ways", () => {
    const exchange = (place: string, sentAt: number, receivedAt: number | undefined): MessageExchange => ({
      ...{ channel: "link", place, text: "m", count: 1, from: "K1", to: "K2", at: "", told: "", unspecified: false },
      ...{ sentAt, receivedAt },
    });
    const count = (...exchanges: MessageExchange[]) => overtakingsIn({ lifelines: [], actors: [], exchanges }).length;
    expect(count(exchange("K1→K2", 1, 5), exchange("K1→K2", 2, 4))).toBe(1);
    expect(count(exchange("K1→K2", 1, undefined), exchange("K1→K2", 2, 4))).toBe(1);
    expect(count(exchange("K1→K2", 1, 5), exchange("K1→K2", 1, 4))).toBe(0);
    expect(count(exchange("K1→K2", 1, 5), exchange("K1→K3", 2, 4))).toBe(0);
    expect(count(exchange("K1→K2", 1, 3), exchange("K1→K2", 2, 4))).toBe(0);
    expect(count(exchange("K1→K2", 1, undefined), exchange("K1→K2", 2, undefined))).toBe(0);
  });

  test("a long way is told in short, and says how much is left out", () => {
    const through = Array.from({ length: 12 }, (_, i) => ({ standing: `S${i}`, from: i, to: i }));
    const sentence = meanwhileInWords({
      who: "K2",
      interval: { standing: "X", from: 0, to: 20 },
      other: "K1",
      through,
    });
    expect(sentence).toContain("K1 goes S0 → S1 (1) → S2 (2) → … 7 more … → S10 (10) → S11 (11)");
  });
});

describe("what changed inside a value", () => {
  const set = (...items: Json[]) => ({ "#set": items });
  const read = (before: Json | undefined, after: Json) =>
    differenceOf(before, after)
      .map(({ text, is }) => ({ kept: text, between: text, removed: `-${text}-`, added: `+${text}+` })[is])
      .join("");

  test.each<[string, Json | undefined, Json, string]>([
    ["nothing before", undefined, set("K1"), "{K1}"],
    ["the same", set("K1"), set("K1"), "{K1}"],
    ["a set", set("K1", "K2"), set("K2", "K3"), "{-K1-, K2, +K3+}"],
    ["a queue", ["a", "b", "c"], ["b", "c", "d"], "[-a-, b, c, +d+]"],
    ["a word", "Shared", "Modified", "-Shared- → +Modified+"],
    ["a record", { a: "x", b: set() }, { a: "x", b: set("K1") }, "{a x, b {+K1+}}"],
    ["another message", { kind: "Ack", n: true }, { kind: "Nack", n: true }, "-Ack(n)- → +Nack(n)+"],
    ["a record for nothing", { tag: "None" }, { a: "x" }, "-–- → +{a x}+"],
  ])("%s", (_, before, after, expected) => {
    expect(read(before, after)).toBe(expected);
    const left = differenceOf(before, after).filter(({ is }) => is === "kept" || is === "added");
    expect(left.map(({ text }) => text).join("")).toBe(showItf(after));
  });

  test.each(all)("without what was removed, it reads as the value after: %s", (_, trace) => {
    let changes = 0;
    trace.states.slice(1).forEach((state, i) => {
      for (const variable of trace.vars) {
        const before = new Map(entriesOf(trace.states[i]!, variable));
        for (const [place, value] of entriesOf(state, variable)) {
          const pieces = differenceOf(before.get(place), value);
          const after = pieces.filter(({ is }) => is === "kept" || is === "added");
          const isMessage = fieldsOf(value) !== undefined;
          if (!isMessage) expect(after.map(({ text }) => text).join("")).toBe(showItf(value));
          const differs = pieces.some(({ is }) => is !== "kept");
          expect(differs).toBe(JSON.stringify(before.get(place)) !== JSON.stringify(value));
          if (differs) changes++;
        }
      }
    });
    expect(changes).toBeGreaterThanOrEqual(trace.states.length - 2);
  });
});

describe("the state as a table", () => {
  test("has every value of the state once, with the one before", () => {
    const { processes, fields, others } = stateRowsOf(readme, 7);
    expect(processes).toEqual(["K1", "K2"]);
    const page = fields.find(({ field }) => field === "page")!;
    expect([...page.cells].map(([who, { before, after }]) => [who, before, after])).toEqual([
      ["K1", "WritingPend1", "Modified"],
      ["K2", "InvalidRead1", "InvalidRead1"],
    ]);
    expect([...page.cells.values()].map(isChanged)).toEqual([true, false]);
    expect(others.map(({ name }) => name)).toEqual(["content"]);
    expect(fields.length).toBe(Object.keys(fieldsOf(entriesOf(readme.states[0]!, "copy")[0]![1])!).length);
  });

  test("nothing has changed in the initial state", () => {
    const { fields, others } = stateRowsOf(readme, 0);
    expect(fields.flatMap(({ cells }) => [...cells.values()]).some(isChanged) || others.some(isChanged)).toBe(false);
  });

  test("tells fields that stay empty from those that do not", () => {
    const empty = emptyThroughout(readme);
    expect(empty).toContain("copy flagged");
    expect(empty).not.toContain("copy awaiting");
    expect(empty).not.toContain("copy page");
  });

  test("says whose requests are held back", () => {
    const lines = held.states.map((_, index) => heldBackAt(held, index));
    expect(lines.flat()).toContainEqual(expect.stringMatching(/^K\d: held(Fetch|FetchWrite) \{K\d.*\}$/));
    held.states.forEach((state, index) => {
      const copies = entriesOf(state, "copy").map(([, value]) => fieldsOf(value)!);
      const full = copies.flatMap(({ heldFetch, heldFetchWrite }) =>
        [heldFetch, heldFetchWrite].filter((value) => showItf(value) !== "{}"),
      );
      expect(lines[index]).toHaveLength(full.length);
    });
  });
});

describe("a run in words", () => {
  test("the kind of a message is what it is called, without what it carries", () => {
    expect(["Copy(data v1)", "Fetch", "Ack(writing)"].map((text) => kindOf({ text }))).toEqual([
      "Copy",
      "Fetch",
      "Ack",
    ]);
  });

  test("the section of the paper is told from its sentence", () => {
    expect(sectionOf({ says: "4.2, 4.7: a Copy" })).toEqual({ section: "4.2, 4.7", sentence: "a Copy" });
    expect(sectionOf({ says: "question 13: no" })).toEqual({ section: undefined, sentence: "question 13: no" });
    expect(sectionOf({})).toEqual({ section: undefined, sentence: "" });
  });

  test.each(all)("what is in flight in %s is what its channels hold", (_, trace) => {
    const pageModel = pageModelOf(trace);
    trace.states.forEach((state, index) => {
      const held = trace["#meta"].channels.flatMap((channel) =>
        entriesOf(state, channel).flatMap(([, content]) =>
          Array.isArray(content)
            ? content.map(() => 1)
            : (content as { "#map": [Json, Json][] })["#map"].map(([, n]) => Number(showItf(n))),
        ),
      );
      const flying = inFlightAt(pageModel, index).reduce((sum, { count }) => sum + count, 0);
      const cannot = state["#meta"].unspecified === undefined ? 0 : 1;
      expect(flying + cannot).toBe(held.reduce((sum, n) => sum + n, 0));
    });
  });

  test("a step concerns who acts, sends, receives or changes, and nobody else", () => {
    const pageModel = pageModelOf(refused);
    const { actors, exchanges } = pageModel.history;
    const exchange = exchanges.find(({ receivedAt }) => receivedAt !== undefined && actors[receivedAt] !== undefined)!;
    const [sentAt, receivedAt] = [exchange.sentAt!, exchange.receivedAt!];
    expect([...pageModel.steps[1]!.concerns]).toEqual([actors[1]]);
    expect([...pageModel.steps[receivedAt]!.concerns].sort()).toEqual([exchange.from, exchange.to].sort());
    const bystander = ["K1", "K2", "K3"].find((kernel) => kernel !== exchange.from && kernel !== exchange.to)!;
    expect(isConcerned(pageModel, receivedAt, { process: bystander })).toBe(false);
    const all = pageModel.steps.map((_, index) => index);
    expect(all.filter((index) => isConcerned(pageModel, index, { exchange }))).toEqual([sentAt, receivedAt]);
  });

  test("what is read aloud has the step, its changes, its messages and its sentence", () => {
    const pageModel = pageModelOf(readme);
    expect(sentenceOf(pageModel, 2)).toBe(
      "Step 2 of 8: Receive Fetch K2→K1. K1 Modified → Shared. + Copy(data v1) K1→K2. 4.2, 4.7: a Copy, and to Shared, once all concurrent writers have asked",
    );
    expect(sentenceOf(pageModel, 8)).toMatch(/\. Violated: Modified: K1; Shared: K2$/);
  });
});

describe("the drawing", () => {
  test.each(all)("has a line for each message of %s, downwards, between the lifelines of its ends", (_, trace) => {
    const pageModel = pageModelOf(trace);
    const rows = trace.states.map((_, index) => index);
    const drawing = drawingOf(pageModel, {
      rows,
      count: rows.length,
      hide: [],
      without: [],
      colours: coloursOf([pageModel]),
    });
    const xOf = new Map(drawing.lifelines.map(({ name, x }) => [name, x]));
    expect(drawing.arrows.map(({ exchange }) => exchange)).toEqual(pageModel.history.exchanges);
    for (const { exchange, x1, y1, x2, y2 } of drawing.arrows) {
      expect(y2).toBeGreaterThan(y1);
      expect(Math.abs(x1 - xOf.get(exchange.from)!)).toBeLessThan(10);
      expect(Math.abs(x2 - xOf.get(exchange.to)!)).toBeLessThan(10);
      expect(Math.floor(y1 / ROW_HEIGHTS[0])).toBe(exchange.sentAt);
      if (exchange.receivedAt !== undefined) expect(Math.floor(y2 / ROW_HEIGHTS[0])).toBe(exchange.receivedAt);
    }
    for (const { name, bands } of drawing.lifelines) {
      expect(bands.map(({ standing }) => standing)).toEqual(
        pageModel.intervals.get(name)?.map(({ standing }) => standing) ?? [""],
      );
      expect(bands.slice(1).map(({ y }) => y)).toEqual(bands.slice(0, -1).map(({ end }) => end));
    }
  });

  test("leaves out who and what is hidden", () => {
    const pageModel = pageModelOf(refused);
    const rows = refused.states.map((_, index) => index);
    const drawn = { rows, count: rows.length, hide: ["K3"], without: ["Fetch"], colours: coloursOf([pageModel]) };
    const { lifelines, arrows } = drawingOf(pageModel, drawn);
    expect(lifelines.map(({ name }) => name)).toEqual(["K1", "K2"]);
    const left = messageHistoryOf(refused).exchanges.filter(
      ({ from, to, text }) => ![from, to].includes("K3") && text !== "Fetch",
    );
    expect(arrows.map(({ exchange: { text, sentAt } }) => [text, sentAt])).toEqual(
      left.map(({ text, sentAt }) => [text, sentAt]),
    );
    expect(left.length).toBeGreaterThan(0);
  });
});

describe("two runs", () => {
  const steps = (rows: readonly AlignedRow[], run: number) =>
    rows.flatMap((row) => (row[run] === undefined ? [] : [row[run]]));

  test("have all their steps in order, and those that both take in one row", () => {
    const rows = rowsOf([readme, lasso]);
    expect(steps(rows, 0)).toEqual(readme.states.map((_, i) => i));
    expect(steps(rows, 1)).toEqual(lasso.states.map((_, i) => i));
    for (const [i, j] of rows.slice(1)) {
      if (i === undefined || j === undefined) continue;
      const [{ action, binding, message }, other] = [readme.states[i]!["#meta"], lasso.states[j]!["#meta"]];
      expect({ action, binding, message }).toEqual({
        action: other.action,
        binding: other.binding,
        message: other.message,
      });
    }
    expect(alignmentInWords(rows)).toBe(
      "4 steps in common, 4 only on the left, 11 only on the right; the first difference is in row 4",
    );
    expect(stateAtRow(rows, 1, 5)).toBe(3);
  });

  test("that are the same have nothing apart", () => {
    const rows = rowsOf([readme, readme]);
    expect(rows).toEqual(readme.states.map((_, i) => [i, i]));
    expect(alignmentInWords(rows)).toMatch(/0 only on the left, 0 only on the right: the runs take the same steps$/);
  });

  test("with different messages in a step of the same name are apart there", () => {
    const changed = structuredClone(readme) as unknown as { states: { "#meta": { message?: unknown } }[] };
    changed.states[2]!["#meta"].message = "another";
    expect(rowsOf([readme, changed as never as Trace])[2]).not.toEqual([2, 2]);
  });
});

describe("the address", () => {
  const choosable: Choosable = {
    rows: 9,
    processes: ["K1", "K2", "K3"],
    kinds: ["Fetch", "Copy"],
    followable: ["K1", "message:3"],
  };

  test("says what is shown, and gives it back", () => {
    expect(toAddress({ ...atFirst(choosable), step: 5, hide: ["K3"] })).toBe("#step=5&hide=K3");
    const shown = {
      ...{ step: 2, hide: ["K1", "K3"], without: ["Copy"], changed: true, follow: "message:3", find: "a&b = ✗" },
      theme: "dark" as const,
      zoom: 2,
    };
    expect(fromAddress(toAddress(shown), choosable)).toEqual(shown);
  });

  test.each([
    ["#step=99", { step: 8 }],
    ["#step=-3&zoom=7", { step: 0, zoom: 2 }],
    ["#step=x&hide=K9&without=Nack&follow=message:99&theme=pink&changed=yes&zoom=far", {}],
    ["#hide=K2&hide=K1", { hide: ["K1", "K2"] }],
    ["", {}],
  ])("%s: what the runs do not have is passed over", (fragment, expected) => {
    expect(fromAddress(fragment, choosable)).toEqual({ ...atFirst(choosable), ...expected });
  });

  test("says which runs are shown, if not those that are at first", () => {
    const first = { trace: 0, beside: undefined };
    expect(selectionIn("#trace=2&beside=3", 3, first)).toEqual({ trace: 1, beside: 2 });
    expect(selectionIn("#trace=4", 3, first)).toEqual(first);
    expect(selectionIn("#trace=2&beside=2", 3, first)).toEqual({ trace: 1, beside: undefined });
    expect(toAddress(atFirst(choosable), { trace: 1, beside: 0 }, first)).toBe("#trace=2&beside=1&step=8");
  });
});

describe("the file", () => {
  const assets = { script: "console.log(1)", style: "p{}" };
  const page = (trace: Trace) => htmlOf([trace], assets, { beside: false });

  test("allows its own script and style by their hashes, and nothing else", () => {
    const html = page(readme);
    const hash = (text: string) => createHash("sha256").update(text).digest("base64");
    const [, policy] = /http-equiv="Content-Security-Policy" content="([^"]*)"/.exec(html)!;
    expect(policy!.split("; ")).toEqual([
      "default-src 'none'",
      `script-src 'sha256-${hash(assets.script)}'`,
      `style-src 'sha256-${hash(assets.style)}'`,
      "img-src data:",
      "connect-src 'none'",
      "base-uri 'none'",
      "form-action 'none'",
    ]);
    expect(html.match(/https?:/g)).toBeNull();
  });

  test("carries the trace as data that cannot end its element", () => {
    const evil = `</script><!--<script>"&`;
    const trace = {
      ...readme,
      "#meta": { ...readme["#meta"], explanation: evil, property: { ...readme["#meta"].property, name: evil } },
    };
    const html = page(trace);
    expect(html).not.toContain(evil);
    expect(html.match(/<\/script>/g)).toHaveLength(2);
    const [, data] = /<script type="application\/json" id="contents">(.*)<\/script>/.exec(html)!;
    expect(data).not.toMatch(/[<>]/);
    expect(unpack(JSON.parse(data!).packed)).toEqual([trace]);
    expect(html).toContain("<title>&lt;/script&gt;&lt;!--&lt;script&gt;&quot;&amp; · popcheck</title>");
  });
});
