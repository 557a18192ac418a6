/**
 * What is tracked along a run: the binding that a property is asked of. A node is a state with a binding of one orbit,
 * in the names of the state.
 */
import type { Binding, Domains } from "../model/action.js";
import type { Renamed } from "./renamings.js";

export class Tracked {
  readonly count: number;
  private readonly images: (Int32Array | undefined)[] = [];

  /** @param orbit places among all bindings: those that renamings carry into each other */
  private constructor(
    private readonly all: Renamed<Binding<Domains>>,
    readonly orbit: readonly number[],
  ) {
    this.count = orbit.length;
  }

  /**
   * Returns the bindings of a property by orbits. One binding of an orbit is as good as another to begin with, since a
   * renamed run violates the property for the renamed binding.
   */
  static orbits(all: Renamed<Binding<Domains>>): Tracked[] {
    return all.orbits.map((orbit) => new Tracked(all, orbit));
  }

  binding(b: number): Binding<Domains> {
    return this.all.all[this.orbit[b]!]!;
  }

  /** Returns, by the place of a binding in the orbit, the place that `renaming` carries it to. */
  by(renaming: number): Int32Array {
    const known = this.images[renaming];
    if (known) return known;
    const image = this.all.by(renaming);
    const local = Int32Array.from(this.orbit, (place) => this.orbit.indexOf(image[place]!));
    this.images[renaming] = local;
    return local;
  }

  /** By renaming: what `by` returns; undefined if it was not asked for yet. */
  get table(): readonly (Int32Array | undefined)[] {
    return this.images;
  }

  nodeOf(state: number, b: number): number {
    return state * this.count + b;
  }

  stateOf(node: number): number {
    return Math.floor(node / this.count);
  }

  bindingOf(node: number): number {
    return node % this.count;
  }
}
