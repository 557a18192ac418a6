/**
 * Single cells of Popcorn's table, run by themselves: what the whole state space does not show, since it is the same
 * with kernels exchanged (who wins a tie), or shows in large instances only.
 */
import { describe, expect, test } from "vitest";
import { type Action, disabled } from "../../checker/model/index.js";
import { Instance } from "../../checker/model/instance.js";
import { stateOf } from "../../checker/model/state-under-test.js";
import {
  type Copy,
  type Kernel,
  kernels,
  Least,
  nobody,
  Owner,
  type Page,
  stamps,
  versionsOf,
  waitPages,
} from "../../spec/popcorn/copy.js";
import { popcorn } from "../../spec/popcorn/index.js";
import { leave } from "../../spec/popcorn/membership.js";
import {
  Ack,
  CopyOf,
  CopyVoid,
  Fetch,
  FetchWrite,
  Invalid,
  type Message,
  Nack,
  usersIn,
  withUsers,
} from "../../spec/popcorn/messages.js";
import type { Options } from "../../spec/popcorn/options.js";
import { pageTable } from "../../spec/popcorn/page-table.js";
import { receptionOf } from "../../spec/popcorn/reception.js";
import { ask, fetch } from "../../spec/popcorn/sending.js";
import type { PopcornState } from "../../spec/popcorn/state.js";
import { fetchDone, readDone, writeAgain } from "../../spec/popcorn/wait-states.js";

type Fields = Parameters<Copy["merge"]>[0];

/** Three kernels of a stage, and the state in which their copies are as they are given. */
function table(given: Record<string, unknown>) {
  const instance = new Instance(popcorn, { kernels: 3, ...given });
  const declared = instance.stateOf(instance.initial[0]!) as unknown as PopcornState;
  const [k1, k2, k3] = declared.members(kernels) as [Kernel, Kernel, Kernel];
  const options = declared.parameters as Options;
  const { cells } = pageTable(options);
  /** What kernel `at`, whose copy is as given, does with a message of `from`, in a state that is else as given. */
  const receive = (at: Kernel, copy: Copy, from: Kernel, message: Message, state = declared): PopcornState => {
    const cell = cells[copy.page as Page][message.kind];
    if (cell.kind !== "rule") throw new Error(`${copy.page} × ${message.kind} is ${cell.kind}`);
    return cell.next(receptionOf(state.withCopy(at, copy), { from, to: at }, message)) as PopcornState;
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

/** The kinds of the messages in flight from one kernel to another. */
const inFlight = (state: PopcornState, from: Kernel, to: Kernel) =>
  state
    .link(from, to)
    .messages()
    .map(({ kind }) => kind);

describe("5.2: the owner is the sender of the Invalid that was Acked last", () => {
  const { kernels: all, declared, receive, copy } = table({ stage: "4.7", owner: true });
  const [k1, k2, k3] = all;
  const [early, late] = [stamps.at(1), stamps.at(3)];
  const ownerAfter = (fields: Fields, stamp: typeof early) =>
    receive(k1, copy(fields), k2, Invalid(stamp), declared.withOwner(k1, new Owner({ kernel: k3 }))).owner(k1).kernel;

  test.each<Page>(["Invalid", "Shared", "InvalidRead1", "InvalidRead2"])("%s", (page) => {
    expect(ownerAfter({ page }, early)).toBe(k2);
  });

  test.each<Page>(["WritingPend1", "WritingPend2", "WritingRead"])("%s, by its vote", (page) => {
    expect(ownerAfter({ page, stamp: late }, early)).toBe(k2);
    expect(ownerAfter({ page, stamp: early }, late)).toBe(k3);
  });

  test("Modified, which Nacks, keeps its owner", () => expect(ownerAfter({ page: "Modified" }, early)).toBe(k3));

  test("a reader asks it alone, and all others if it has no Copy", () => {
    const owned = declared.withOwner(k1, new Owner({ kernel: k2 }));
    const asking = fetch(owned, k1, copy({ page: "InvalidRead1" }), Fetch(), true);
    expect([inFlight(asking, k1, k2), inFlight(asking, k1, k3)]).toEqual([["Fetch"], []]);
    const answered = receive(k1, asking.copy(k1), k2, CopyVoid(), asking);
    const again = readDone(answered, k1) as PopcornState;
    expect([inFlight(again, k1, k2), inFlight(again, k1, k3)]).toEqual([["Fetch", "Fetch"], ["Fetch"]]);
    expect(again.copy(k1).awaiting.size).toBe(2);
  });

  test("a loser that asked it alone asks all if the owner has moved, even with a Copy", () => {
    const losers = table({ stage: "4.7", owner: true, ownerAsked: "by-losers-too" });
    const own = copy({ page: "WritingRead", stamp: late });
    const asking = fetch(losers.declared.withOwner(k1, new Owner({ kernel: k2 })), k1, own, FetchWrite(), true);
    const moved = losers.receive(k1, asking.copy(k1), k3, Invalid(early), asking);
    const answered = losers.receive(k1, moved.copy(k1), k2, CopyOf(losers.versions.at(1)), moved);
    const again = writeAgain(answered, k1) as PopcornState;
    expect([again.copy(k1).page, again.copy(k1).awaiting.size]).toEqual(["WritingRead", 2]);
  });
});

describe("5.2: the bitmap of a page's users", () => {
  const given = { stage: "4.8", multicast: true };
  const { kernels: all, declared, receive, copy, versions } = table(given);
  const [k1, k2, k3] = all;
  const users = (...kernels: readonly Kernel[]) => nobody.concat(kernels);

  test("is updated by a Fetch, and carried in the answer, without its receiver", () => {
    const own = copy({ page: "Shared", data: versions.at(1) });
    const after = receive(k1, own, k2, Fetch(), declared.withUsers(k1, users(k3)));
    expect(after.users(k1)).toEqual(users(k2, k3));
    const [answer] = after.link(k1, k2).messages();
    expect(usersIn(answer!).equals(users(k1, k3))).toBe(true);
    const received = receive(k2, copy({ page: "FetchingNotReplicated" }), k1, answer!);
    expect(received.users(k2).equals(users(k1, k3))).toBe(true);
  });

  test("is not kept by a kernel without a page, or (question 24) is", () => {
    const recording = table({ ...given, unmappedRecords: true });
    expect(receive(k1, copy({ page: "Unmapped" }), k2, Fetch()).users(k1).size).toBe(0);
    expect(recording.receive(k1, copy({ page: "Unmapped" }), k2, Fetch()).users(k1)).toEqual(users(k2));
  });

  test("is carried by Acks only if question 23 is read so", () => {
    const withAcks = table({ ...given, bitmapOn: "all" });
    const ackOf = (of: typeof withAcks) =>
      of
        .receive(
          k1,
          copy({ page: "Shared", data: versions.at(1) }),
          k2,
          Invalid(stamps.at(1)),
          of.declared.withUsers(k1, users(k3)),
        )
        .link(k1, k2)
        .messages()[0]!;
    expect(usersIn(ackOf(table(given))).size).toBe(0);
    expect(usersIn(ackOf(withAcks)).equals(users(k1, k3))).toBe(true);
  });

  test("says who gets a request, when it is sent; a first access asks all", () => {
    const state = declared.withUsers(k1, users(k3));
    const reading = ask(state, k1, copy({ page: "InvalidRead1" }), Fetch());
    expect([...reading.copy(k1).awaiting]).toEqual([k3]);
    expect(ask(state, k1, copy({ page: "FetchingNotReplicated" }), Fetch()).copy(k1).awaiting.size).toBe(2);
  });

  test("repaired: a writer invalidates users of whom it hears late, but not once it has lost", () => {
    const repaired = table({ stage: "repaired-4.8", multicast: true });
    const writer = copy({ page: "WritingPend1", stamp: stamps.at(1), awaiting: users(k2) });
    const known = repaired.declared.withUsers(k1, users(k2));
    const hears = (message: Message, from: Kernel) => {
      const state = repaired.receive(k1, writer, from, message, known);
      return [[...state.copy(k1).awaiting], inFlight(state, k1, k3)];
    };
    expect(hears(withUsers(Ack(), users(k3)), k2)).toEqual([[k3], ["Invalid"]]);
    expect(hears(Fetch(), k3)).toEqual([[k2, k3], ["Invalid"]]);
    expect(hears(withUsers(Ack(), users()), k2)).toEqual([[], []]);
    expect(hears(withUsers(Nack({ writing: true }), users(k3)), k2)).toEqual([[], []]);
  });
});

describe("question 29: the last thread leaves a kernel", () => {
  const given = { stage: "4.8", oneKernel: true, lastThread: "keeps-page" };
  const { kernels: all, declared, copy, versions } = table(given);
  const [k1, k2, k3] = all;
  const members = (...of: readonly Kernel[]) =>
    all.reduce((state, k) => state.withMembership(k, of.includes(k) ? "member" : "absent"), declared);
  const page = (page: Page) => copy({ page, data: versions.at(1) });
  const resultOf = (action: Action<PopcornState>, state: PopcornState) =>
    action.run(state, { at: k1, after: null } as never, undefined).result;
  const left = (state: PopcornState) => resultOf(leave, state) as PopcornState;

  test("with its page, or without", () => {
    const state = members(k1, k2).withCopy(k1, page("Modified"));
    expect([left(state).membership(k1), left(state).copy(k1)]).toEqual(["absent", page("Modified")]);
    const unmapping = table({ ...given, lastThread: "unmaps-page" }).declared;
    const unmapped = left(
      unmapping.withMembership(k1, "member").withMembership(k2, "member").withCopy(k1, page("Shared")),
    );
    expect([unmapped.copy(k1).page, unmapped.copy(k1).data]).toEqual(["Unmapped", null]);
  });

  test("but not while its access waits, nor the only kernel, nor one where no thread is", () => {
    for (const waits of waitPages) expect(left(members(k1, k2).withCopy(k1, page(waits))), waits).toBe(disabled);
    expect(left(members(k1))).toBe(disabled);
    expect(left(members(k2, k3))).toBe(disabled);
  });

  test("and nothing accesses the page there any more", () => {
    const start = stateOf(popcorn, { kernels: 3, stage: "4.8", oneKernel: true, lastThread: "keeps-page" });
    const enabled = (membership: Record<string, "member" | "absent">) =>
      (
        [
          ["App_Read", page("Invalid")],
          ["App_Read", copy({ page: "Unmapped" })],
          ["App_Write", page("Shared")],
          ["Local_Write", page("Modified")],
          ["Local_Write", page("NotReplicated")],
        ] as const
      ).map(([action, own]) => {
        const state = start.with({ membership, copy: { K1: own } });
        const after = action === "App_Write" ? { after: null } : {};
        return state.applyAll(action, { at: "K1", ...after }).length > 0;
      });
    expect(enabled({ K1: "member", K2: "member", K3: "absent" })).toEqual(Array(5).fill(true));
    expect(enabled({ K1: "absent", K2: "member", K3: "member" })).toEqual(Array(5).fill(false));
  });
});
