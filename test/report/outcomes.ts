/** The searches that the report rests on, each done once, when something of it is first asked for. */
import { threadsOf } from "../../checker/api/request.js";
import { Instance } from "../../checker/model/instance.js";
import type { AnyModel } from "../../checker/model/model.js";
import { nameOfModel, seconds } from "../../checker/reports/report.js";
import { checkSync } from "../../checker/search/check.js";
import type { Outcome, PropertyOutcome } from "../../checker/search/outcome.js";
import { count, counted } from "../../traces/text/columns.js";
import { cycleLengthOf, lengthOf, type Trace } from "../../traces/trace.js";
import { givenTo, isWhole, type RunName } from "./runs.js";

export class Outcomes {
  private readonly done = new Map<string, Outcome>();

  constructor(
    private readonly model: AnyModel,
    /** Told of each search when it is over. */
    private readonly tell: (line: string) => void = () => {},
  ) {}

  /** The search of a run in which all properties are asked. */
  whole(run: RunName): Outcome {
    if (!isWhole(run)) throw new Error(`not all properties are asked of "${run}"`);
    return this.search(run, undefined);
  }

  /** What a property comes to in a run; undefined if the run has no such property. */
  of(run: RunName, property: string): PropertyOutcome | undefined {
    return this.searchFor(run, property).properties.find(({ name }) => name === property);
  }

  /** The states of a search in which the property holds; those of a search that ended at a violation mean nothing. */
  statesOf(run: RunName, property: string): number {
    const { distinct, incomplete } = this.searchFor(run, property);
    if (incomplete !== undefined) throw new Error(`the search of "${run}" for ${property} has not seen every state`);
    return distinct;
  }

  private searchFor(run: RunName, property: string): Outcome {
    return this.search(run, isWhole(run) ? undefined : property);
  }

  private search(run: RunName, property: string | undefined): Outcome {
    const key = JSON.stringify([run, property]);
    const known = this.done.get(key);
    if (known) return known;
    const asked = property === undefined ? {} : { properties: [property], receptions: false, stopAtFirst: true };
    const outcome = checkSync(new Instance(this.model, givenTo(run)), { threads: threadsOf(undefined), ...asked });
    const undecided = outcome.properties.find(({ verdict }) => verdict === "incomplete");
    if (undecided) throw new Error(`${undecided.name} is not decided in "${run}": ${outcome.incomplete}`);
    this.tell(`${nameOfModel(outcome, givenTo(run))}${property ? `, ${property}` : ""}: ${seconds(outcome.seconds)}`);
    this.done.set(key, outcome);
    return outcome;
  }
}

/** `12 steps`, `12 steps, and then nothing more`, `5 steps, then 10 again and again` */
export function lengthInWords(trace: Trace): string {
  const cycle = cycleLengthOf(trace);
  const before = counted(lengthOf(trace) - (cycle ?? 0), "step");
  if (cycle === undefined) return before;
  return cycle === 0 ? `${before}, and then nothing more` : `${before}, then ${cycle} again and again`;
}

/** `violated: 12 steps` */
export function verdictInWords({ verdict, trace, waiting, vacuous, goals }: PropertyOutcome): string {
  if (verdict === "uncovered") return `${counted(goals!.unmet.length, "cell")} unused`;
  if (verdict === "holds") return vacuous === undefined ? "holds" : "holds, but vacuously";
  if (trace === undefined) return "violated";
  return `${waiting ?? "violated"}: ${lengthInWords(trace)}`;
}

export function holdsInWords(states: number): string {
  return `holds: ${count(states)} states`;
}
