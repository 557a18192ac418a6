/** What a long run says of itself while it lasts: a live line on a terminal, a plain line now and then elsewhere. */
import { count } from "../../traces/columns.js";
import type { Explorer } from "../explore/explorer.js";
import { memory } from "./report.js";

export interface Sample {
  readonly states: number;
  readonly depth: number;
  readonly frontier: number;
  /** How much of the frontier's level has been looked at, from 0 to 1; undefined depth first. */
  readonly levelDone: number | undefined;
  readonly memory: number;
}

export function sampleOf({ store, frontier }: Explorer): Sample {
  return {
    states: store.count,
    depth: Math.max(0, frontier.depth),
    frontier: frontier.size(store),
    levelDone: "done" in frontier ? frontier.done : undefined,
    memory: process.memoryUsage().rss,
  };
}

/** `1,234,567 states, 512,000 states/s, depth 14, 73% of it done, frontier 20,301, 812 MB` */
export function lineOf(sample: Sample, statesPerSecond: number): string {
  const { states, depth, levelDone, frontier } = sample;
  const done = levelDone === undefined ? "" : `, ${Math.floor(100 * levelDone)}% of it done`;
  return `${count(states)} states, ${count(statesPerSecond)} states/s, depth ${depth}${done}, frontier ${count(frontier)}, ${memory(sample.memory)}`;
}

export interface Destination {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
}

const QUIET = 1000;
const LIVE = 250;
const PLAIN = 5000;

export class Progress {
  private readonly live: boolean;
  private readonly started: number;
  private shown: number;
  private statesShown = 0;
  private drawn = false;

  constructor(
    private readonly to: Destination,
    private readonly label = "",
    private readonly clock: () => number = () => performance.now(),
  ) {
    this.live = to.isTTY === true;
    this.started = this.shown = clock();
  }

  /** Shows where the search is, if it is time to. */
  update(sample: () => Sample): void {
    const now = this.clock();
    if (now - this.started < QUIET || now - this.shown < (this.live ? LIVE : PLAIN)) return;
    const current = sample();
    const speed = (current.states - this.statesShown) / ((now - this.shown) / 1000);
    const line = this.label + lineOf(current, speed);
    this.shown = now;
    this.statesShown = current.states;
    this.drawn = true;
    this.to.write(this.live ? `\r\u001b[K${line.slice(0, (this.to.columns ?? 80) - 1)}` : `${line}\n`);
  }

  /** Takes the live line away. */
  clear(): void {
    if (this.live && this.drawn) this.to.write("\r\u001b[K");
    this.drawn = false;
  }
}
