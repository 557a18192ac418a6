/** When a search is to end before it has seen every state, and the reason that it then gives. */
import type { Instance } from "../../model/instance.js";
import type { SearchOptions } from "../options.js";
import type { Violation } from "../verdict/violations.js";

/** Why a search ends at a state in which a function of the model throws. */
export const THREW = "stopped where a function of the model threw: what it would have done is not known";

/** Why a search ends at a state in which an assertion fails. */
export const FAILED = "stopped where an assertion failed: what the function would have done after it is not known";

/**
 * Returns why a search ends where properties are violated that no model lists; undefined if it goes on.
 * @param isViolated whether the property at a place is violated
 */
export function whyNoFurther(
  { errorPlace, assertionPlace }: Instance,
  isViolated: (place: number) => boolean,
): string | undefined {
  if (isViolated(errorPlace)) return THREW;
  return isViolated(assertionPlace) ? FAILED : undefined;
}

export class Limits {
  constructor(private readonly options: SearchOptions) {}

  /**
   * Why a search ends with what it has found: a function threw, or an assertion in it failed, so that no search can be
   * complete; or the first violation is all that is asked for. Undefined if it goes on.
   */
  whyStopped(instance: Instance, violations: readonly Violation[]): string | undefined {
    const why = whyNoFurther(instance, (place) => violations.some(({ property }) => property === place));
    if (why !== undefined) return why;
    return this.options.stopAtFirst && violations.length > 0 ? this.firstViolation : undefined;
  }

  /** Returns whether `distinct` states are more than the limit allows. */
  exceededBy(distinct: number): boolean {
    const { maxStates } = this.options;
    return maxStates !== undefined && distinct > maxStates;
  }

  /** Why a search with so many distinct states ends; undefined if it may go on. */
  whyTooMany(distinct: number): string | undefined {
    return this.exceededBy(distinct) ? this.tooManyStates : undefined;
  }

  get tooManyStates(): string {
    return `stopped at --max-states ${this.options.maxStates!.toLocaleString("en")}`;
  }

  get tooDeep(): string {
    return `stopped at --max-depth ${this.options.maxDepth}`;
  }

  get firstViolation(): string {
    return "stopped at the first violation";
  }

  /** The folder in which a breadth-first search goes on when the memory is full; undefined if it cannot. */
  get folderOnDisk(): string | undefined {
    const { spill, store } = this.options;
    return store === "fingerprint" ? undefined : spill;
  }

  get outOfMemory(): string {
    return `the memory limit was reached: states and tables together would pass it${this.whyNoDisk}`;
  }

  private get whyNoDisk(): string {
    if (this.options.spill === undefined) return "";
    return this.options.store === "fingerprint"
      ? " (fingerprints are not written to disk: compressed states are)"
      : " (a depth-first search is not written to disk)";
  }

  /** @param others the bytes that the process takes besides stored states */
  noRoomBeside(others: number): string {
    return `the memory limit was reached: the process takes ${Math.ceil(others / 2 ** 20)} MiB without any states, and what is left is too little to go on`;
  }
}
