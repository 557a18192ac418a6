/**
 * How variables with many values are split into columns, and that a search with them begins anew and comes to the same.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Set as ISet, Record } from "immutable";
import { afterEach, describe, expect, test } from "vitest";
import {
  disabled,
  integer,
  type Member,
  model,
  perMember,
  type StateOf,
  scalarset,
  single,
  type ValuesOf,
  vocabulary,
} from "../../checker/model/index.js";
import { Instance } from "../../checker/model/instance.js";
import { Columns, type ElementSplit, type FieldGroups } from "../../checker/observe/columns.js";
import { Families } from "../../checker/observe/intern.js";
import { splitsFurther } from "../../checker/observe/splitting.js";
import { Check } from "../../checker/search/check.js";
import { checkpointsIn } from "../../checker/search/exhaustive/checkpoint.js";
import { readManifest } from "../../checker/search/exhaustive/manifest.js";
import type { SearchOptions } from "../../checker/search/options.js";
import { lengthOf } from "../../traces/trace.js";
import mailbox, { colours, Message, nodes as mailNodes } from "../search/models/mailbox.js";
import { explore } from "../support/naive-explorer.js";
import { fieldByField } from "../support/search-ways.js";

const parameters = { most: integer("greatest count", { default: 25, min: 1, max: 400 }) };
/** `first` and `copy` are always equal, `still` is constant, and the others do not depend on anything. */
class Counts extends Record({ first: 0, second: 0, still: 7, third: 0, copy: 0 }) {}
const nodes = scalarset("node", { prefix: "n", size: 2 });
type Node = Member<"node">;
const variables = () => ({
  counts: single(new Counts()),
  holds: perMember<boolean, Node>(nodes, false),
});
type State = StateOf<ReturnType<typeof variables>, ValuesOf<typeof parameters>>;
const { action, always } = vocabulary<State>();

/** A counter of three digits, each of which counts by itself: (most + 1)³ values of one variable. */
const odometer = model({
  name: "odometer",
  about: "three counts in one record",
  parameters,
  variables,
  actions: ({ most }) => [
    action("First", {}, (s) => {
      const { first } = s.counts();
      return first === most ? disabled : s.withCounts(s.counts().merge({ first: first + 1, copy: first + 1 }));
    }),
    ...(["second", "third"] as const).map((field) =>
      action(field, {}, (s) =>
        s.counts()[field] === most ? disabled : s.withCounts(s.counts().update(field, (n) => n + 1)),
      ),
    ),
    action("Take", { n: nodes }, (s, { n }) =>
      s.counts().third === most && !s.holds(n) ? s.withHolds(n, true) : disabled,
    ),
    action("Start over", {}, (s) => (s.counts().first === most ? s.withCounts(new Counts()) : disabled)),
  ],
  properties: ({ most }) => [
    always({
      ...{ name: "not all", says: "", for: {}, explain: () => "" },
      holds: (s) =>
        !(s.counts().first === most && s.counts().second === most && s.members(nodes).every((n) => s.holds(n))),
    }),
    always({ name: "alike", says: "", for: {}, holds: (s) => s.counts().copy === s.counts().first, explain: () => "" }),
  ],
});

const make = (most = 25) => new Instance(odometer, { most });
const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});
const folder = () => {
  const made = mkdtempSync(join(tmpdir(), "popcheck-splitting-"));
  folders.push(made);
  return made;
};

function searched(check: Check) {
  try {
    check.work();
    const { distinct, generated, depth, properties, incomplete } = check.outcome();
    const verdicts = properties.map(({ name, verdict, trace }) => [name, verdict, trace && lengthOf(trace)]);
    return { distinct, generated, depth, verdicts, incomplete, splits: check.search.engine.families.splits };
  } finally {
    check.close();
  }
}

describe("columns", () => {
  test("a slot has one column for each group of fields, and keeps its place among those of its variable", () => {
    const counts = [
      ["third", "first"],
      ["second", "still", "copy"],
    ];
    const columns = new Columns(make(), { counts });
    expect(columns.layout.variables).toEqual(["counts (third, first)", "counts (second, still, copy)", "holds"]);
    expect(columns.slotOf).toEqual([0, 0, 1, 2]);
    expect([columns.of(0), columns.of(1), columns.of(2)]).toEqual([[0, 1], [2], [3]]);
  });

  test("a row of columns stands for the values that it was made of, and each read names its field", () => {
    const instance = make();
    const families = new Families(instance, {
      counts: [
        ["third", "first"],
        ["second", "still", "copy"],
      ],
    });
    const values = instance.initial[0]!.map((value) =>
      value instanceof Counts ? value.merge({ first: 1, second: 2, third: 3 }) : value,
    );
    const row = families.rowOf(values);
    expect(row).toHaveLength(4);
    expect(String(families.valuesOf(row)[0])).toBe(String(values[0]));
    const domain = families.ofColumn[1]!.domains[2]!;
    expect(families.placeOf({ column: 1, domain })).toEqual({ slot: 0, field: "copy" });
  });
});

describe("a variable with many values", () => {
  test("is split into groups of fields that depend on each other", () => {
    const families = new Families(make());
    for (let first = 0; first < 26; first++)
      for (let second = 0; second < 26; second++)
        for (let third = 0; third < 26; third++)
          families.intern(families.families[0]!, new Counts({ first, second, third, copy: first }));
    const counts = splitsFurther(families, [26 ** 3, 1])!.counts as FieldGroups;
    expect(counts.flat().sort()).toEqual(["copy", "first", "second", "still", "third"]);
    // Two of the three counts, with 676 values, fit into a group, and with them what depends on one or is constant.
    expect(counts).toHaveLength(2);
    expect(counts.find((group) => group.includes("first"))).toContain("copy");
  });

  test("is not split while it has few, nor is one that holds no records", () => {
    const families = new Families(make());
    const meet = (first: number) => families.intern(families.families[0]!, new Counts({ first, second: first % 7 }));
    for (let first = 0; first < 16_384; first++) meet(first);
    expect(splitsFurther(families, [16_384, 1])).toBeUndefined();
    meet(16_384);
    expect(splitsFurther(families, [16_384, 1])).toBeDefined();
  });

  test.each([true, false])(
    "is counted as the naive explorer counts it, with each field in a column: symmetry %s",
    (symmetry) => {
      const small = make(3);
      const { verdicts, incomplete, splits, ...found } = searched(new Check(small, { symmetry }, fieldByField(small)));
      expect([Object.keys(splits), incomplete]).toEqual([["counts"], undefined]);
      const naive = explore(make(3));
      if (symmetry) expect(found.distinct).toBe((3 * naive.distinct) / 4);
      else expect(found).toEqual({ distinct: naive.distinct, generated: naive.generated, depth: naive.depth });
      // Three steps for each of three counts, and two for the nodes.
      expect(verdicts[0]).toEqual(["not all", "violated", 11]);
      expect(naive.violated.get("not all")).toBe(11);
    },
  );

  test.each<[string, SearchOptions]>([
    ["with one thread", {}],
    ["with two threads", { threads: 2, levelForThreads: 1 }],
    ["compressed", { store: "compressed" }],
    ["with fingerprints", { store: "fingerprint" }],
    ["without symmetry", { symmetry: false }],
  ])("has the search begin anew, %s, which comes to the same", (_, options) => {
    const { splits, incomplete, ...found } = searched(new Check(make(), options));
    expect(Object.keys(splits)).toEqual(["counts"]);
    expect(incomplete).toBeUndefined();
    const { symmetry = true } = options;
    // All, one or none of two nodes hold, or each or none.
    expect(found.distinct).toBe((symmetry ? 3 : 4) * 26 ** 3);
    const plain = searched(new Check(make(), { search: "dfs", symmetry }));
    expect(plain.splits).toEqual({});
    expect([found.distinct, found.generated]).toEqual([plain.distinct, plain.generated]);
    const verdicts = found.verdicts.map(([name, verdict]) => `${name} ${verdict}`);
    expect(verdicts.slice(0, 2)).toEqual(["not all violated", "alike holds"]);
    // 25 steps for each of three counts, and two for the nodes.
    if (options.store !== "fingerprint") expect(found.verdicts[0]![2]).toBe(77);
  });

  test("is split the same way in a search that is taken up from a checkpoint", () => {
    const checkpoint = folder();
    const first = new Check(make(), { checkpoint, maxStates: 52_000 });
    first.search.about = { by: "me" };
    first.work();
    const { splits } = first.search.engine.families;
    expect(Object.keys(splits)).toEqual(["counts"]);
    first.close();
    const [name] = checkpointsIn(checkpoint);
    const { body } = readManifest(checkpoint, name!);
    expect([body.about, body.splits]).toEqual([{ by: "me" }, splits]);
    const check = new Check(make(), { checkpoint });
    check.resume(checkpoint, name!, body, 1);
    const resumed = searched(check);
    expect(resumed.splits).toEqual(splits);
    expect(resumed).toEqual(searched(new Check(make())));
  });

  test("may have more values than a row can name", () => {
    const { distinct, incomplete } = searched(
      new Check(make(40), { symmetry: true, search: "dfs", properties: ["alike"] }),
    );
    // None, one or both of the nodes hold.
    expect(distinct).toBe(3 * 41 ** 3);
    expect(incomplete).toBeUndefined();
  });
});

describe("a collection with many values", () => {
  const [n1, n2, n3, n4] = [0, 1, 2, 3].map((i) => mailNodes.member(i)) as [Member, Member, Member, Member];
  const [c1, c2] = [0, 1].map((i) => colours.member(i)) as [Member, Member];
  const of = (fields: object) => new Message(fields as never);

  test("gets a column for each element that was met, and for each renaming of it, whether met or not", () => {
    const families = new Families(new Instance(mailbox, { nodes: 4 }));
    const mail = families.families[0]!;
    const met = [
      of({ kind: "ask", from: n1, colour: c1 }),
      of({ kind: "ask", from: n1, colour: c2 }),
      ...[n2, n3, n4].map((to) => of({ kind: "tell", from: n1, to })),
      of({ kind: "pair", both: ISet([n1, n2]) }),
    ];
    for (let bits = 0; bits < 2 ** met.length; bits++)
      families.intern(mail, ISet(met.filter((_, i) => ((bits >> i) & 1) === 1)));
    const counts = families.families.map(({ interner }) => interner.count);
    const { mail: split } = splitsFurther(families, counts)! as { mail: ElementSplit };
    const kinds = split.elements.map((message) => (message as Message).kind).sort();
    // Four nodes ask for two colours and tell three others each, and make six pairs.
    expect(kinds).toEqual([...Array(8).fill("ask"), ...Array(6).fill("pair"), ...Array(12).fill("tell")]);
    const { columns } = new Families(new Instance(mailbox, { nodes: 4 }), { mail: split });
    expect(columns.orbits.map(({ by }) => by?.map((set) => set.name) ?? "in no order")).toEqual([
      ["node", "colour"],
      "in no order",
      ["node", "node"],
    ]);
  });
});
