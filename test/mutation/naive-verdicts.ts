/**
 * What becomes of a mutant by another way: by the naive explorer, on the mutated model with the semantics of
 * test/support/own-semantics.ts, and by the whole graphs of mutant and original, step by step.
 */
import { Instance } from "../../checker/model/instance.js";
import type { AnyModel } from "../../checker/model/model.js";
import { type AnyState, writerOf } from "../../checker/model/state.js";
import { type Mutant, mutatedModel } from "../../checker/mutation/mutant.js";
import { withActions } from "../../checker/mutation/with-actions.js";
import { explore } from "../support/naive-explorer.js";
import { OwnSemantics, type OwnValues } from "../support/own-semantics.js";
import { textOf } from "../support/own-text.js";

/** What the explorer says of a mutant: who may be the first to notice it, in how many steps; or none of that. */
export type NaiveVerdict =
  | { readonly verdict: "noticed"; readonly steps: number | undefined; readonly by: readonly string[] }
  | { readonly verdict: "survived" | "equivalent" };

/**
 * Returns the model with actions that can be run on states of `OwnSemantics`: a mutant's take states of an instance.
 */
function onOwnStates(model: AnyModel, given: object): AnyModel {
  const over = new Instance(model, { ...given });
  const { layout } = over;
  const members = (slot: number) =>
    layout.slots[slot]!.indices.map((index, i) =>
      layout.declarations[layout.slots[slot]!.variable]!.sets[i]!.member(index),
    );
  return withActions(model, (action) => ({
    ...action,
    run: (own, binding, message) => {
      const read = own as unknown as Record<string, (...of: unknown[]) => unknown>;
      const values = layout.slots.map(({ variable }, slot) => read[variable]!(...members(slot)));
      const run = action.run(over.stateOf(values), binding, message);
      const { result } = run;
      if ("kind" in result) return run;
      const next = ([result].flat() as AnyState[]).map(({ written }) =>
        [...written].reduce<Record<string, (...of: unknown[]) => unknown>>(
          (state, [slot, value]) =>
            state[writerOf(layout.slots[slot]!.variable)]!(...members(slot), value) as typeof state,
          read,
        ),
      );
      return { ...run, result: next as unknown as AnyState[] };
    },
  }));
}

/** Returns every step between states that can be reached, and the initial states. */
function graphOf(model: AnyModel, given: object): Set<string> {
  const semantics = new OwnSemantics(model, new Instance(model, { ...given }).parameters);
  const edges = new Set<string>();
  const known = new Set<string>();
  const frontier: OwnValues[] = [];
  const add = (from: string, values: OwnValues) => {
    const next = semantics.renumbered(values);
    const text = semantics.text(next);
    edges.add(`${from} → ${text}`);
    if (!known.has(text)) frontier.push(next);
    known.add(text);
  };
  for (const values of semantics.initial) add("initial", values);
  for (let values = frontier.pop(); values !== undefined; values = frontier.pop())
    for (const { action, binding, message, next, threw } of semantics.steps(values)) {
      const from = `${semantics.text(values)} ${action.name} ${Object.values(binding).map(textOf)} ${textOf(message)}`;
      if (next === undefined) edges.add(`${from} ${threw ? "threw" : "unspecified"}`);
      else add(from, next);
    }
  return edges;
}

/** Judges mutants of one model by the naive explorer. */
export class NaiveJudge {
  private readonly own: AnyModel;
  private readonly before: ReturnType<typeof explore>;
  private readonly graph: Set<string>;

  constructor(
    private readonly model: AnyModel,
    private readonly given: object,
  ) {
    this.own = onOwnStates(model, given);
    this.before = this.explored(this.own);
    this.graph = graphOf(this.own, given);
  }

  private explored(model: AnyModel, most?: number) {
    return explore({ model, parameters: new Instance(this.model, { ...this.given }).parameters }, most);
  }

  /** @param most how deep states are looked at, of a mutant that is noticed: it need not be finite */
  verdictOf(mutant: Mutant, most?: number): NaiveVerdict {
    const own = onOwnStates(mutatedModel(this.model, mutant), this.given);
    const { violated, unmet, threwAt } = this.explored(own, most);
    const news = [...violated].filter(([name, steps]) => steps < (this.before.violated.get(name) ?? Infinity));
    // An action that throws does so in the step after the state.
    if (threwAt !== undefined) news.push(["no error", threwAt + 1]);
    const steps = Math.min(...news.map(([, steps]) => steps));
    if (steps < Infinity)
      return { verdict: "noticed", steps, by: news.filter(([, of]) => of === steps).map(([name]) => name) };
    const unreached = [...unmet.keys()].filter((name) => !this.before.unmet.has(name));
    if (unreached.length > 0) return { verdict: "noticed", steps: undefined, by: unreached };
    const graph = graphOf(own, this.given);
    const isSame = graph.size === this.graph.size && [...graph].every((edge) => this.graph.has(edge));
    return { verdict: isSame ? "equivalent" : "survived" };
  }
}
