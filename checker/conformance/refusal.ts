/** Where the longest run that explains a part of a log ends: what the log says next, and what the model allows. */
import { isRecord } from "immutable";
import type { Values } from "../model/bound.js";
import type { Instance } from "../model/instance.js";
import type { OrdinalValue } from "../model/ordinal.js";
import { type Successor, successorsOf } from "../model/reference.js";
import type { AnyRecord } from "../model/value.js";
import { type Plain, type PlainEvent, plainEvent, plainOf, SEND, type StepEvent, type StepEvents } from "./events.js";
import type { LoggedEvent, PageLog, ProcessLog } from "./log.js";
import { matchesOf } from "./matching.js";
import type { Explained } from "./search.js";

/** A process whose log goes on where the run does not. */
export interface Halted {
  readonly process: string;
  /** The line of the first event that no step explains: 0 if the log ends where a step would have logged more. */
  readonly line: number;
  /** What the log says next: the events that would be those of the next step, and the first that no step explains. */
  readonly says: readonly LoggedEvent[];
  /** What the model allows the process next, step by step. An ordinal whose number the log has not told has words. */
  readonly allows: readonly (readonly PlainEvent[])[];
  /** Why a message that is there cannot be received, in the words of the model. */
  readonly noRule: readonly string[];
}

export interface Refusal {
  /**
   * The processes whose logs go on; first the one that is most likely not to do what the model does, since its next
   * events are no step of the model whatever the others do.
   */
  readonly halted: readonly Halted[];
  /** Where each process stands: the values of what is its own, as pictures of the model show them. */
  readonly standings: readonly { readonly of: string; readonly is: Plain }[];
  /** The messages that are sent and not received. */
  readonly inFlight: readonly PlainEvent[];
}

interface Ranked extends Halted {
  readonly rank: number;
}

/** Says where the longest run ends. @param best the last state of the run */
export function refusalOf(
  instance: Instance,
  events: StepEvents,
  log: PageLog,
  unlogged: ReadonlySet<string>,
  best: Explained,
): Refusal {
  const told = (value: OrdinalValue) => best.numbers.told(value);
  const successors = [...successorsOf(instance, best.values)];
  const halted = log.processes.flatMap((of, i): Ranked[] => {
    const position = best.positions[i]!;
    return position >= of.events.length ? [] : [haltedAt(of, position, successors)];
  });
  halted.sort((a, b) => a.rank - b.rank || a.line - b.line);
  return {
    halted: halted.map(({ rank: _, ...of }) => of),
    standings: standingsIn(instance, best.values, told),
    inFlight: events.inFlight(best.values).map((event) => plainEvent(event, told)),
  };

  function haltedAt(of: ProcessLog, position: number, all: readonly Successor[]): Ranked {
    const allowed = new Map<string, readonly PlainEvent[]>();
    let furthest = position;
    let isCut = false;
    for (const successor of all) {
      if (successor.next === undefined) continue;
      const own = events.of(best.values, successor).filter(({ process, event }) => {
        return process === of.process && !unlogged.has(event);
      });
      if (own.length === 0) continue;
      const toldHere = best.numbers.toldBy(best.values, successor.next, successor.written);
      const plain = own.map((event) => plainEvent(event, toldHere));
      allowed.set(JSON.stringify(plain), plain);
      const reached = furthestOf(own, of, position, successor);
      if (reached > furthest) isCut = reached === of.events.length;
      furthest = Math.max(furthest, reached);
    }
    const first = of.events[position]!;
    return {
      process: of.process,
      line: isCut ? 0 : (of.events[furthest] ?? first).line,
      says: of.events.slice(position, Math.max(endOfStep(of.events, position), furthest + 1)),
      allows: [...allowed.values()],
      noRule: all.flatMap((successor) => noRule(successor, of.process)),
      rank: furthest > position ? 0 : first.event === "receive" ? 2 : 1,
    };
  }

  /** Returns how much of the log the first events of a step would explain. */
  function furthestOf(own: readonly StepEvent[], of: ProcessLog, position: number, successor: Successor): number {
    return matchesOf(own, of, position, Number.POSITIVE_INFINITY, true).reduce((furthest, match) => {
      const fits = best.numbers.after(best.values, successor.next!, successor.written, match.pins) !== undefined;
      return fits ? Math.max(furthest, match.position) : furthest;
    }, position);
  }

  function noRule({ instance: action, message, unspecified, threw }: Successor, process: string): string[] {
    if (unspecified === undefined && threw === undefined) return [];
    const { to } = action.takes === undefined ? { to: undefined } : events.endsIn(action.takes, message);
    if (to !== process) return [];
    return [`${inWords(plainOf(message, told))}: ${unspecified?.reason ?? threw}`];
  }
}

/** Returns where the next event of a log, and what it sends with it, ends. */
function endOfStep(log: readonly LoggedEvent[], position: number): number {
  const end = log.findIndex(({ event }, i) => i > position && event !== SEND);
  return end < 0 ? log.length : end;
}

/** Returns what each place of a variable holds: of a record, the field that stands for it; messages are left out. */
function standingsIn(
  { layout, model }: Instance,
  values: Values,
  told: (value: OrdinalValue) => number | string,
): { of: string; is: Plain }[] {
  const headline = model.headline ?? {};
  const shown = Object.keys(headline);
  return layout.slots.flatMap(({ variable, name }, slot) => {
    const value = values[slot];
    const field = headline[variable];
    if (field !== undefined && isRecord(value))
      return [{ of: name, is: plainOf((value as AnyRecord).get(field), told) }];
    return shown.length > 0 ? [] : [{ of: name, is: plainOf(value, told) }];
  });
}

/** Writes a message, or an event, in short: `Invalid(stamp 17)`, without what is null or false. */
export function inWords(plain: Plain | undefined): string {
  if (typeof plain !== "object" || plain === null) return String(plain);
  if (Array.isArray(plain)) return `{${(plain as readonly Plain[]).map(inWords).join(", ")}}`;
  const { kind, ...fields } = plain as { readonly [field: string]: Plain };
  const told = Object.entries(fields).filter(([, value]) => value !== null && value !== false);
  const words = told.map(([name, value]) => (value === true ? name : `${name} ${inWords(value)}`)).join(", ");
  if (kind === undefined) return words;
  return words === "" ? String(kind) : `${String(kind)}(${words})`;
}
