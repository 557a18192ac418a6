/**
 * One run of a workload: a discrete-event simulation in which threads access pages, messages are under way for some
 * time, and every step is one of the model.
 */
import { UsageError } from "../errors.js";
import { noUnspecifiedReception } from "../model/property.js";
import { Dice } from "../search/random/dice.js";
import { type Clock, clocksOf, type SkewRule } from "./clocks.js";
import type { DrivenModel } from "./driven-model.js";
import { EventQueue } from "./event-queue.js";
import { RunFigures } from "./figures.js";
import { Latencies, type LatencyRule } from "./latency.js";
import { LocalAccesses } from "./local-accesses.js";
import { type Flight, inFlight, Network, Page } from "./network.js";
import { nameOfPageStep, type PageGraph, type PageStep } from "./page-graph.js";
import { StampedWrites } from "./stamped-writes.js";
import { type Thread, threadOf, waitInWords } from "./thread.js";
import { STREAMS, type Workload } from "./workload.js";

/** How time passes, in microseconds. */
export interface TimeModel {
  /** What an access to one element costs when it is local. */
  readonly localAccess: number;
  /** What a page fault costs before the protocol begins. */
  readonly fault: number;
  /** How long a process is busy with one message; it takes the next one afterwards. */
  readonly handling: number;
  readonly latency: readonly LatencyRule[];
  readonly clockSkew: readonly SkewRule[];
}

/** What an observer is told of a step: it happened `times` in a row. */
export interface ObservedStep {
  readonly time: number;
  readonly page: number;
  readonly step: PageStep;
  readonly times: number;
  /** The process whose step it is; undefined if that is not known. */
  readonly actor: number | undefined;
  readonly received: Flight | undefined;
  readonly sent: readonly Flight[];
}

/** Is told of each step, and of the seed of its run. */
export type Observer = (step: ObservedStep, seed: number) => void;

type Event =
  | { readonly kind: "arrival" | "handled"; readonly flight: Flight }
  | { readonly kind: "thread"; readonly thread: Thread; readonly version: number };

/** A run in which so many steps serve no access has come to a livelock. */
const MOST_STEPS_WITHOUT_PROGRESS = 200_000;

export class SimulatedRun {
  readonly figures: RunFigures;
  private readonly driven: DrivenModel;
  private readonly dice: Dice;
  private readonly clocks: readonly Clock[];
  private readonly network: Network;
  private readonly local: LocalAccesses;
  private readonly queue = new EventQueue<Event>();
  private readonly pages: readonly Page[];
  private readonly threads: readonly Thread[];
  /** By number of the barrier: how many threads have come to it. */
  private readonly arrived: number[] = [];
  /** The kinds of message that an access has begun with. */
  private readonly requests = new Set<string>();
  private now = 0;
  private unfinished = 0;
  private withoutProgress = 0;

  constructor(
    private readonly graph: PageGraph,
    workload: Workload,
    private readonly times: TimeModel,
    private readonly seed: number,
    private readonly observer?: Observer,
  ) {
    const { driven } = graph;
    this.driven = driven;
    this.figures = new RunFigures(seed, driven.names.length);
    this.dice = new Dice(seed, STREAMS.run);
    const threadNames = driven.names.slice(0, driven.threads.length);
    this.clocks = clocksOf(times.clockSkew, threadNames, new Dice(seed, STREAMS.clocks));
    const latencies = new Latencies(times.latency, driven.names, driven.accesses.carryPage ?? []);
    const arrive = (flight: Flight, time: number) => this.queue.add(time, { kind: "arrival", flight });
    this.network = new Network(driven, latencies, times.handling, this.dice, this.figures, arrive);
    this.local = new LocalAccesses(graph);
    const initial = graph.stateOf(driven.instance.initial[0]!);
    this.pages = Array.from({ length: workload.pages + 1 }, (_, number) => {
      const page = new Page(number, initial, new StampedWrites(graph, this.clocks));
      this.network.sendInitial(page);
      return page;
    });
    const shared = this.pages[workload.pages]!;
    this.threads = workload.threads.flatMap((program, at) =>
      program === undefined ? [] : [threadOf(at, program(seed)[Symbol.iterator](), shared)],
    );
    this.unfinished = this.threads.length;
  }

  /** Runs to the end and returns the figures. */
  run(): RunFigures {
    for (const thread of this.threads) this.wake(thread, 0);
    for (const page of this.pages) {
      for (const violation of this.graph.violationsIn(page.state, undefined)) this.violated(page, violation);
      this.settle(page);
    }
    for (;;) {
      const next = this.queue.take();
      if (next === undefined) break;
      this.now = next.time;
      this.happen(next.event);
      if (this.withoutProgress > MOST_STEPS_WITHOUT_PROGRESS) break;
      if (this.graph.isFull) this.forget();
    }
    if (this.unfinished > 0) {
      const isLivelock = this.withoutProgress > MOST_STEPS_WITHOUT_PROGRESS;
      const why = isLivelock
        ? `${MOST_STEPS_WITHOUT_PROGRESS} steps went by in which no access was served`
        : "no message is under way, and nothing else can happen";
      const waiting = this.threads.filter(({ doing }) => doing !== "done");
      const shared = this.pages.at(-1)!;
      this.figures.stuck = { why, threads: waiting.map((thread) => waitInWords(thread, this.graph, shared)) };
    }
    this.figures.inFlight = inFlight(this.pages);
    return this.figures;
  }

  private forget(): void {
    const states = this.graph.forget(this.pages.map(({ state }) => state));
    this.pages.forEach((page, i) => {
      page.state = states[i]!;
      page.lastStep = undefined;
    });
    for (const thread of this.threads) thread.refusedIn = undefined;
  }

  private happen(event: Event): void {
    switch (event.kind) {
      case "arrival": {
        this.queue.add(this.network.handled(event.flight, this.now), { kind: "handled", flight: event.flight });
        return;
      }
      case "handled": {
        const { flight } = event;
        const { page } = flight;
        if (!page.flightsIn(flight.slot).includes(flight)) return;
        if (this.receive(flight)) this.settle(page);
        else page.waiting.push(flight);
        return;
      }
      case "thread":
        if (event.version === event.thread.version) this.goOn(event.thread);
    }
  }

  // Threads

  private wake(thread: Thread, time: number): void {
    this.queue.add(time, { kind: "thread", thread, version: ++thread.version });
  }

  private goOn(thread: Thread): void {
    if (thread.doing === "local") {
      this.countLocal(thread, thread.left);
      thread.doing = "ready";
    }
    const isTrapped = thread.doing === "trapped";
    thread.doing = "ready";
    // While the trap was taken, the copy may have got what the access needs.
    if (isTrapped && !this.local.isLocal(thread.page.state, thread.kind, thread.at)) {
      this.access(thread, true);
      return;
    }
    if (thread.left > 0) this.begin(thread);
    else if (thread.barrier !== "none") this.passBarrier(thread);
    else this.nextOperation(thread);
  }

  private nextOperation(thread: Thread): void {
    const { done, value } = thread.program.next();
    if (done === true) {
      thread.doing = "done";
      this.unfinished--;
      this.figures.time = this.now;
      return;
    }
    if (value.kind === "compute") {
      thread.doing = "computes";
      this.wake(thread, this.now + value.time);
      return;
    }
    const shared = this.pages.length - 1;
    const isBarrier = value.kind === "barrier";
    thread.barrier = isBarrier ? "arriving" : "none";
    thread.kind = isBarrier ? "write" : value.kind;
    thread.page = this.pages[isBarrier ? shared : value.page]!;
    thread.left = isBarrier ? 1 : value.times;
    if (thread.left > 0) this.begin(thread);
    else this.wake(thread, this.now);
  }

  /** The thread accesses its page: with its own copy if it can, as often as it is to; else by a page fault. */
  private begin(thread: Thread): void {
    const { page, kind, at } = thread;
    thread.since = this.now;
    if (this.local.areAlike(page.state, kind, at)) {
      thread.doing = "local";
      this.wake(thread, this.now + thread.left * this.times.localAccess);
    } else if (this.local.isLocal(page.state, kind, at)) this.access(thread, false);
    else {
      thread.doing = "trapped";
      this.wake(thread, this.now + this.times.fault);
    }
  }

  /** The thread does its access by steps of the model, and waits until one serves it. */
  private access(thread: Thread, isFault: boolean): void {
    const { page, kind, at } = thread;
    thread.doing = "waits";
    thread.isFault = isFault;
    thread.refusedIn = undefined;
    thread.asked.clear();
    if (!page.entered[at]) {
      page.entered[at] = true;
      for (const instances of this.driven.enteringOf(at)) this.takeFirst(thread, [instances]);
    }
    // By taking part, the process may have got what the access needs.
    if (this.waits(thread)) this.takeFirst(thread, this.driven.actionsOf(kind, at));
    this.settle(page);
  }

  private waits({ doing }: Thread): boolean {
    return doing === "waits";
  }

  /** Takes a step by the first of some actions that is enabled. Tells whether there is one. */
  private takeFirst(thread: Thread, actions: ReturnType<DrivenModel["actionsOf"]>): boolean {
    const { page } = thread;
    for (const instances of actions) {
      const steps = instances.flatMap((instance) => this.graph.stepsBy(page.state, instance));
      if (steps.length === 0) continue;
      this.apply(page, page.writes.chosen(steps, this.now, this.dice), undefined, thread);
      return true;
    }
    return false;
  }

  /** Counts the local accesses that have begun until now. */
  private countLocalUntilNow(thread: Thread): void {
    const { localAccess } = this.times;
    if (localAccess === 0) return;
    const begun = Math.min(thread.left, Math.ceil((this.now - thread.since) / localAccess));
    this.countLocal(thread, begun);
    thread.since += begun * localAccess;
  }

  private countLocal(thread: Thread, times: number): void {
    const { page, kind, at } = thread;
    thread.left -= times;
    if (times === 0) return;
    this.withoutProgress = 0;
    this.figures.accesses[kind] += times;
    this.figures.latency.addEqual(this.times.localAccess, times);
    if (kind === "read" && !this.graph.isLatest(page.state, at)) this.figures.staleReads += times;
    const step = kind === "write" ? this.local.firstStep(page.state, kind, at) : undefined;
    if (step !== undefined) this.observer?.({ ...this.observed(page, step, at), times }, this.seed);
  }

  /** The access that the thread waits for is served now. */
  private served(thread: Thread): void {
    const { page, kind, at, since, isFault } = thread;
    const { figures } = this;
    const latency = this.now - since + this.times.localAccess;
    if (thread.barrier !== "watching") this.withoutProgress = 0;
    figures.accesses[kind]++;
    figures.latency.add(latency);
    if (isFault) {
      figures.faultsOf[kind]++;
      figures.faultLatency.add(latency);
    }
    let most = 1;
    for (const [request, times] of thread.asked)
      if (this.requests.has(request.split(" ")[0]!)) most = Math.max(most, times);
    figures.retries[kind] += most - 1;
    if (kind === "read" && this.local.isLocal(page.state, kind, at) && !this.graph.isLatest(page.state, at))
      figures.staleReads++;
    thread.left--;
    thread.doing = "ready";
    this.wake(thread, this.now + this.times.localAccess);
  }

  // Barriers

  /** The thread has written the shared variable, or read it: it goes on if all have come, else it watches its copy. */
  private passBarrier(thread: Thread): void {
    const { page, at } = thread;
    const { graph, figures } = this;
    if (thread.barrier === "arriving") {
      this.arrived[thread.barriers] = (this.arrived[thread.barriers] ?? 0) + 1;
      thread.barrier = "watching";
      thread.kind = "read";
      this.watchAgain(page);
    }
    const isComplete = this.arrived[thread.barriers] === this.threads.length;
    if (!this.local.isLocal(page.state, "read", at)) {
      thread.left = 1;
      this.begin(thread);
    } else if (isComplete && graph.isLatest(page.state, at)) {
      figures.accesses.read++;
      figures.latency.add(this.times.localAccess);
      thread.barriers++;
      thread.barrier = "none";
      this.wake(thread, this.now + this.times.localAccess);
    } else thread.doing = "watches";
  }

  /** The threads that watch their copy of the page look at it again. */
  private watchAgain(page: Page): void {
    for (const thread of this.threads)
      if (thread.page === page && thread.doing === "watches") {
        thread.doing = "ready";
        this.wake(thread, this.now);
      }
  }

  // Messages

  /** The receiver takes a message, if some action takes it now. */
  private receive(flight: Flight): boolean {
    const { page, slot } = flight;
    const { receivers, isQueue } = this.driven.channels.get(slot)!;
    const place = page.flightsIn(slot).indexOf(flight);
    if (isQueue && place > 0) return false;
    for (const receiver of receivers) {
      const all = this.graph.receptionsBy(page.state, receiver, place);
      if (all.length === 0) {
        const why = this.graph.whyUnspecified(page.state, receiver, place);
        if (why !== undefined) this.violated(page, { property: noUnspecifiedReception.name, explanation: why });
        continue;
      }
      this.apply(page, page.writes.chosen(all, this.now, this.dice), flight, undefined);
      return true;
    }
    return false;
  }

  // Steps

  /** Takes a step of a page. */
  private apply(page: Page, step: PageStep, received: Flight | undefined, by: Thread | undefined): void {
    const { figures } = this;
    for (const thread of this.threads)
      if (thread.page === page && thread.doing === "local") this.countLocalUntilNow(thread);
    figures.steps++;
    this.withoutProgress++;
    const observed = this.observed(page, step, by?.at ?? received?.to ?? this.driven.actorOf(step.action), received);
    if (received !== undefined) this.network.take(received);
    page.writes.note(step, this.now);
    page.state = step.after;
    page.lastStep = step;
    const sent = this.network.move(page, step, observed.actor, this.now);
    this.noteRequests(page, sent, by, observed.actor);
    for (const violation of step.violations) this.violated(page, violation);
    for (const violation of this.graph.violationsIn(page.state, step)) this.violated(page, violation);
    this.observer?.({ ...observed, sent }, this.seed);
    for (const thread of this.threads) {
      if (thread.page !== page) continue;
      const { kind, at } = thread;
      if (thread.doing === "waits" && this.graph.isServedBy(step, kind, at)) {
        this.served(thread);
      } else if (thread.doing === "local" && !this.local.areAlike(page.state, kind, at)) {
        thread.doing = "ready";
        this.wake(thread, Math.max(this.now, thread.since));
      }
    }
  }

  private observed(page: Page, step: PageStep, actor: number | undefined, received?: Flight): ObservedStep {
    return { time: this.now, page: page.number, step, times: 1, actor, received, sent: [] };
  }

  private noteRequests(page: Page, sent: readonly Flight[], by: Thread | undefined, actor: number | undefined): void {
    if (sent.length === 0) return;
    if (by !== undefined) for (const { kind } of sent) this.requests.add(kind);
    const thread = by ?? this.threads.find((each) => each.at === actor && each.page === page && each.doing === "waits");
    if (thread === undefined) return;
    for (const { kind, to } of sent) this.figures.note(thread.asked, `${kind} ${to}`);
  }

  private violated(page: Page, { property, explanation }: { property: string; explanation: string }): void {
    this.figures.noteViolation({ property, explanation, page: page.number, time: this.now });
  }

  /** Lets everything happen on a page that can happen now. */
  private settle(page: Page): void {
    for (let rounds = 0; this.settleOnce(page); rounds++) {
      if (rounds < MOST_STEPS_WITHOUT_PROGRESS) continue;
      throw new UsageError(
        `${this.driven.instance.model.name} cannot be simulated: steps that take no message go on for ever, the last was ${nameOfPageStep(page.lastStep!)}\n  Mark what the application does as environment, and name it in accesses.`,
      );
    }
    this.watchAgain(page);
  }

  private settleOnce(page: Page): boolean {
    const internal = this.graph.internalSteps(page.state, page.lastStep);
    if (internal !== undefined) {
      const step = page.writes.chosen(internal, this.now, this.dice);
      this.apply(page, step, undefined, undefined);
      return true;
    }
    for (const flight of page.waiting) {
      if (!this.receive(flight)) continue;
      page.waiting.splice(page.waiting.indexOf(flight), 1);
      return true;
    }
    for (const thread of this.threads) {
      if (thread.page !== page || thread.doing !== "waits") continue;
      const { kind, at, refusedIn } = thread;
      // None of its actions was enabled before the last step, which has changed nothing that they read.
      const step = page.lastStep;
      const isRefused =
        refusedIn === page.state ||
        (step !== undefined && refusedIn === step.before && !this.graph.mayGoOn(kind, at, step));
      if (!isRefused && this.takeFirst(thread, this.driven.actionsOf(kind, at))) return true;
      thread.refusedIn = page.state;
    }
    return false;
  }
}
