/** Which accesses a process does with its own copy, without asking anybody. */
import type { AccessKind } from "./driven-model.js";
import type { PageGraph, PageState, PageStep } from "./page-graph.js";

export class LocalAccesses {
  constructor(private readonly graph: PageGraph) {}

  /**
   * Tells whether an access is local. If the model does not say so of a write, it is one that a single step serves that
   * sends nothing and writes no variable of another process.
   */
  isLocal(state: PageState, kind: AccessKind, at: number): boolean {
    const declared = this.graph.isLocal(state, kind, at);
    if (declared !== undefined || kind === "read") return declared ?? false;
    const step = this.firstStep(state, kind, at);
    return step !== undefined && this.isOwn(step, at) && this.graph.isServedBy(step, kind, at);
  }

  /** Tells whether accesses are local and leave the page as it is, so that any number of them are alike. */
  areAlike(state: PageState, kind: AccessKind, at: number): boolean {
    if (!this.isLocal(state, kind, at)) return false;
    const step = kind === "read" ? undefined : this.firstStep(state, kind, at);
    return step === undefined || (step.after === state && step.sends === 0 && step.moves.length === 0);
  }

  /** Returns the step that an access begins with; undefined if none of its actions is enabled. */
  firstStep(state: PageState, kind: AccessKind, at: number): PageStep | undefined {
    for (const instances of this.graph.driven.actionsOf(kind, at))
      for (const instance of instances) {
        const [step] = this.graph.stepsBy(state, instance);
        if (step !== undefined) return step;
      }
    return undefined;
  }

  private isOwn({ sends, written }: PageStep, at: number): boolean {
    const { instance, accesses } = this.graph.driven;
    const { slots, declarations } = instance.layout;
    const isOwn = (slot: number) => {
      const { variable, indices } = slots[slot]!;
      const { sets } = declarations[variable]!;
      return indices.every((index, i) => index === at && sets[i] === accesses.by);
    };
    return sends === 0 && written.every(isOwn);
  }
}
