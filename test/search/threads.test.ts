/**
 * However many threads search, the outcome is the same, to the byte, and what an author's function does wrong is told
 * the same.
 */
import { describe, expect, test } from "vitest";
import { disabled, model, type StateOf, single, vocabulary } from "../../checker/model/index.js";
import { Instance } from "../../checker/model/instance.js";
import type { AnyModel } from "../../checker/model/model.js";
import { Check } from "../../checker/search/check.js";
import { ExhaustiveSearch } from "../../checker/search/exhaustive/exhaustive-search.js";
import type { SearchOptions } from "../../checker/search/options.js";
import { exceptRelease, releaseTest } from "../support/extent.js";
import { complaintOfSync } from "../support/thrown.js";
import {
  expectSameByThreads,
  expectSameOnFingerprints,
  lasting,
  levelForThreads,
  type Searching,
  search,
  together,
} from "./any-threads.js";

const late = { stopAtFirst: true, properties: ["no unspecified reception", "replicated xor not"] };

// Larger ones are in threads.slow.ts.
const models: readonly Searching[] = [
  ["naive-mutex", { processes: 6 }, { symmetry: false }],
  ["german", { nodes: 2 }, { symmetry: false }],
  ["german", { nodes: 2 }, {}],
  ["popcorn", { stage: "4.2", kernels: 3 }, {}],
  ["popcorn", { stage: "4.8", kernels: 3, network: "fifo" }, late],
  ["german", { nodes: 2 }, { symmetry: false, maxDepth: 20 }],
];

describe("1, 2, 3 and 4 threads come to the same outcome, and to traces equal to the byte:", () => {
  const isSlow = ([model, , options]: Searching) => model === "popcorn" || options.maxDepth !== undefined;
  test.each(exceptRelease(models, isSlow))("%s %j %j", expectSameByThreads);

  releaseTest("with fingerprints too, but for the traces: their rows are kept only for a while", () =>
    expectSameOnFingerprints({ stage: "4.2", kernels: 3 }),
  );
});

/** Three wheels, of 30 teeth 27,000 states, in levels of up to 675. */
const variables = () => ({ a: single(0), b: single(0), c: single(0), mark: single(0) });
type State = StateOf<ReturnType<typeof variables>>;
const { action, always } = vocabulary<State>();
const [off, fine] = [() => disabled, () => true] as const;

function wheels(
  suspect: (state: State) => State | typeof disabled,
  holds: (state: State) => boolean,
  teeth = 30,
): AnyModel {
  const turn = (n: number) => (n < teeth - 1 ? n + 1 : n);
  return model({
    name: "wheels",
    about: "",
    parameters: {},
    variables,
    actions: () => [
      action("A", {}, (s) => s.withA(turn(s.a()))),
      action("B", {}, (s) => s.withB(turn(s.b()))),
      action("C", {}, (s) => s.withC(turn(s.c()))),
      action("Suspect", {}, suspect),
    ],
    properties: () => [always({ name: "true", says: "", for: {}, holds, explain: () => "" })],
  });
}

describe("what an author's function does wrong is told the same by 1, 2 and 3 threads:", () => {
  const far = (s: State) => s.a() > 17 && s.b() > 12 && s.c() > 15;
  const fail = () => {
    throw new Error("the reason");
  };
  const cases: readonly (readonly [what: string, of: () => AnyModel, says: RegExp])[] = [
    [
      "an action that throws",
      () => wheels((s) => (far(s) ? fail() : disabled), fine),
      /^action Suspect.* threw the reason/,
    ],
    ["an invariant that throws", () => wheels(off, (s) => !far(s) || fail()), /^property "true" threw the reason/],
    [
      "an action that returns nothing",
      () => wheels((s) => (far(s) ? (undefined as never) : disabled), fine),
      /returned undefined/,
    ],
    [
      "an action that counts its calls",
      () => {
        let calls = 0;
        return wheels((s) => (far(s) && s.mark() === 0 ? s.withMark(1 + (calls++ % 2)) : disabled), fine);
      },
      /action Suspect.* is not a pure function/,
    ],
  ];
  test.each(cases)("%s", (_what, of, says) => {
    const said = [1, 2, 3].map((threads) =>
      together(() => {
        const check = new Check(new Instance(of()), { threads, levelForThreads, audit: 200 });
        try {
          check.work();
          const came = complaintOfSync(() => check.outcome());
          return { lookedAtBy: check.search.result.lookedAtBy, came };
        } finally {
          check.close();
        }
      }),
    );
    expect(said[0]!).toMatch(says);
    expect(said).toEqual([said[0], said[0], said[0]]);
  });

  test("and of a model without fault, nothing", () => {
    const outcomes = [1, 3].map((threads) => lasting(search(() => new Instance(wheels(off, fine)), { threads })));
    expect(outcomes[1]).toEqual(outcomes[0]);
    expect(outcomes[0]).toMatchObject({ distinct: 27_000, incomplete: undefined });
  });
});

describe("limits stop all threads:", () => {
  test.each<[string, SearchOptions, RegExp]>([
    ["maxStates", { maxStates: 60_000 }, /max-states 60,000; every state up to depth/],
    ["storeMemory", { storeMemory: 3.3e6 }, /memory limit.*every state up to depth/],
  ])("%s", (_what, options, reason) => {
    for (const threads of [2, 3]) {
      const { outcome } = search(() => new Instance(wheels(off, fine, 60)), { threads, ...options });
      expect(outcome.incomplete).toMatch(reason);
      expect(outcome.properties.map(({ verdict }) => verdict)).toEqual(["incomplete"]);
      expect(outcome.distinct).toBeGreaterThan(40_000);
      expect(outcome.distinct).toBeLessThan(60 ** 3);
    }
  });
});

test("a thread hands over a row for which tables lack an entry, and goes on without waiting for the first", () => {
  const came = together(() => {
    const search = new ExhaustiveSearch(new Instance(wheels(off, fine)), { threads: 2, levelForThreads: 1 });
    const { engine } = search;
    const handleMiss = engine.handleMiss.bind(engine);
    let expandedMeanwhile = 0;
    engine.handleMiss = () => {
      // Nothing is answered before the other thread has come to such a row, and to the end of another behind it.
      const until = performance.now() + 50;
      const expanded = () => search.result.lookedAtBy[1]!;
      let before: number | undefined;
      while (engine.pool.busy && performance.now() < until) {
        if (before === undefined && engine.control.hasLeftover) before = expanded();
        if (before !== undefined && expanded() > before) break;
      }
      expandedMeanwhile += before === undefined ? 0 : expanded() - before;
      handleMiss();
    };
    search.run();
    const { lookedAtBy, distinct } = search.result;
    search.close();
    return { lookedAtBy: [1, expandedMeanwhile], came: { lookedAtBy, distinct } };
  });
  expect(came.distinct).toBe(27_000);
  expect(came.lookedAtBy[0]! + came.lookedAtBy[1]!).toBe(27_000);
});
