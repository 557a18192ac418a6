/** What is tracked along a run: the binding that a property is asked of. A node is a state with a binding of one orbit, in the names of the state. */
import type { Binding, Domains } from "../model/action.js";
import type { Renamed } from "./renamings.js";

export class Tracked {
  readonly count: number;
  private readonly images: (Int32Array | undefined)[] = [];

  /** @param orbit places among all bindings that renamings carry into each other */
  private constructor(
    private readonly all: Renamed<Binding<Domains>>,
    readonly orbit: readonly number[],
  ) {
    this.count = orbit.length;
  }

  /** The bindings of a property, by orbits: a renamed run violates it for the renamed binding. */
  static orbits(all: Renamed<Binding<Domains>>): Tracked[] {
    return all.orbits.map((orbit) => new Tracked(all, orbit));
  }

  binding(b: number): Binding<Domains> {
    return this.all.all[this.orbit[b]!]!;
  }

  /** Where a renaming carries each binding of the orbit. */
  by(renaming: number): Int32Array {
    const known = this.images[renaming];
    if (known) return known;
    const image = this.all.by(renaming);
    const local = Int32Array.from(this.orbit, (place) => this.orbit.indexOf(image[place]!));
    this.images[renaming] = local;
    return local;
  }

  /** By renaming: where it carries each binding; undefined before it was asked for. */
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
