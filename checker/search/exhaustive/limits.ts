/** Where a search is to end before it has seen everything, and what it says then. */
import type { SearchOptions } from "../options.js";

export class Limits {
  constructor(private readonly options: SearchOptions) {}

  /** Whether more states were found than are asked for. */
  exceededBy(distinct: number): boolean {
    const { maxStates } = this.options;
    return maxStates !== undefined && distinct > maxStates;
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

  /** The folder to go on in when the memory is full; undefined if the search cannot go on on disk. */
  get folderOnDisk(): string | undefined {
    const { spill, store, search } = this.options;
    return store === "fingerprint" || search === "dfs" ? undefined : spill;
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

  /** @param others what the process takes besides states, in bytes */
  noRoomBeside(others: number): string {
    return `the memory limit was reached: the process takes ${Math.ceil(others / 2 ** 20)} MiB without any states, and what is left is too little to go on`;
  }
}
