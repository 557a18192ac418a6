/** The counters of functions: how often each is evaluated, and which values it finds where it reads. */
import type { IndexSet } from "../../model/scalarset.js";
import type { Layout } from "../../model/state.js";
import type { Place } from "../../model/where.js";
import type { BoundNames } from "./bound-names.js";
import type { FoundCoverage, FunctionCoverage, ReadCoverage } from "./coverage.js";

/** What an evaluation finds at one place where it reads. */
export interface Found {
  /** `copy[k].at`. */
  readonly read: string;
  /** The field that is read there, as `copy.at`. */
  readonly field: string;
  readonly text: string;
  /** A text that two values share if they are the same to the function. */
  readonly key: string;
}

/** What is known of the values that a field can hold. */
export interface Held {
  /** The texts of the values without members that it holds, or that are declared for it. */
  readonly texts: readonly string[];
  /** The sets of which it holds a member itself. */
  readonly sets: readonly IndexSet[];
}

/** An input: evaluations of one function that find the same. */
export class Input {
  evaluations = 0;
  depth: number | undefined;

  constructor(
    readonly names: BoundNames,
    readonly found: readonly Found[],
  ) {}

  /** Counts an evaluation in a state of a depth, which is undefined if it is not known. */
  note(depth: number | undefined): void {
    this.evaluations++;
    if (depth !== undefined && (this.depth === undefined || depth < this.depth)) this.depth = depth;
  }
}

/** The counters of one function. */
export class FunctionCounters {
  private readonly inputs = new Map<string, Input>();
  /** The fields of messages that it has read. */
  private readonly ofMessages = new Set<string>();

  constructor(
    private readonly named: Pick<FunctionCoverage, "name" | "of"> & { readonly place: () => Place | undefined },
  ) {}

  /**
   * Returns the input of evaluations that find the same.
   * @param found what is found in the state
   * @param message what is in the message, of all of its fields
   * @param read the names of the reads of the message
   */
  inputOf(names: BoundNames, found: readonly Found[], message: readonly Found[], read: readonly string[]): Input {
    for (const name of read) this.ofMessages.add(name);
    const all = [...found, ...message];
    const keys = all.map(({ read, key }) => JSON.stringify([read, key])).sort();
    const key = `${names.bindingKey} ${keys.join(" ")}`;
    const known = this.inputs.get(key);
    if (known !== undefined) return known;
    const input = new Input(names, all);
    this.inputs.set(key, input);
    return input;
  }

  /** @param heldBy what is known of the values of a field */
  coverage(heldBy: (field: string) => Held, layout: Layout): FunctionCoverage {
    const inputs = [...this.inputs.values()];
    const { name, of, place } = this.named;
    return {
      ...{ name, of, place: place() ?? null },
      evaluations: inputs.reduce((sum, { evaluations }) => sum + evaluations, 0),
      inputs: inputs.length,
      reads: this.reads(inputs, heldBy, layout),
    };
  }

  private reads(inputs: readonly Input[], heldBy: (field: string) => Held, layout: Layout): ReadCoverage[] {
    const reads = new Map<string, { found: Map<string, Input>; held: Set<string> }>();
    for (const input of inputs) {
      const seen = new Set<string>();
      for (const { read, field, text } of input.found) {
        if (isOfMessage(read) && !this.ofMessages.has(read)) continue;
        const of = reads.get(read) ?? { found: new Map<string, Input>(), held: new Set<string>() };
        reads.set(read, of);
        const { texts, sets } = heldBy(field);
        for (const held of [...texts, ...sets.flatMap((set) => input.names.possible(set, layout))]) of.held.add(held);
        if (seen.has(`${read} ${text}`)) continue;
        seen.add(`${read} ${text}`);
        const sum = of.found.get(text) ?? new Input(input.names, []);
        of.found.set(text, sum);
        sum.evaluations += input.evaluations;
        if (input.depth !== undefined) sum.depth = Math.min(input.depth, sum.depth ?? input.depth);
      }
    }
    return [...reads].sort(byName).map(([read, { found, held }]) => ({
      read,
      found: [...found]
        .sort(byName)
        .map(([value, { evaluations, depth = null }]): FoundCoverage => ({ value, evaluations, depth })),
      never: [...held].filter((value) => !found.has(value)).sort(),
    }));
  }
}

function isOfMessage(read: string): boolean {
  return read === "message" || read.startsWith("message.");
}

function byName([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
