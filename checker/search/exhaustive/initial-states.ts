/** The initial states of a search, of which there may be millions. */
import type { Values } from "../../model/instance.js";
import { BIN_FULL, DONE } from "../../wasm/expander.js";
import { NO_PARENT } from "../../wasm/sizes.js";
import { type Engine, noRoom } from "../engine/engine.js";
import type { Inspector } from "../engine/inspector.js";

/** The number of states that are stored between two pauses. */
const AT_ONCE = 256;

/**
 * Stores the states `initial`, and pauses between some and the next.
 * @throws LimitReached if they do not fit
 */
export function* storeInitialStates(
  engine: Engine,
  inspector: Inspector,
  initial: readonly Values[],
): Generator<void, void> {
  const { expander, families, model, loop } = engine;
  const { instance } = families;
  for (const [i, values] of initial.entries()) {
    if (i % AT_ONCE === AT_ONCE - 1) yield;
    const row = families.rowOf(values);
    if (i === 0) {
      // Nodes of trees are as large as the capacities of domains, which must fit the first row before any node is
      // made.
      const first = families.rowOf(instance.firstExpanded);
      families.growCapacities();
      model.start(first);
    }
    inspector.canonicalize(row);
    expander.context.parent = NO_PARENT;
    expander.context.priority = 0;
    for (let stop = expander.seed(); stop !== DONE; stop = expander.seed()) {
      if (stop !== BIN_FULL) engine.handleMiss();
      else if (!loop.flush(expander.fullBin)) throw noRoom();
    }
  }
  if (!loop.empty()) throw noRoom();
}
