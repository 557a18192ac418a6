/** A walk with its searches and its view. The terminal and the browser share it. */

import { changesOf, messagesOf } from "../../traces/analysis/change.js";
import { stepNameOf } from "../../traces/analysis/step-names.js";
import { showItf } from "../../traces/formats/json.js";
import { parseTrace } from "../../traces/formats/parse.js";
import { evidenceOf } from "../../traces/replay/evidence.js";
import { refusalOf, type Trace } from "../../traces/trace.js";
import { Thrown, UsageError } from "../errors.js";
import { isFailedAssertion } from "../model/assertion.js";
import type { Instance } from "../model/instance.js";
import { isLiveness, noError, noFailedAssertion } from "../model/property.js";
import { renumber, type Successor } from "../model/reference.js";
import { attempt } from "../model/thrown.js";
import { closedByDeadlock, Guards } from "../search/verdict/guards.js";
import { exampleCondition, exampleWords } from "./examples.js";
import { judge } from "./judge.js";
import { Search, type SearchLimits, type Wanted } from "./search-on.js";
import type { EnabledStep, SearchView, WalkRequest, WalkView } from "./view.js";
import { Walk } from "./walk.js";

const IDLE: SearchView = { state: "idle", goal: "", distinct: 0, depth: 0, text: "" };

/** A walk through the states of an instance, with its searches. It is changed by requests, and shown by its view. */
export class Session {
  readonly walk: Walk;
  private readonly guards: Guards;
  private readonly examples: Pick<WalkView["model"], "example" | "words">;
  private revision = 0;
  private search: Search | undefined;
  /** How the last search ended, or why it could not go on. */
  private searched: SearchView = IDLE;
  /** The last view; undefined once something has changed. */
  private seen: WalkView | undefined;

  readonly instance: Instance;

  /** @param of the model; its constraints bound searches for verdicts only, and no walk */
  constructor(
    of: Instance,
    private readonly limits: SearchLimits,
  ) {
    const instance = of.unbounded;
    this.instance = instance;
    this.walk = new Walk(instance);
    this.guards = new Guards(instance);
    this.examples = { example: exampleCondition(instance), words: exampleWords(instance) };
    this.view();
  }

  /**
   * Does what is asked. For `save`, it returns the trace.
   * @throws UsageError for what cannot be done
   * @throws BadTrace for a trace that cannot be loaded
   * @throws whatever an author's function throws
   */
  do(request: WalkRequest): Trace | undefined {
    if (request.do === "look") return undefined;
    if (request.do === "save") return this.save(request.property);
    if (request.do === "cancel") this.cancel();
    else if (request.do === "find") this.begin({ condition: request.condition });
    else if (request.do === "violate") this.begin({ property: request.property });
    else this.changed(() => this.move(request));
    return undefined;
  }

  /**
   * Changes the walk. If the walk cannot be shown afterwards, it stays as it was.
   * @throws whatever an author's function throws
   */
  private changed(change: () => void): void {
    const back = this.walk.mark();
    const { seen } = this;
    this.revision++;
    this.seen = undefined;
    try {
      change();
      this.view();
    } catch (error) {
      back();
      this.seen = seen;
      throw error;
    }
  }

  private move(request: Exclude<WalkRequest, { do: "look" | "save" | "cancel" | "find" | "violate" }>): void {
    // The search begins where the walk is.
    if (this.search !== undefined) throw new UsageError("a search is under way from here: cancel it first");
    const { walk } = this;
    switch (request.do) {
      case "begin":
        walk.begin(request.initial);
        break;
      case "take":
        walk.take(request.choice);
        break;
      case "undo":
        walk.undo();
        break;
      case "redo":
        walk.redo();
        break;
      case "jump":
        walk.jump(request.to);
        break;
      case "load":
        walk.load(parseTrace(request.text), request.at);
        break;
    }
  }

  private begin(wanted: Wanted): void {
    if (this.search !== undefined) throw new UsageError("a search is under way already: cancel it first");
    this.searched = IDLE;
    this.search = new Search(this.instance, this.walk.values, wanted, this.limits);
    this.searchChanged();
  }

  private cancel(): void {
    this.search?.cancel();
    this.changed(() => this.settle());
  }

  /** Renews the part of the view that shows the search. The walk has not moved, so the rest stays. */
  private searchChanged(): void {
    this.revision++;
    this.seen = { ...this.view(), revision: this.revision, search: this.search?.view() ?? this.searched };
  }

  get searching(): boolean {
    return this.search !== undefined;
  }

  /** Searches for about `milliseconds`. When a way is found, the walk goes along it. */
  work(milliseconds: number): void {
    if (this.search === undefined) return;
    const { search } = this;
    try {
      if (search.work(milliseconds)) this.changed(() => this.settle());
      else this.searchChanged();
    } catch (error) {
      this.search = undefined;
      const text = error instanceof Error ? error.message : String(error);
      this.searched = { ...search.view(), state: "failed", text };
      this.searchChanged();
    }
  }

  /** Takes over the result of a search that is over. */
  private settle(): void {
    const { search, walk } = this;
    const view = search?.view();
    if (search === undefined || view === undefined || view.state === "running") return;
    this.search = undefined;
    this.searched = view;
    const steps = search.way?.states.slice(1) ?? [];
    walk.takeAll(steps.map(({ "#meta": step }) => step.choice));
  }

  /**
   * Returns the run up to the state that the walk is in, as a trace; with the name of a property, as a counterexample
   * of it.
   * @throws UsageError if the property is not violated here
   */
  private save(name: string | undefined): Trace {
    if (name === undefined) return this.walk.traceToHere();
    const property = this.instance.propertyNamed(name);
    if (property === undefined) throw new UsageError(`${this.instance.model.name} has no property called ${name}`);
    const isOfCycles = isLiveness(property);
    const explanation = isOfCycles ? undefined : evidenceOf(this.instance, property, this.walk.runToHere());
    if (explanation === undefined) throw new UsageError(`"${name}" is not violated here`);
    const { kind, says } = property;
    const closed =
      kind === "no deadlock" ? closedByDeadlock(this.instance, this.walk.runToHere().states.at(-1)!) : undefined;
    return this.walk.traceToHere({
      property: { name, kind, says },
      explanation,
      ...(closed === undefined ? {} : { closed }),
    });
  }

  view(): WalkView {
    this.seen ??= this.look();
    return this.seen;
  }

  private look(): WalkView {
    const { walk, instance } = this;
    const { model, parameters } = instance;
    const run = walk.run();
    const last = run.steps.at(-1);
    const previews = walk.previews();
    return {
      revision: this.revision,
      model: {
        ...{ name: model.name, about: model.about, parameters, initial: instance.initial.length },
        ...this.examples,
      },
      trace: walk.trace,
      at: walk.at,
      enabled: walk.successors.map((successor, choice) => this.enabled(successor, choice, previews[choice]!)),
      disabled:
        last !== undefined && last.next === undefined ? [] : this.guards.closed(walk.values, run.states.at(-1)!),
      properties: judge(instance, run),
      search: this.search?.view() ?? this.searched,
    };
  }

  private enabled(successor: Successor, choice: number, preview: Trace): EnabledStep {
    const step = preview.states[1]!["#meta"];
    const { message, says } = step;
    return {
      choice,
      name: stepNameOf(preview, 1),
      message: message === undefined ? undefined : showItf(message),
      cell: successor.cell,
      says,
      changes: changesOf(preview, 1),
      messages: messagesOf(preview, 1),
      violates: this.violatedBy(successor),
      notTaken: refusalOf(step),
    };
  }

  /** Returns the names of the properties that a step, or the state that it leads to, violates. */
  private violatedBy({ next, violates, unspecified, threw }: Successor): string[] {
    const { instance } = this;
    const ofStep = violates.map(({ of }) => of.name);
    // What is shown of the step says it.
    if (threw !== undefined) return [];
    if (next === undefined) {
      return instance.properties.flatMap(({ kind, name }) =>
        kind === "no unspecified reception" && unspecified ? [name] : [],
      );
    }
    const state = instance.stateOf(renumber(next, "in order"));
    const ofState = instance.properties.flatMap((property) => {
      if (property.kind !== "invariant") return [];
      const violated = attempt(
        () => `property "${property.name}"`,
        () => instance.bindings(property.domains).some((binding) => !property.holds(state, binding)),
      );
      if (violated instanceof Thrown) return [(isFailedAssertion(violated) ? noFailedAssertion : noError).name];
      return violated ? [property.name] : [];
    });
    return [...new Set([...ofState, ...ofStep])];
  }
}
