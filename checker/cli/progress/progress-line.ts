/** The progress of a long run: a live line on a terminal, or a plain line at intervals elsewhere. */
import { widthOf } from "../../../traces/text/columns.js";

export interface Destination {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
}

/** A run that is over sooner shows nothing; and the time between two lines, live and plain. In milliseconds. */
const QUIET = 1000;
const LIVE = 250;
const PLAIN = 5000;

export class ProgressLine {
  private readonly live: boolean;
  private readonly started: number;
  private shown: number;
  private drawn = false;

  /** @param label begins each line @param clock returns milliseconds */
  constructor(
    private readonly to: Destination,
    private readonly label = "",
    private readonly clock: () => number = () => performance.now(),
  ) {
    this.live = to.isTTY === true;
    this.started = this.shown = clock();
  }

  /**
   * Shows a line if the last one is old enough.
   * @param current looks where the run is, and returns a function that says so within a width, without the label
   */
  update(current: () => (width: number) => string): void {
    const now = this.clock();
    if (now - this.started < QUIET || now - this.shown < (this.live ? LIVE : PLAIN)) return;
    const lineOf = current();
    this.shown = now;
    this.drawn = true;
    const width = (this.to.columns ?? 80) - 1;
    if (!this.live) this.to.write(`${this.label}${lineOf(Number.POSITIVE_INFINITY)}\n`);
    else {
      const line = this.label + lineOf(width - widthOf(this.label));
      this.to.write(`\r\u001b[K${line.slice(0, width)}`);
    }
  }

  /** Removes the live line. */
  clear(): void {
    if (this.live && this.drawn) this.to.write("\r\u001b[K");
    this.drawn = false;
  }
}
