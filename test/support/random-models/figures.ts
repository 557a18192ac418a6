/** How interesting random models are: figures of many, which a test holds above bounds. */
import { isLivenessOf } from "./description.js";
import type { DrawnModel } from "./drawn.js";
import { orbitsOf } from "./plain-symmetry.js";
import { verdictsOf } from "./plain-verdicts.js";

/** Counts of models, by what is true of them. */
export class Figures {
  models = 0;
  states = 0;
  private readonly counts = new Map<string, number>();

  /** Counts a model. @param more what else is true of it */
  add(drawn: DrawnModel, more: Readonly<Record<string, boolean>> = {}): void {
    const { description, graph } = drawn;
    this.models++;
    this.states += graph.states.length;
    const verdicts = verdictsOf(graph);
    const isViolated = (kind: string) =>
      description.properties.some((each) => each.kind === kind && verdicts.get(each.name)!.verdict === "violated");
    const lively = description.properties.filter(isLivenessOf);
    const orbits = orbitsOf(graph, ["A"]);
    const types = new Set(description.variables.map(({ type }) => type.kind));
    const deepest = Math.max(0, ...[...verdicts.values()].map(({ length }) => length ?? 0));
    this.count({
      "more than 100 states": graph.states.length > 100,
      "more than 500 states": graph.states.length > 500,
      "four members": description.sizes.A === 4,
      "several orbits of more than one state": (orbits?.sizes.filter((size) => size > 1).length ?? 0) > 1,
      "members of an ordered set": description.ordered,
      ...Object.fromEntries(
        (["invariant", "step invariant", "no deadlock", "no unspecified reception", "reachable"] as const).map(
          (kind) => [`violated: ${kind}`, isViolated(kind)],
        ),
      ),
      ...Object.fromEntries(
        (["eventually", "leads to", "always eventually", "eventually always"] as const).map((kind) => [
          `lasso: ${kind}`,
          isViolated(kind),
        ]),
      ),
      "liveness that holds": lively.some(({ name }) => verdicts.get(name)!.verdict === "holds"),
      "a shortest counterexample of more than 3 steps": deepest > 3,
      "weak fairness": description.actions.some(({ fair }) => fair === "weak"),
      "strong fairness": description.actions.some(({ fair }) => fair === "strong"),
      "an assumption": description.assumptions.length > 0,
      "several initial states": description.initial.length > 0,
      ...Object.fromEntries(
        (["member", "set", "map", "stamp", "floor", "record", "bag", "queue"] as const).map((kind) => [
          `variable: ${kind}`,
          types.has(kind),
        ]),
      ),
      "pairs of two sets": description.variables.some(
        ({ by: [first, second] }) => second !== undefined && first !== second,
      ),
      "two scalarsets": !description.ordered && new Set(description.variables.flatMap(({ by }) => by)).size === 2,
      "pairs with their diagonal": description.variables.some(({ diagonal }) => diagonal),
      ...more,
    });
  }

  /** Counts one for each that is true. */
  count(of: Readonly<Record<string, boolean>>): void {
    for (const [name, isTrue] of Object.entries(of)) this.counts.set(name, this.of(name) + (isTrue ? 1 : 0));
  }

  /** The number of models of which something is true. */
  of(name: string): number {
    return this.counts.get(name) ?? 0;
  }

  /** Returns the figures as lines of text, with percentages of the models. */
  lines(): string[] {
    const share = (count: number) => `${((100 * count) / Math.max(1, this.models)).toFixed(1)} %`;
    return [
      `${this.models} models, ${this.states} states`,
      ...[...this.counts].map(
        ([name, count]) => `  ${String(count).padStart(7)}  ${share(count).padStart(7)}  ${name}`,
      ),
    ];
  }
}
