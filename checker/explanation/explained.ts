/** Counterexamples with why they violate their property. The functions of the model are run again for that. */

import { messageHistoryOf } from "../../traces/analysis/messages.js";
import { meanwhileIn, overtakingsIn } from "../../traces/analysis/race.js";
import { stepNameOf } from "../../traces/analysis/step-names.js";
import { whoWaits } from "../../traces/replay/lasso.js";
import { type Choices, type ConcreteRun, Following, follow, traceOf } from "../../traces/replay/run.js";
import { isWalk, type Trace, type TraceMeta, WALK } from "../../traces/trace.js";
import { Thrown } from "../errors.js";
import type { Instance } from "../model/instance.js";
import { isLiveness, type Property, type Unlisted } from "../model/property.js";
import { successorsOf } from "../model/reference.js";
import type { AnyState } from "../model/state.js";
import { attempt } from "../model/thrown.js";
import { causeOf } from "./cause.js";
import { decisiveOrdersOf, type Pair } from "./decisive-orders.js";
import { neverTakenIn } from "./never-taken.js";
import { ObservedReads } from "./observed-reads.js";
import { ViolationOf } from "./violation.js";

/** Explains counterexamples of one instance. */
export class Explainer {
  private reads: ObservedReads | undefined;

  constructor(private readonly instance: Instance) {}

  private get observed(): ObservedReads {
    this.reads ??= new ObservedReads(this.instance);
    return this.reads;
  }

  /**
   * Returns a trace that says why it violates its property. A trace of a walk, or of a property that the model does not
   * have, is returned as it is; so is one of which a function of the model cannot say more, since it throws.
   * @param trace a run of the model as it is now
   * @throws LimitReached if it has more values than can be told apart
   */
  trace(trace: Trace): Trace {
    const property = this.instance.propertyNamed(trace["#meta"].property.name);
    if (isWalk(trace) || property === undefined || trace["#meta"].explanation === "") return trace;
    const why = attempt(
      () => "the explanation of a counterexample",
      () => this.why(trace, property),
    );
    return why instanceof Thrown ? trace : { ...trace, "#meta": { ...trace["#meta"], ...why } };
  }

  private why(trace: Trace, property: Property<AnyState> | Unlisted): Partial<TraceMeta> {
    const { instance, observed } = this;
    const choices = choicesOf(trace);
    const run = follow(instance, choices);
    const { loop } = trace["#meta"];
    if (isLiveness(property)) {
      const waiting = loop === undefined ? undefined : whoWaits(instance, property, choices, loop);
      return waiting === undefined ? {} : { neverTaken: neverTakenIn(instance, run, loop!, waiting, observed) };
    }
    const cause = causeOf(instance, property, run, observed);
    const nameOf = (state: number, choice: number) => this.nameAfter(choices, state, choice);
    const race = decisiveOrdersOf(instance, run, new ViolationOf(instance, property), nameOf, askedOf(trace));
    return { ...(cause === undefined ? {} : { cause }), race };
  }

  /** Names the successor of a number that a state of the run has, as traces do. */
  private nameAfter({ initial, steps }: Choices, state: number, choice: number): string {
    const following = new Following(this.instance, initial);
    const taken = [...steps.slice(0, state), choice];
    for (const of of taken) following.take([...successorsOf(this.instance, following.values)][of]!);
    const run: ConcreteRun = following.run();
    const trace = traceOf(this.instance, { initial, steps: taken }, run, { property: WALK, explanation: "" });
    return stepNameOf(trace, taken.length);
  }
}

/** Returns the choices that a trace keeps. */
function choicesOf({ states }: Trace): Choices {
  const [initial, ...steps] = states.map((state) => state["#meta"].choice);
  return { initial: initial!, steps };
}

/** Returns the orders that the sentences on the race rest on. */
function askedOf(trace: Trace): Pair[] {
  const overtakings = overtakingsIn(messageHistoryOf(trace)).flatMap(({ fast, slow }): Pair[] =>
    fast.receivedAt === undefined || slow.receivedAt === undefined ? [] : [[fast.receivedAt, slow.receivedAt]],
  );
  const meanwhile = meanwhileIn(trace).flatMap(({ interval, through }) =>
    through.slice(1).map(({ from }): Pair => [from, interval.to]),
  );
  return [...overtakings, ...meanwhile].filter(([first, second]) => first < second);
}
