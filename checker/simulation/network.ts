/** The messages in flight in a run: when each arrives, and when its receiver has handled it. */
import type { Dice } from "../search/random/dice.js";
import type { DrivenModel } from "./driven-model.js";
import type { RunFigures } from "./figures.js";
import type { Latencies } from "./latency.js";
import type { PageState, PageStep } from "./page-graph.js";
import type { StampedWrites } from "./stamped-writes.js";

/** A message in flight. */
export interface Flight {
  /** The number of the message in the order of sending. */
  readonly number: number;
  readonly page: Page;
  /** The slot of its channel. */
  readonly slot: number;
  readonly message: unknown;
  readonly kind: string;
  /** The numbers of its sender, if that is known, and of its receiver. */
  readonly from: number | undefined;
  readonly to: number;
}

/** A page as it is in a run. */
export class Page {
  /** By slot of a channel: its messages, in the order in which the state has them. */
  readonly flights = new Map<number, readonly Flight[]>();
  /** Messages that have come and that no action takes yet. */
  readonly waiting: Flight[] = [];
  /** By slot of a queue: when the message that was sent last arrives. */
  readonly lastArrival = new Map<number, number>();
  /** The step that led to the state; undefined in an initial state. */
  lastStep: PageStep | undefined;
  /** By process: whether it takes part. */
  readonly entered: boolean[] = [];

  constructor(
    readonly number: number,
    public state: PageState,
    readonly writes: StampedWrites,
  ) {}

  flightsIn(slot: number): readonly Flight[] {
    return this.flights.get(slot) ?? [];
  }
}

export class Network {
  private sent = 0;
  /** By process: until when it is busy with messages. */
  private readonly busyUntil: number[];

  constructor(
    private readonly driven: DrivenModel,
    private readonly latencies: Latencies,
    private readonly handling: number,
    private readonly dice: Dice,
    private readonly figures: RunFigures,
    private readonly arrive: (flight: Flight, time: number) => void,
  ) {
    this.busyUntil = driven.names.map(() => 0);
  }

  /** The messages that are in flight from the start. */
  sendInitial(page: Page): void {
    for (const slot of this.driven.channels.keys()) {
      const { messages } = page.state.slots[slot]!;
      if (messages!.length > 0)
        page.flights.set(
          slot,
          messages!.map(({ value }) => this.send(page, slot, value, undefined, 0)),
        );
    }
  }

  /** @param actor the process whose step sends the message, if that is known */
  private send(page: Page, slot: number, message: unknown, actor: number | undefined, now: number): Flight {
    const channel = this.driven.channels.get(slot)!;
    const [from, to, kind] = [channel.from(message) ?? actor, channel.to(message), channel.kindOf(message)];
    const flight: Flight = { number: this.sent++, page, slot, message, kind, from, to };
    this.figures.noteSent(kind, to);
    const arrival = now + this.latencies.draw(kind, from, to, this.dice);
    const inOrder = channel.isQueue ? Math.max(arrival, page.lastArrival.get(slot) ?? 0) : arrival;
    if (channel.isQueue) page.lastArrival.set(slot, inOrder);
    this.arrive(flight, inOrder);
    return flight;
  }

  /** The message has arrived. Returns when its receiver has handled it: it takes one after the other. */
  handled({ to }: Flight, now: number): number {
    this.busyUntil[to] = Math.max(now, this.busyUntil[to]!) + this.handling;
    return this.busyUntil[to];
  }

  /** The receiver takes the message. */
  take(flight: Flight): void {
    const { page, slot, kind } = flight;
    this.figures.note(this.figures.received, kind);
    const left = page.flightsIn(slot).filter((other) => other !== flight);
    page.flights.set(slot, left);
  }

  /** A step removes the message, and nobody receives it. */
  private drop({ page, kind, number }: Flight): void {
    this.figures.note(this.figures.dropped, kind);
    const place = page.waiting.findIndex((flight) => flight.number === number);
    if (place >= 0) page.waiting.splice(place, 1);
  }

  /** Moves messages as a step does that has led to the state of the page. Returns those that it sends. */
  move(page: Page, { moves }: PageStep, actor: number | undefined, now: number): readonly Flight[] {
    const sent: Flight[] = [];
    for (const { slot, places } of moves) {
      const before = page.flightsIn(slot);
      const { messages } = page.state.slots[slot]!;
      const after = places.map((place, i) => {
        if (place >= 0) return before[place]!;
        const flight = this.send(page, slot, messages![i]!.value, actor, now);
        sent.push(flight);
        return flight;
      });
      for (const flight of before) if (!after.includes(flight)) this.drop(flight);
      page.flights.set(slot, after);
    }
    return sent;
  }
}

/** How many messages of each kind are in flight. */
export function inFlight(pages: readonly Page[]): ReadonlyMap<string, number> {
  const kinds = new Map<string, number>();
  for (const { flights } of pages)
    for (const list of flights.values()) for (const { kind } of list) kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
  return kinds;
}
