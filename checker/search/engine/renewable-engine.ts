/**
 * An engine that is thrown away and made anew when its tables are full. A value id has 16 bits, so an engine knows
 * 65,535 values of a variable and no more. An exhaustive search stores rows of value ids and cannot do without the
 * values; a random search can: it carries the state that it is in, as values, to an engine that knows nothing yet.
 *
 * Rows of one engine mean nothing to another. What must outlive an engine is kept as values, and compared by its
 * *key*: the text of the canonical state, which is the same in every engine, since the contents of values decide which
 * row of an orbit is canonical.
 */
import { LimitReached } from "../../errors.js";
import type { Instance, Values } from "../../model/instance.js";
import { keyOf } from "../../model/value.js";
import { placesOf } from "../asked.js";
import type { AskedProperties, SearchOptions } from "../options.js";
import { Engine } from "./engine.js";
import { Inspector } from "./inspector.js";

export class RenewableEngine {
  private current: Inspector;
  private isPrepared = false;
  private runsBefore = 0;
  /** The properties that are decided, which no engine needs to look at any more. */
  private readonly settled = new Set<number>();

  /**
   * @param options which properties are looked at, and whether symmetry reduces
   * @param isLeft is called before an engine is thrown away
   */
  constructor(
    private readonly instance: Instance,
    private readonly options: AskedProperties & Pick<SearchOptions, "symmetry">,
    private readonly isLeft: (inspector: Inspector) => void = () => {},
  ) {
    this.current = this.made();
  }

  /** Makes an engine that knows nothing, and in which no state is stored. */
  private made(): Inspector {
    const { symmetry = true } = this.options;
    return new Inspector(
      new Engine(this.instance, { symmetry, storeMemory: 0 }, placesOf(this.instance, this.options)),
    );
  }

  get inspector(): Inspector {
    return this.current;
  }

  get engine(): Engine {
    return this.current.engine;
  }

  /** How often authors' functions were run, by all engines together. */
  get functionRuns(): number {
    return this.runsBefore + this.engine.model.trees.runs;
  }

  /**
   * Throws the engine away, and makes another one. Rows of the old one mean nothing from then on.
   * @throws LimitReached if the tables of the model do not fit even while they are empty
   */
  renew(): void {
    this.isLeft(this.current);
    this.runsBefore += this.engine.model.trees.runs;
    this.current = this.made();
    this.isPrepared = false;
    for (const property of this.settled) this.engine.model.settle(property);
    this.prepare();
  }

  /** Prepares the engine to look at states, unless it is prepared. It throws what `Inspector.prepare` throws. */
  prepare(): void {
    if (!this.isPrepared) this.current.prepare();
    this.isPrepared = true;
  }

  /** Notes that `property` is decided. */
  settle(property: number): void {
    this.settled.add(property);
    this.engine.model.settle(property);
  }

  /**
   * Returns what `task` returns. If the tables become full, the engine is renewed, and `task` called once more.
   * @throws LimitReached if a new engine is not enough for `task` either
   */
  within<T>(task: (inspector: Inspector) => T): T {
    try {
      this.prepare();
      return task(this.current);
    } catch (error) {
      if (!(error instanceof LimitReached)) throw error;
      this.renew();
      return task(this.current);
    }
  }

  /** Returns the key of a state. @throws LimitReached if one state has more values than an engine can hold */
  keyOf(state: Values): string {
    return this.within((inspector) => keyOfRow(inspector, inspector.rowOf(state)));
  }

  /** Returns the keys of the successors of a state. @throws LimitReached if an engine cannot hold them together */
  successorsOf(state: Values): string[] {
    return this.within((inspector) =>
      inspector.successorsOf(inspector.rowOf(state)).map(({ row }) => keyOfRow(inspector, row)),
    );
  }
}

function keyOfRow({ canonicalizer }: Inspector, row: Uint16Array): string {
  return canonicalizer
    .valuesOf(row)
    .map((value) => keyOf(value))
    .join(";");
}
