/**
 * V8's own count of which parts of a script ran, block by block. V8 counts in functions that it compiles while it is
 * told to, so the count must begin before a script is loaded. Nothing is counted, or slowed, before `begin`.
 */
import { Session } from "node:inspector";

/** A part of a function and how often it ran; offsets are those of the script. An inner part comes after its outer. */
export interface RanPart {
  readonly startOffset: number;
  readonly endOffset: number;
  readonly count: number;
}

/** A function, as V8 reports it; the first is the script as a whole. */
export interface RanFunction {
  readonly functionName: string;
  readonly ranges: readonly RanPart[];
  /** Whether its parts were counted, or only the function as a whole. */
  readonly isBlockCoverage: boolean;
}

/** A script, as V8 reports it. */
export interface RanScript {
  readonly url: string;
  readonly functions: readonly RanFunction[];
}

/** The count that is under way; there is one for all threads of a process that run the same scripts. */
let underWay: PreciseCoverage | undefined;

export class PreciseCoverage {
  private readonly session = new Session();

  private constructor() {
    this.session.connect();
    this.post("Profiler.enable");
    this.post("Profiler.startPreciseCoverage", { callCount: true, detailed: true });
  }

  /** Begins to count, unless a count is under way. */
  static begin(): PreciseCoverage {
    underWay ??= new PreciseCoverage();
    return underWay;
  }

  /** The count that is under way; undefined if there is none. */
  static get current(): PreciseCoverage | undefined {
    return underWay;
  }

  /** Returns what ran since `begin`, and ends the count. */
  end(): readonly RanScript[] {
    const { result } = this.post("Profiler.takePreciseCoverage") as { result: RanScript[] };
    this.stop();
    return result;
  }

  /** Ends the count. */
  stop(): void {
    if (underWay !== this) return;
    underWay = undefined;
    this.post("Profiler.stopPreciseCoverage");
    this.post("Profiler.disable");
    this.session.disconnect();
  }

  /** Asks V8, which answers at once. */
  private post(method: string, parameters: object = {}): unknown {
    let answer: unknown;
    this.session.post(method, parameters, (error, result) => {
      if (error) throw error;
      answer = result;
    });
    return answer;
  }
}
