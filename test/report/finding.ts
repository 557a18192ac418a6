/** What a finding is: data, and prose whose figures come from the searches. */
import type { PropertyOutcome } from "../../checker/search/outcome.js";
import { count } from "../../traces/text/columns.js";
import type { Trace } from "../../traces/trace.js";
import { holdsInWords, lengthInWords, type Outcomes, verdictInWords } from "./outcomes.js";
import type { RunName } from "./runs.js";
import type { Steps, Story } from "./story.js";

/** Words of the paper. */
export interface Place {
  readonly section: string;
  readonly quote: string;
}

/** A model, with the property that is asked, if it is not the finding's. */
export type Row = RunName | readonly [RunName, string];

interface Told {
  readonly title: string;
  /** What the paper says; nothing, if it leaves open what the finding is about. */
  readonly paper: readonly Place[];
  readonly property: string;
}

/**
 * Something that fails. The verdicts are computed; if they are not what the prose was written for, there is no report.
 */
export interface Finding<S extends Story = Story> extends Told {
  /** Where it fails. The first is the chart. */
  readonly violated: readonly [Row, ...Row[]];
  /** Where it does not. */
  readonly holds?: readonly Row[];
  /** The open questions that it rests on. */
  readonly questions?: readonly number[];
  /** Whether the most charitable answers are taken. */
  reading?(f: Facts): string;
  readonly story: S;
  why(at: Steps<S>, f: Facts): string;
  repair?(f: Facts): string;
}

/** Lets the prose know the steps of the story by name. */
export const finding = <const S extends Story>(of: Finding<S>): Finding => of as unknown as Finding;

/** Something that holds. */
export interface Right extends Told {
  readonly holds: readonly [Row, ...Row[]];
  readonly questions?: readonly number[];
  why(f: Facts): string;
}

/** Generation fails: what the prose of a claim says is not what was computed. */
export class Contradiction extends Error {
  override readonly name = "Contradiction";

  /** @param where the file, or the folder, of the prose */
  constructor(claim: string, what: string, where = "test/report/prose/") {
    super(`"${claim}": ${what}; write its prose in ${where} anew`);
  }
}

/** What prose may ask for. Whoever asks says what it takes for granted: that it holds, or that it fails. */
export class Facts {
  constructor(
    private readonly claim: string,
    readonly outcomes: Outcomes,
  ) {}

  outcome(run: RunName, property: string): PropertyOutcome {
    const outcome = this.outcomes.of(run, property);
    if (outcome === undefined) throw new Contradiction(this.claim, `nobody asks for ${property} in "${run}"`);
    return outcome;
  }

  /** The counterexample. */
  trace(run: RunName, property: string): Trace {
    const outcome = this.outcome(run, property);
    if (outcome.verdict !== "violated" || outcome.trace === undefined)
      throw new Contradiction(
        this.claim,
        `written for a violation of ${property} in "${run}", which ${outcome.verdict}`,
      );
    return outcome.trace;
  }

  /** `12 steps` */
  steps(run: RunName, property: string): string {
    return lengthInWords(this.trace(run, property));
  }

  /** `56,219`: the states over which the property holds. */
  states(run: RunName, property: string): string {
    this.mustHold(run, property);
    return count(this.outcomes.statesOf(run, property));
  }

  mustHold(run: RunName, property: string): void {
    const { verdict, vacuous, trace } = this.outcome(run, property);
    if (verdict !== "holds" || vacuous !== undefined) {
      const found = trace ? `violated in ${lengthInWords(trace)}` : (vacuous ?? verdict);
      throw new Contradiction(this.claim, `written for ${property} holding in "${run}", where it is ${found}`);
    }
  }

  /** `violated: 12 steps`, or `holds: 56,219 states`, as `expected`. */
  verdict(run: RunName, property: string, expected: "violated" | "holds"): string {
    if (expected === "holds") {
      this.mustHold(run, property);
      return holdsInWords(this.outcomes.statesOf(run, property));
    }
    this.trace(run, property);
    return verdictInWords(this.outcome(run, property));
  }

  /** The properties that fail in a run, which must be these; coverages are none. */
  allHoldBut(run: RunName, failing: readonly string[]): void {
    const { properties } = this.outcomes.whole(run);
    const found = properties.filter(({ verdict }) => verdict === "violated").map(({ name }) => name);
    if ([...found].sort().join() !== [...failing].sort().join())
      throw new Contradiction(this.claim, `written for "${run}" with ${list(failing)} failing; it is ${list(found)}`);
  }
}

const list = (names: readonly string[]) => (names.length === 0 ? "nothing" : names.join(", "));
