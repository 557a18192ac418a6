/**
 * Single cells of Popcorn's table, run by themselves: what the whole state space does not show, since it is the same
 * with kernels exchanged (who wins a tie), or shows in large instances only.
 */
import { describe, expect, test } from "vitest";
import { Instance } from "../../checker/model/instance.js";
import {
  type Copy,
  type Kernel,
  kernels,
  Least,
  nobody,
  type Page,
  stamps,
  versionsOf,
} from "../../spec/popcorn/copy.js";
import { popcorn } from "../../spec/popcorn/index.js";
import { Ack, CopyOf, Invalid, type Message, Nack } from "../../spec/popcorn/messages.js";
import type { Options } from "../../spec/popcorn/options.js";
import { pageTable } from "../../spec/popcorn/page-table.js";
import { receptionOf } from "../../spec/popcorn/reception.js";
import type { PopcornState } from "../../spec/popcorn/state.js";
import { fetchDone } from "../../spec/popcorn/wait-states.js";

type Fields = Parameters<Copy["merge"]>[0];

/** Three kernels of a stage, and the state in which their copies are as they are given. */
function table(given: Record<string, unknown>) {
  const instance = new Instance(popcorn, { kernels: 3, ...given });
  const declared = instance.stateOf(instance.initial[0]!) as unknown as PopcornState;
  const [k1, k2, k3] = declared.members(kernels) as [Kernel, Kernel, Kernel];
  const options = declared.parameters as Options;
  const { cells } = pageTable(options);
  /** What kernel `at`, whose copy is as given, does with a message of `from`. */
  const receive = (at: Kernel, copy: Copy, from: Kernel, message: Message): PopcornState => {
    const cell = cells[copy.page as Page][message.kind];
    if (cell.kind !== "rule") throw new Error(`${copy.page} × ${message.kind} is ${cell.kind}`);
    return cell.next(receptionOf(declared.withCopy(at, copy), { from, to: at }, message)) as PopcornState;
  };
  const copy = (fields: Fields) => declared.copy(k1).merge({ data: null }).merge(fields) as Copy;
  return { declared, kernels: [k1, k2, k3] as const, receive, copy, versions: versionsOf(options) };
}

describe("4.3: Nack if the time stamp, then the index, in the message is greater; otherwise Ack", () => {
  const { kernels: all, receive, copy } = table({ stage: "4.7", clocks: "ties" });
  const [k1, k2, k3] = all;
  const [early, late] = [stamps.at(1), stamps.at(3)];
  const voteOf = (page: Page, at: Kernel, own: typeof early, from: Kernel, other: typeof early) => {
    const state = receive(at, copy({ page, stamp: own, awaiting: nobody.add(from) }), from, Invalid(other));
    return state
      .link(at, from)
      .messages()
      .map(({ kind }) => kind);
  };

  test.each<Page>(["WritingPend1", "WritingPend2", "WritingRead"])("%s", (page) => {
    for (const [at, from] of [
      [k1, k2],
      [k2, k3],
      [k1, k3],
    ] as const) {
      // A tie: the index in the message decides.
      expect(voteOf(page, at, early, from, early)).toEqual(["Nack"]);
      expect(voteOf(page, from, early, at, early)).toEqual(["Ack"]);
      // No tie: the index does not matter.
      for (const [a, b] of [
        [at, from],
        [from, at],
      ] as const) {
        expect(voteOf(page, a, early, b, late)).toEqual(["Nack"]);
        expect(voteOf(page, a, late, b, early)).toEqual(["Ack"]);
      }
    }
  });
});

describe("question 6, least-stamp: the winner is whoever has the least time stamp, then the least index", () => {
  const { kernels: all, receive, copy } = table({ stage: "4.7", clocks: "ties", winnerInStep2: "least-stamp" });
  const [k1, k2, k3] = all;
  const [early, late] = [stamps.at(1), stamps.at(3)];
  const leastAfter = (answers: readonly (readonly [Kernel, typeof early])[], vote: typeof Ack | typeof Nack) => {
    let own = copy({ page: "WritingPend2", stamp: late, awaiting: nobody.add(k2).add(k3) });
    for (const [from, stamp] of answers) own = receive(k1, own, from, vote({ writing: true, stamp })).copy(k1);
    return own.least;
  };

  test.each([
    ["Acks", Ack],
    ["Nacks", Nack],
  ] as const)("told by %s, in either order", (_name, vote) => {
    const told = (one: typeof early, other: typeof early) => [
      leastAfter(
        [
          [k2, one],
          [k3, other],
        ],
        vote,
      ),
      leastAfter(
        [
          [k3, other],
          [k2, one],
        ],
        vote,
      ),
    ];
    const is = (kernel: Kernel, stamp: typeof early) => Array(2).fill(new Least({ kernel, stamp }));
    expect(told(early, early)).toEqual(is(k2, early));
    expect(told(early, late)).toEqual(is(k2, early));
    expect(told(late, early)).toEqual(is(k3, early));
  });
});

describe("question 16, lower-index: of those that fetch together the lowest index loads the page", () => {
  const { declared, kernels: all, copy } = table({ stage: "4.8", fetchingValidVoid: "lower-index" });

  test.each([0, 1, 2])("kernel %i", (own) => {
    const at = all[own]!;
    for (const other of all.filter((kernel) => kernel !== at)) {
      const fellows = nobody.add(other);
      const state = declared.withCopy(at, copy({ page: "FetchingValid", fellows }));
      const [next] = [fetchDone(state, at)].flat() as PopcornState[];
      const lower = own < all.indexOf(other);
      expect(next!.copy(at).page).toBe(lower ? "NotReplicated" : "FetchingNotReplicated");
    }
  });
});

describe("question 1: of several Copies", () => {
  /** The versions 1 and 3 that come, and the one that is kept, by what comes first. */
  const kept = (install: string, page: Page) => {
    const { kernels: all, receive, copy, versions } = table({ stage: "4.7", install });
    const [k1, k2, k3] = all;
    const [older, newer] = [versions.at(1), versions.at(3)];
    const copyAfter = (...data: (typeof older)[]) =>
      data.reduce(
        (own, version, i) => receive(k1, own, [k2, k3][i]!, CopyOf(version)).copy(k1),
        copy({ page, stamp: stamps.at(1), awaiting: nobody.add(k2).add(k3) }),
      );
    expect(copyAfter(older, newer).awaiting.isEmpty()).toBe(true);
    return [copyAfter(older, newer), copyAfter(newer, older)].map(({ data }) => (data === newer ? "newer" : "older"));
  };

  test.each<Page>(["InvalidRead1", "WritingRead"])("%s", (page) => {
    expect(kept("last", page)).toEqual(["newer", "older"]);
    expect(kept("first", page)).toEqual(["older", "newer"]);
    expect(kept("newest", page)).toEqual(["newer", "newer"]);
  });
});

describe("question 7: of a round's other writers a copy remembers", () => {
  const { kernels: all } = table({ stage: "4.7" });
  const [k1, k2, k3] = all;
  /** The copy of K1 after two Invalids of K2 and one of K3, and one flagged answer of each. */
  const copyAfter = (rounds: string) => {
    const { receive, copy } = table({ stage: "4.7", rounds });
    const late = stamps.at(9);
    const messages: (readonly [Kernel, Message])[] = [
      ...[k2, k3, k2].map((from) => [from, Invalid(stamps.at(1))] as const),
      ...[k2, k3].map((from) => [from, Nack({ writing: true })] as const),
    ];
    return messages.reduce(
      (own, [from, message]) => receive(k1, own, from, message).copy(k1),
      copy({ page: "WritingPend2", stamp: late, awaiting: nobody.add(k2).add(k3) }),
    );
  };

  test("who they are", () => {
    const { seen, flagged, counts } = copyAfter("identities");
    expect([seen, flagged].map((set) => set.equals(nobody.add(k2).add(k3)))).toEqual([true, true]);
    expect(counts.toObject()).toEqual({ flagged: 0, seen: 0, asked: 0 });
  });

  test("or how many", () => {
    const { seen, flagged, counts } = copyAfter("counts");
    expect([seen.size, flagged.size]).toEqual([0, 0]);
    expect(counts.toObject()).toEqual({ flagged: 2, seen: 3, asked: 0 });
  });
});
