/**
 * In which states something fair is enabled, so that no run can stand still there. That does not depend on names, nor
 * on where steps lead: if requirements are about actions alone, no next state is made, and no transition is kept.
 */
import { Bits } from "./bits.js";
import type { StateGraph } from "./graph.js";
import type { Requirements } from "./requirements.js";

const KNOWN = 0;
const ENABLED = 1;

export class FairSteps {
  private states: Bits | undefined;
  /** By tree: whether its steps take a requirement. */
  private readonly ofTree: (boolean | undefined)[] = [];

  constructor(
    private readonly graph: StateGraph,
    private readonly requirements: Requirements,
  ) {}

  /** Whether it is told without the transitions of a state. */
  get isTold(): boolean {
    return !this.requirements.asksSteps;
  }

  /** Whether a step that takes a requirement is enabled in a state. May make the state the expander's current row. */
  isAnyEnabledIn(reference: number): boolean {
    if (!this.isTold || (this.graph.isKept && this.states === undefined)) return this.isAnyAmongTransitions(reference);
    this.states ??= new Bits(this.graph.size, 2);
    if (this.states.has(reference, KNOWN)) return this.states.has(reference, ENABLED);
    this.states.set(reference, KNOWN);
    if (!this.graph.enabledTrees(reference).some((tree) => this.isFair(tree))) return false;
    this.states.set(reference, ENABLED);
    return true;
  }

  private isFair(tree: number): boolean {
    this.ofTree[tree] ??= this.requirements.ofSteps(this.graph.labelOf(tree)).length > 0;
    return this.ofTree[tree];
  }

  private isAnyAmongTransitions(reference: number): boolean {
    const { at, end, labels } = this.graph.transitionsOf(reference);
    for (let i = at; i < end; i++) if (this.requirements.taken(reference, labels[i]!, i - at).length > 0) return true;
    return false;
  }
}
