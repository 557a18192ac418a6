/** Logs of implementations that make a mistake: runs of mutated protocols, and logs that were changed. */
import type { LogEvent } from "../../checker/conformance/events.js";
import { disabled } from "../../checker/model/index.js";
import { kernels, type Page } from "../../spec/popcorn/copy.js";
import { popcorn } from "../../spec/popcorn/index.js";
import { Ack, CopyOf, CopyVoid, type Kind, Nack } from "../../spec/popcorn/messages.js";
import type { Options } from "../../spec/popcorn/options.js";
import { deliver, pageTable } from "../../spec/popcorn/page-table.js";
import type { Reception } from "../../spec/popcorn/reception.js";
import { action, rule } from "../../spec/popcorn/state.js";
import { readDone, writeAgain, writeDone, writeLost } from "../../spec/popcorn/wait-states.js";
import { bare, eventsOfRun, walked } from "./walk-log.js";

type Actions = ReturnType<typeof popcorn.actions>;
type Next = (reception: Reception) => ReturnType<Reception["next"]>;

/** A mutated protocol: Popcorn with one rule or option changed. */
export interface MutatedProtocol {
  readonly name: string;
  readonly model: object;
  readonly given?: Readonly<Record<string, unknown>>;
  /** The action, or the cell of the table, that is changed; undefined if an option is. */
  readonly at?: string;
}

function changed(change: (actions: Actions, options: Options) => Actions): object {
  return { ...popcorn, actions: (options: Options) => change(popcorn.actions(options), options) };
}

function cell(name: string, page: Page, kind: Kind, next: Next): MutatedProtocol {
  const model = changed((actions, options) => {
    const table = pageTable(options);
    const row = { ...table.cells[page], [kind]: rule<Reception>("mutated", next) };
    const mutated = deliver({ ...table, cells: { ...table.cells, [page]: row } });
    return actions.map((each) => (each.name === mutated.name ? mutated : each));
  });
  const at = `${page} × ${kind}`;
  return { name: `${at}: ${name}`, model, at };
}

function step(name: string, mutated: Actions[number]): MutatedProtocol {
  return {
    name: `${mutated.name}: ${name}`,
    at: mutated.name,
    model: changed((actions) => actions.map((each) => (each.name === mutated.name ? mutated : each))),
  };
}

const option = (given: Readonly<Record<string, unknown>>): MutatedProtocol => {
  return { name: JSON.stringify(given), model: popcorn, given };
};

const answered = ({ copy, from }: Reception) => copy.set("awaiting", copy.awaiting.remove(from));

/** Mutated protocols of stage 4.7. */
export const mutatedProtocols: readonly MutatedProtocol[] = [
  cell("no answer", "Invalid", "Fetch", ({ copy, next }) => next(copy)),
  cell("a Copy of what it does not have", "Invalid", "Fetch", ({ copy, state, next }) =>
    next(copy, CopyOf(state.content().latest)),
  ),
  cell("Copy_Void although it has data", "Shared", "Fetch", ({ copy, next }) => next(copy, CopyVoid())),
  cell("no answer", "Shared", "Fetch", ({ copy, next }) => next(copy)),
  cell("Modified afterwards", "Shared", "Fetch", ({ copy, next }) =>
    next(copy.becomes("Modified"), CopyOf(copy.data!)),
  ),
  cell("Invalid afterwards", "Shared", "Fetch", ({ copy, next }) =>
    next(copy.merge({ page: "Invalid", data: null }), CopyOf(copy.data!)),
  ),
  cell("Nack", "Shared", "Invalid", ({ copy, next }) => next(copy.merge({ page: "Invalid", data: null }), Nack())),
  cell("Shared afterwards", "Shared", "Invalid", ({ copy, next }) => next(copy, Ack())),
  cell("the flag is set", "Shared", "Invalid", ({ copy, next }) =>
    next(copy.merge({ page: "Invalid", data: null }), Ack({ writing: true })),
  ),
  cell("no answer", "Modified", "Fetch", ({ copy, next }) => next(copy.becomes("Shared"))),
  cell("Modified afterwards", "Modified", "Fetch", ({ copy, next }) => next(copy, CopyOf(copy.data!))),
  cell("an old version", "Modified", "Fetch", ({ copy, next }) =>
    next(copy.becomes("Shared"), CopyOf(copy.data!.ordinal.belowAll())),
  ),
  cell("Ack", "Modified", "Invalid", ({ copy, next }) => next(copy, Ack())),
  cell("the flag is set", "Modified", "Invalid", ({ copy, next }) => next(copy, Nack({ writing: true }))),
  cell("always Ack", "WritingPend1", "Invalid", ({ copy, from, next }) =>
    next(copy.merge({ seen: copy.seen.add(from), gaveWayTo: copy.gaveWayTo.add(from) }), Ack({ writing: true })),
  ),
  cell("always Nack", "WritingPend1", "Invalid", ({ copy, from, next }) =>
    next(copy.set("seen", copy.seen.add(from)), Nack({ writing: true })),
  ),
  cell("no flag", "WritingPend1", "Invalid", ({ copy, from, message, next }) => {
    const seen = copy.set("seen", copy.seen.add(from));
    return next(seen, message.stamp!.isAfter(copy.stamp!) ? Nack() : Ack());
  }),
  cell("a Fetch is not held", "WritingPend1", "Fetch", ({ copy, next }) => next(copy, CopyVoid())),
  cell("a Fetch is forgotten", "WritingPend1", "Fetch", ({ copy, next }) => next(copy)),
  cell("a Fetch_Write is not held", "WritingPend1", "Fetch_Write", ({ copy, next }) => next(copy, CopyVoid())),
  cell("a Nack counts as an Ack", "WritingPend1", "Nack", (reception) => reception.next(answered(reception))),
  cell("a Copy is not kept", "InvalidRead1", "Copy", (reception) => reception.next(answered(reception))),
  cell("the reader reads on", "InvalidRead1", "Invalid", ({ copy, next }) => next(copy, Ack())),
  cell("Nack", "InvalidRead1", "Invalid", ({ copy, next }) =>
    next(copy.merge({ page: "InvalidRead2", data: null }), Nack()),
  ),
  cell("a stale Copy is kept", "InvalidRead2", "Copy", (reception) =>
    reception.next(answered(reception).merge({ page: "InvalidRead1", data: reception.message.data })),
  ),
  cell("an Ack is not counted", "WritingPend1", "Ack", ({ copy, next }) => next(copy)),
  step(
    "before all answers are in",
    action("Write_Done", { at: kernels }, (state, { at }) =>
      writeDone(state.withCopy(at, state.copy(at).set("awaiting", state.copy(at).awaiting.clear())), at),
    ),
  ),
  step(
    "before all answers are in",
    action("Read_Done", { at: kernels }, (state, { at }) =>
      readDone(state.withCopy(at, state.copy(at).set("awaiting", state.copy(at).awaiting.clear())), at),
    ),
  ),
  step(
    "without step 1",
    action("Write_Lost", { at: kernels }, (state, { at }) =>
      writeLost(state.withCopy(at, state.copy(at).set("seen", state.copy(at).flagged)), at),
    ),
  ),
  step(
    "with a new time stamp",
    action("Write_Again", { at: kernels }, (state, { at }) => {
      const { stamp } = state.copy(at);
      return stamp === null
        ? disabled
        : writeAgain(state.withCopy(at, state.copy(at).set("stamp", stamp.justAfter())), at);
    }),
  ),
  option({ stage: "4.4" }),
  option({ stage: "4.5" }),
  option({ stage: "4.6" }),
  option({ stage: "4.7a" }),
  option({ stage: "repaired" }),
  option({ flagInWritingRead: "clear" }),
  option({ flagOfModified: "set" }),
  option({ writingReadWithData: "void" }),
  option({ answerFetchWrite: "modified" }),
  option({ fetchWhileReading: "hold" }),
  option({ winnersWait: false }),
  option({ step2: false }),
  option({ forcedRead: "at-once" }),
  option({ leaveWait: "at-once" }),
];

/**
 * Returns the log of a random walk of a mutated protocol, which ends soon after it has done what is changed.
 * @param most how many steps it has at most
 * @param walks how many walks are tried until one comes there
 */
export function mutatedWalk(
  { model, given, at }: MutatedProtocol,
  size: number,
  { most, walks, seed }: { readonly most: number; readonly walks: number; readonly seed: number },
): LogEvent[] {
  const instance = bare(model, { stage: "4.7", kernels: size, ...given });
  for (let i = 0; ; i++) {
    const run = walked(instance, most, seed * walks + i, ["Local_Write"]);
    const first = run.steps.findIndex(({ cell, instance: { action } }) => at === cell || at === action.name);
    if (at !== undefined && first < 0 && i < walks - 1) continue;
    return eventsOfRun(instance, run)
      .slice(0, at === undefined || first < 0 ? undefined : first + 8)
      .flat();
  }
}

type Roll = (sides: number) => number;

/** Ways to change a log; each returns undefined where it does not apply. */
const changes: readonly ((log: readonly LogEvent[], at: number, roll: Roll) => LogEvent[] | undefined)[] = [
  // An event is missing.
  (log, at) => log.toSpliced(at, 1),
  // An event is there twice.
  (log, at) => log.toSpliced(at, 0, log[at]!),
  // Two events of a process have changed places.
  (log, at) => {
    const next = log.findIndex(({ process }, i) => i > at && process === log[at]!.process);
    return next < 0 ? undefined : log.with(at, log[next]!).with(next, log[at]!);
  },
  // The message is of another kind.
  (log, at, roll) => {
    const kinds: Kind[] = ["Fetch", "Fetch_Write", "Invalid", "Copy", "Copy_Void", "Ack", "Nack"];
    return withMessage(log, at, () => ({ kind: kinds[roll(kinds.length)]! }));
  },
  // The message has another flag.
  (log, at) => withMessage(log, at, ({ writing }) => ({ writing: !writing })),
  // Another time stamp, or another version.
  (log, at, roll) => {
    const by = [-1.5, -0.5, 0.5, 1.5][roll(4)]!;
    return withMessage(log, at, ({ stamp, data }) =>
      typeof stamp === "number" ? { stamp: stamp + by } : typeof data === "number" ? { data: data + by } : undefined,
    );
  },
  // All numbers are others, in the same order.
  (log) =>
    log.map((event, at) => {
      const times = (number: unknown) => (typeof number === "number" ? 2.5 * number - 3 : number);
      return withMessage(log, at, ({ stamp, data }) => ({ stamp: times(stamp), data: times(data) }))?.[at] ?? event;
    }),
  // Another process had the event.
  (log, at, roll) => {
    const others = [...new Set(log.map(({ process }) => process))].filter((name) => name !== log[at]!.process);
    return others.length === 0 ? undefined : log.with(at, { ...log[at]!, process: others[roll(others.length)]! });
  },
];

function withMessage(
  log: readonly LogEvent[],
  at: number,
  change: (message: Readonly<Record<string, unknown>>) => Readonly<Record<string, unknown>> | undefined,
): LogEvent[] | undefined {
  const { message } = log[at]!;
  if (message === undefined) return undefined;
  const by = change(message as Readonly<Record<string, unknown>>);
  return by && log.with(at, { ...log[at]!, message: { ...(message as object), ...by } as never });
}

/** Returns a log with one thing changed, chosen by the die. */
export function changedLog(log: readonly LogEvent[], roll: Roll): LogEvent[] {
  for (;;) {
    const changed = changes[roll(changes.length)]!(log, roll(log.length), roll);
    if (changed !== undefined) return changed;
  }
}
