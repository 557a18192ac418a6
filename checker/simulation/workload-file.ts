/** Workloads from files: JSON that says what the thread of each process does. */
import { UsageError } from "../errors.js";
import { didYouMean } from "../nearest.js";
import type { Operation, Workload } from "./workload.js";

const KEYS = ["read", "write", "barrier", "compute", "repeat"] as const;
type Json = unknown;

/**
 * Reads a workload.
 * @param text the JSON text @param file its name, for errors
 * @param names the names of the processes that can run threads
 * @throws UsageError for what is no workload, with the place of the first mistake
 */
export function workloadOf(text: string, file: string, names: readonly string[]): Workload {
  const reading = new WorkloadReading(file, names);
  return reading.workload(text);
}

class WorkloadReading {
  private pages = 1;

  constructor(
    private readonly file: string,
    private readonly names: readonly string[],
  ) {}

  workload(text: string): Workload {
    let json: Json;
    try {
      json = JSON.parse(text);
    } catch (error) {
      throw new UsageError(`${this.file} is no JSON: ${(error as Error).message}`);
    }
    const { name, pages, threads, ...others } = this.object(json, "the workload");
    this.refuseOthers(others, "the workload", ["name", "pages", "threads"]);
    if (name !== undefined && typeof name !== "string") throw this.wrong("name", name, "a text");
    this.pages = this.whole(pages ?? 1, "pages", 1);
    const byName = this.object(threads, "threads");
    const stranger = Object.keys(byName).find((process) => !this.names.includes(process));
    if (stranger !== undefined)
      throw new UsageError(
        `${this.file}: threads names ${stranger}${didYouMean(stranger, this.names)}\n  Threads run on ${this.names.join(", ")}.`,
      );
    const programs = new Map(
      Object.entries(byName).map(([process, list]) => [process, this.program(list, `threads.${process}`)]),
    );
    if (programs.size === 0) throw new UsageError(`${this.file}: threads is empty: nobody does anything`);
    this.refuseUnequalBarriers(programs);
    return {
      name: name ?? this.file,
      pages: this.pages,
      threads: this.names.map((process) => {
        const program = programs.get(process);
        return program && (() => operationsOf(program));
      }),
    };
  }

  private program(json: Json, place: string): readonly Node[] {
    if (!Array.isArray(json)) throw this.wrong(place, json, "a list of operations");
    return json.map((each, i) => this.node(each, `${place}[${i}]`));
  }

  private node(json: Json, place: string): Node {
    const object = this.object(json, place);
    const [key, more] = KEYS.filter((each) => each in object);
    if (key === undefined || more !== undefined)
      throw new UsageError(`${this.file}: ${place} has ${Object.keys(object).join(", ") || "nothing"}\n  Give one of ${KEYS.join(", ")}.`); // biome-ignore format: one sentence
    const { [key]: value, times, do: inner, ...others } = object;
    this.refuseOthers(others, place, []);
    if (times !== undefined && key !== "read" && key !== "write") throw this.unknown(place, "times", key);
    if (inner !== undefined && key !== "repeat") throw this.unknown(place, "do", key);
    switch (key) {
      case "read":
      case "write": {
        const page = this.whole(value, `${place}.${key}`, 1);
        if (page > this.pages)
          throw new UsageError(`${this.file}: ${place}.${key} is page ${page}, and there are ${this.pages}: raise pages`); // biome-ignore format: one sentence
        return { kind: key, page: page - 1, times: this.whole(times ?? 1, `${place}.times`, 1) };
      }
      case "barrier":
        if (value !== true) throw this.wrong(`${place}.barrier`, value, "true");
        return { kind: "barrier" };
      case "compute":
        if (typeof value !== "number" || !(value >= 0)) throw this.wrong(`${place}.compute`, value, "microseconds");
        return { kind: "compute", time: value };
      case "repeat":
        return {
          kind: "repeat",
          times: this.whole(value, `${place}.repeat`, 1),
          nodes: this.program(inner, `${place}.do`),
        };
    }
  }

  private refuseUnequalBarriers(programs: ReadonlyMap<string, readonly Node[]>): void {
    const counts = [...programs].map(([process, program]) => [process, barriersIn(program)] as const);
    const [first, ...rest] = counts;
    const other = rest.find(([, count]) => count !== first![1]);
    if (other === undefined) return;
    throw new UsageError(
      `${this.file}: ${first![0]} comes to ${first![1]} barriers, and ${other[0]} to ${other[1]}\n  All threads wait at each barrier: give each as many.`,
    );
  }

  private object(json: Json, place: string): Record<string, Json> {
    if (typeof json === "object" && json !== null && !Array.isArray(json)) return json as Record<string, Json>;
    throw this.wrong(place, json, "an object");
  }

  private whole(json: Json, place: string, least: number): number {
    if (typeof json === "number" && Number.isSafeInteger(json) && json >= least) return json;
    throw this.wrong(place, json, `a whole number from ${least}`);
  }

  private wrong(place: string, is: Json, wanted: string): UsageError {
    return new UsageError(`${this.file}: ${place} is ${JSON.stringify(is) ?? "missing"}\n  Give ${wanted}.`);
  }

  private unknown(place: string, key: string, of: string): UsageError {
    return new UsageError(`${this.file}: ${place} has ${key}, which ${of} does not take`);
  }

  private refuseOthers(others: Record<string, Json>, place: string, known: readonly string[]): void {
    const [key] = Object.keys(others);
    if (key === undefined) return;
    const all = known.length === 0 ? [...KEYS, "times", "do"] : known;
    throw new UsageError(`${this.file}: ${place} has ${key}${didYouMean(key, all)}\n  It may have ${all.join(", ")}.`);
  }
}

/** An operation, or several that are repeated. */
type Node = Operation | { readonly kind: "repeat"; readonly times: number; readonly nodes: readonly Node[] };

function* operationsOf(nodes: readonly Node[]): Iterable<Operation> {
  for (const node of nodes) {
    if (node.kind === "repeat") for (let i = 0; i < node.times; i++) yield* operationsOf(node.nodes);
    else yield node;
  }
}

function barriersIn(nodes: readonly Node[]): number {
  return nodes.reduce((sum, node) => {
    if (node.kind === "repeat") return sum + node.times * barriersIn(node.nodes);
    return sum + (node.kind === "barrier" ? 1 : 0);
  }, 0);
}
