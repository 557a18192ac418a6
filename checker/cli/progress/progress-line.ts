/**
 * The progress of a long run: a live line on a terminal, with others below it if there is more to say, or a plain line
 * at intervals elsewhere.
 */
import { widthOf } from "../../../traces/text/columns.js";

export interface Destination {
  readonly isTTY?: boolean;
  readonly columns?: number;
  readonly rows?: number;
  write(text: string): unknown;
}

/** A run that is over sooner shows nothing; and the time between two lines, live and plain. In milliseconds. */
const QUIET = 1000;
const LIVE = 250;
const PLAIN = 5000;

/** The most lines below a live line, and the rows of a terminal that does not tell. */
const MOST_BELOW = 12;
const ROWS = 24;

export class ProgressLine {
  private readonly live: boolean;
  private readonly started: number;
  private shown: number;
  private drawn = false;
  /** How many lines stand below the live line. */
  private below = 0;

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
   * @param below returns what stands below that line on a terminal: lines of at most `width`, at most `most` of them
   */
  update(
    current: () => (width: number) => string,
    below: (width: number, most: number) => readonly string[] = () => [],
  ): void {
    const now = this.clock();
    if (now - this.started < QUIET || now - this.shown < (this.live ? LIVE : PLAIN)) return;
    const lineOf = current();
    this.shown = now;
    this.drawn = true;
    const width = (this.to.columns ?? 80) - 1;
    if (!this.live) this.to.write(`${this.label}${lineOf(Number.POSITIVE_INFINITY)}\n`);
    else {
      const line = this.label + lineOf(width - widthOf(this.label));
      const lines = below(width, Math.min(MOST_BELOW, (this.to.rows ?? ROWS) - 2));
      this.to.write([this.removal + line.slice(0, width), ...lines].join("\n"));
      this.below = lines.length;
    }
  }

  /** What makes a terminal remove the live line, and those below it. */
  private get removal(): string {
    return `\r\u001b[K${"\u001b[A\u001b[K".repeat(this.below)}`;
  }

  /** Removes the live line, and those below it. */
  clear(): void {
    if (this.live && this.drawn) this.to.write(this.removal);
    this.drawn = false;
    this.below = 0;
  }
}
