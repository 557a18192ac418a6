/**
 * The checker is worth something only if a broken protocol fails. Each test breaks one rule of a stage that holds with
 * two kernels (4.7 and 4.8), in one way that people do break rules, and names the property that must notice.
 */
import { describe, expect, test } from "vitest";
import { disabled } from "../../checker/model/index.js";
import { Instance } from "../../checker/model/instance.js";
import { type AnyModel, withProperties } from "../../checker/model/model.js";
import { checkSync } from "../../checker/search/check.js";
import { popcornProperties } from "../../invariants/popcorn/index.js";
import { kernels, nobody, type Page, versionsOf } from "../../spec/popcorn/copy.js";
import { popcorn } from "../../spec/popcorn/index.js";
import { Ack, CopyOf, CopyVoid, Fetch, type Kind, Nack } from "../../spec/popcorn/messages.js";
import type { Options } from "../../spec/popcorn/options.js";
import { deliver, pageTable } from "../../spec/popcorn/page-table.js";
import type { Reception } from "../../spec/popcorn/reception.js";
import { noteWriter } from "../../spec/popcorn/rounds.js";
import { ask, send } from "../../spec/popcorn/sending.js";
import { action, type PopcornState, rule } from "../../spec/popcorn/state.js";
import { fetchDone, readDone, writeDone } from "../../spec/popcorn/wait-states.js";
import { exceptRelease } from "../support/extent.js";

type Actions = ReturnType<typeof popcorn.actions>;

/** Popcorn with other actions. */
function changed(change: (actions: Actions, options: Options) => Actions): AnyModel {
  const broken = { ...popcorn, actions: (options: Options) => change(popcorn.actions(options), options) };
  return withProperties(broken, popcornProperties) as AnyModel;
}

/** Popcorn with one cell of its table replaced. */
function withCell(page: Page, kind: Kind, next: (reception: Reception) => ReturnType<Reception["next"]>): AnyModel {
  return changed((actions, options) => {
    const table = pageTable(options);
    const row = { ...table.cells[page], [kind]: rule<Reception>("broken on purpose", next) };
    const broken = deliver({ ...table, cells: { ...table.cells, [page]: row } });
    return actions.map((each) => (each.name === broken.name ? broken : each));
  });
}

/** Popcorn with one action replaced by another of the same name. */
function withAction(broken: Actions[number]): AnyModel {
  return changed((actions) => actions.map((each) => (each.name === broken.name ? broken : each)));
}

function violatedIn(model: AnyModel, stage: string): string[] {
  // A broken model need not be finite.
  const { properties } = checkSync(new Instance(model, { stage, kernels: 2 }), { maxStates: 20_000 });
  return (
    properties
      // A reader, or a first access, may starve all the same.
      .filter(
        ({ kind, name, verdict }) =>
          kind !== "reachable" && !["eventual read", "eventual access"].includes(name) && verdict === "violated",
      )
      .map(({ name }) => name)
  );
}

test.each(["4.7", "4.8"])("%s, unbroken, holds with two kernels", (stage) => {
  expect(violatedIn(withProperties(popcorn, popcornProperties) as AnyModel, stage)).toEqual([]);
});

describe("a broken rule is noticed", () => {
  const broken: readonly [what: string, stage: string, model: AnyModel, property: string][] = [
    [
      "an answer is not sent",
      "4.7",
      withCell("Modified", "Fetch", ({ copy, next }) => next(copy.becomes("Shared"))),
      "no deadlock",
    ],
    [
      "a request is not answered by Unmapped",
      "4.8",
      withCell("Unmapped", "Fetch", ({ copy, next }) => next(copy)),
      "no deadlock",
    ],
    [
      "a writer keeps its state when it hands out a Copy",
      "4.7",
      withCell("Modified", "Fetch", ({ copy, next }) => next(copy, CopyOf(copy.data!))),
      "SWMR",
    ],
    [
      "an invalidated copy stays Shared",
      "4.7",
      withCell("Shared", "Invalid", ({ copy, next }) => next(copy, Ack())),
      "SWMR",
    ],
    [
      "the only user stays Not Replicated when it hands out a Copy",
      "4.8",
      withCell("NotReplicated", "Fetch", ({ copy, next }) => next(copy, CopyOf(copy.data!))),
      "replicated xor not",
    ],
    [
      "time stamps are ignored: always Ack",
      "4.7",
      withCell("WritingPend1", "Invalid", ({ copy, from, next }) =>
        next(copy.merge({ seen: copy.seen.add(from), gaveWayTo: copy.gaveWayTo.add(from) }), Ack({ writing: true })),
      ),
      "unique election",
    ],
    [
      "time stamps are ignored: always Nack",
      "4.7",
      withCell("WritingPend1", "Invalid", ({ copy, from, next }) =>
        next(copy.set("seen", copy.seen.add(from)), Nack({ writing: true })),
      ),
      "a loser finds a Copy",
    ],
    [
      "the wrong kind of answer",
      "4.7",
      withCell("Shared", "Invalid", ({ copy, next }) => next(copy.merge({ page: "Invalid", data: null }), CopyVoid())),
      "no unspecified reception",
    ],
    [
      "a Copy is not kept",
      "4.7",
      withCell("InvalidRead1", "Copy", ({ copy, from, next }) =>
        next(copy.set("awaiting", copy.awaiting.remove(from))),
      ),
      "a read finds a Copy",
    ],
    [
      "an old version is handed out",
      "4.7",
      withCell("Modified", "Fetch", ({ copy, state, next }) =>
        next(copy.becomes("Shared"), CopyOf(versionsOf(state.parameters).belowAll())),
      ),
      "coherent data",
    ],
    [
      "the writer does not wait for the acknowledges",
      "4.7",
      withAction(
        action("Write_Done", { at: kernels }, (state, { at }) =>
          writeDone(state.withCopy(at, state.copy(at).set("awaiting", state.copy(at).awaiting.clear())), at),
        ),
      ),
      "SWMR",
    ],
    [
      "Modified gives way to a late Invalid, and stays",
      "4.7",
      withCell("Modified", "Invalid", ({ copy, next }) => next(copy, Ack())),
      "SWMR",
    ],
  ];
  const brokenRepairs: readonly (typeof broken)[number][] = [
    [
      "a Copy is kept, however old it is",
      "repaired",
      withCell("InvalidRead1", "Copy", ({ copy, from, message, next }) =>
        next(copy.merge({ awaiting: copy.awaiting.remove(from), data: message.data })),
      ),
      "coherent data",
    ],
    [
      "an Invalid that is Acked in Invalid tells no version",
      "repaired",
      withCell("Invalid", "Invalid", ({ copy, next }) => next(copy, Ack())),
      "coherent data",
    ],
    [
      "a writer forgets who asked with an Ack",
      "repaired",
      withCell("WritingPend1", "Ack", ({ copy, from, message, state, next }) => {
        const answered = copy.set("awaiting", copy.awaiting.remove(from));
        return next(message.writing ? noteWriter(answered, from, state.parameters) : answered);
      }),
      "eventual read",
    ],
    [
      "a reader that is served goes to Shared",
      "repaired",
      withAction(
        action("Read_Again", { at: kernels }, (state, { at }) => {
          const copy = state.copy(at);
          const isServed = copy.page === "InvalidRead2" && copy.answered && copy.owed.isEmpty() && copy.served;
          const { latest } = state.content();
          return isServed ? state.withCopy(at, copy.merge({ page: "Shared", served: false, data: latest })) : disabled;
        }),
      ),
      "SWMR",
    ],
    [
      "the first access believes the first answers",
      "repaired-4.8",
      withAction(
        action("Fetch_Done", { at: kernels }, (state, { at }) =>
          fetchDone(state.withCopy(at, state.copy(at).set("confirmed", true)), at),
        ),
      ),
      "replicated xor not",
    ],
  ];
  test.each(brokenRepairs)("%s (%s)", (_what, stage, model, property) => {
    // A read starves with two kernels already, and liveness needs a whole search.
    const kernels = property === "eventual read" ? 2 : 3;
    const options = { properties: [property], receptions: false, stopAtFirst: true, maxStates: 400_000 };
    expect(checkSync(new Instance(model, { stage, kernels }), options).properties[0]?.verdict).toBe("violated");
  });

  type Given = Readonly<Record<string, unknown>>;
  const brokenOptimizations: readonly [what: string, given: Given, model: AnyModel, property: string][] = [
    [
      "a reader forgets that the owner alone gave it its data",
      { stage: "repaired", kernels: 3, network: "fifo", owner: true },
      withAction(
        action("Read_Done", { at: kernels }, (state, { at }) => {
          const next = readDone(state, at);
          if (next === disabled) return next;
          const after = next as PopcornState;
          return after.withOwner(at, after.owner(at).set("gave", false));
        }),
      ),
      "no deadlock",
    ],
    [
      "an Ack tells the writer of no users",
      { stage: "repaired-4.8", kernels: 3, network: "fifo", multicast: true },
      withCell("Shared", "Invalid", ({ at, copy, from, message, state }) => {
        const acked = copy.afterAck(message.version).merge({ page: "Invalid", data: null });
        const sent = send(state.withCopy(at, acked).withUsers(at, nobody), at, from, Ack());
        return sent.withUsers(at, state.users(at));
      }),
      "coherent data",
    ],
    [
      "a kernel that fetches does not count as a user",
      { stage: "4.8", kernels: 2, multicast: true },
      withCell("NotReplicated", "Fetch", ({ at, copy, from, next, state }) =>
        next(copy.becomes("Shared"), CopyOf(copy.data!)).withUsers(at, state.users(at).remove(from)),
      ),
      "SWMR",
    ],
    [
      "an area that becomes writable stays mapped, and bitmaps do not tell where",
      { stage: "repaired-4.8", kernels: 2, multicast: true, readOnly: true, becomesWritable: "together" },
      withAction(
        action("Become_Writable", {}, (state) => {
          const all = state.members(kernels);
          if (all.some((k) => state.area(k) !== "read-only")) return disabled;
          return all.reduce((next, k) => next.withArea(k, "writable"), state);
        }),
      ),
      "SWMR",
    ],
    [
      "a page of a read-only area is fetched all the same",
      { stage: "4.8", kernels: 2, readOnly: true },
      withAction(
        action("Load_Locally", { at: kernels }, (state, { at }) =>
          state.copy(at).page === "Unmapped"
            ? ask(state, at, state.copy(at).becomes("FetchingNotReplicated"), Fetch())
            : disabled,
        ),
      ),
      "no message while off",
    ],
    [
      "the kernel that runs the process alone is not told of another",
      { stage: "repaired-4.8", kernels: 2, oneKernel: true },
      withAction(
        action("Join", { at: kernels }, (state, { at }) =>
          state.membership(at) === "absent" ? state.withMembership(at, "alone") : disabled,
        ),
      ),
      "replicated xor not",
    ],
  ];
  test.each(exceptRelease(brokenOptimizations, ([, { kernels }]) => kernels === 3))(
    "%s (%j)",
    (_what, given, model, property) => {
      const options = { properties: [property], receptions: false, stopAtFirst: true, maxStates: 400_000 };
      const verdictOf = (of: AnyModel) => checkSync(new Instance(of, given), options).properties[0]?.verdict;
      expect(verdictOf(withProperties(popcorn, popcornProperties) as AnyModel)).toBe("holds");
      expect(verdictOf(model)).toBe("violated");
    },
  );

  test.each(broken)("%s (%s)", (_what, stage, model, property) => {
    expect(violatedIn(model, stage)).toContain(property);
  });
});
