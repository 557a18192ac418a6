/** A check that can be run, made from the options of a caller. */
import { randomInt } from "node:crypto";
import { availableParallelism, totalmem } from "node:os";
import { join, resolve } from "node:path";
import { UsageError } from "../errors.js";
import { Instance } from "../model/instance.js";
import type { AnyModel } from "../model/model.js";
import { loading } from "../models/load-error.js";
import type { NamedModel } from "../models/models.js";
import type { LoadedScript } from "../models/source.js";
import { slug } from "../reports/slug.js";
import { FIRST_STATES } from "../search/exhaustive/state-folders.js";
import { type SearchOptions, STORE_KINDS, type StoreKind } from "../search/options.js";
import { SEARCH_KINDS, type SearchKind } from "../search/outcome.js";
import { MOST_PARTS, type RandomSearchOptions } from "../search/random/random-search.js";
import { MOST_THREADS } from "../search/workers/control.js";

/**
 * How a model is to be checked. A field that is left out has the default of the command line, whose options have these
 * names.
 */
export interface CheckOptions {
  /** Values of the model's parameters, by name. Default: the model's. */
  readonly parameters?: Readonly<Record<string, unknown>>;
  /** The names of the properties to decide. Default: all. */
  readonly properties?: readonly string[];
  /**
   * Whether to decide also that no message meets an `impossible` cell, whatever `properties` names. Default: true. If
   * not, the outcome says so.
   */
  readonly receptions?: boolean;
  /**
   * The order of search: breadth first (the default), depth first, or a random search, which never says that a property
   * holds.
   */
  readonly search?: SearchKind;
  /** Whether states that differ by renamings of interchangeable members count as one. Default: true. */
  readonly symmetry?: boolean;
  /** How states are kept. Default: exact. */
  readonly store?: StoreKind;
  /**
   * The number of threads. Default: all cores, but at most one for each 128 MiB of `memory`; one for a random search of
   * a model that was not loaded by `loadModel`.
   */
  readonly threads?: number;
  /** Whether to end at the first violation. Default: false. */
  readonly stopAtFirst?: boolean;
  /**
   * Expressions whose values traces have after each step, such as `copy[K1].data`, in the grammar of conditions
   * (docs/how-to/explore.md). Default: none.
   */
  readonly show?: readonly string[];
  /**
   * The number of counterexamples of each property that one state or step violates: the shortest, and further ones that
   * differ from those before in more than names (docs/how-to/read-a-counterexample.md). Default: 1.
   */
  readonly counterexamples?: number;
  /** The greatest number of distinct states; of a swarm, for each member. */
  readonly maxStates?: number;
  /** The greatest number of steps from an initial state. */
  readonly maxDepth?: number;
  /** The bytes that the process may take. Default: three quarters of the machine, or of the container. */
  readonly memory?: number;
  /**
   * The folder that the search goes on in when the memory is full; false: the search ends then. Default: a temporary
   * folder.
   */
  readonly spill?: string | false;
  /** A folder for checkpoints, from which `resume` goes on. Default: none are written. */
  readonly checkpoint?: string;
  /** Whether checkpoints that are in that folder already are removed, instead of refusing to begin. Default: false. */
  readonly fresh?: boolean;
  /** The least time between two checkpoints, in minutes. Default: 5. */
  readonly checkpointMinutes?: number;
  /**
   * Workers to search with, on any number of machines: the Redis server that they take tasks from, and the folder that
   * all of them see. Default: this process searches.
   */
  readonly cluster?: Cluster;
  /** Audit one state in `audit`. Default: a small sample. */
  readonly audit?: number;
  /**
   * Whether TypeScript checks the types of the model's file beside the search, if `loadModel` has read it from one; if
   * they are wrong, nothing is decided. Default: true. If false, the outcome says that they were not checked.
   */
  readonly types?: boolean;
  /** For a random search: the same seed, model and options give the same walks. Default: drawn at random. */
  readonly seed?: number;
  /**
   * For a random search: the number of walks, or of members of the swarm. Default: until `seconds` are over or the
   * check is aborted.
   */
  readonly walks?: number;
  /**
   * Whether to count what was covered: cells, actions, values, fields, lines. Default: false. It takes a search of all
   * states in memory, so no states go to the disk.
   */
  readonly coverage?: boolean;
  /** The time that the check may take, in seconds; a search that is resumed has it anew. Default: no limit. */
  readonly seconds?: number;
}

/** Where workers take tasks from (docs/how-to/past-one-machine.md). */
export interface Cluster {
  /**
   * The URL of a Redis server: `redis://[:PASSWORD@]HOST[:PORT]`, or `rediss://…` for TLS. Without a password in it
   * that of the environment variable `REDIS_PASSWORD` counts.
   */
  readonly redis: string;
  /** A folder that all machines see under the same or another path. */
  readonly dir: string;
  /**
   * Into how many parts the states are cut: a power of two, at most as many as shards. As many workers can merge a
   * level at the same time, and as many files are written for it. Default: 8.
   */
  readonly parts?: number;
}

/** A check that is ready to run. */
export interface CheckRequest {
  readonly instance: Instance;
  /** The parameters that the caller gave; the instance has the defaults of the others too. */
  readonly given: Readonly<Record<string, unknown>>;
  /** The name, or the absolute path, by which threads and a resumed search load the model; undefined if they cannot. */
  readonly reference: string | undefined;
  /** Returns what the model is made of, for checkpoints; undefined for a model that was not loaded. */
  readonly source?: NamedModel["source"];
  readonly options: SearchOptions | RandomSearchOptions;
  /** The number of threads of a random search; those of an exhaustive one are among its options. Default 1. */
  readonly threads?: number;
  /** The seconds after which an exhaustive search ends as incomplete; those of a random one are among its options. */
  readonly seconds?: number;
  /** The minutes between checkpoints, at the least. Default 5. */
  readonly checkpointMinutes?: number;
  /** The file whose types are checked; false: they are not to be checked; undefined: the model was compiled. */
  readonly types?: string | false;
  /** Whether checkpoints that are in the folder already are removed. */
  readonly fresh?: boolean;
  /** False if nobody reads why counterexamples violate their properties: it is then not looked for. */
  readonly reasons?: false;
  /** The workers that search; undefined if this process does. */
  readonly cluster?: Cluster;
  /** The script that the model's file was made into; undefined for a built-in model, and one given as a value. */
  readonly script?: LoadedScript;
  /** The number of counterexamples of each property. Default 1. */
  readonly counterexamples?: number;
  /** The expressions whose values traces have after each step. */
  readonly show?: readonly string[];
}

/** Stands for a folder that is made when the search begins, and removed when it is over. */
export const TEMPORARY = "";

/**
 * Instantiates a model.
 * @param notes whether to note which parameters the model's functions read, for coverage
 * @throws UsageError for parameters that the model does not take
 * @throws LoadError or FunctionError for what the author's code throws
 */
export function instantiate(model: AnyModel, given: Readonly<Record<string, unknown>>, notes = false): Instance {
  return loading(`${model.name} cannot be set up`, () => new Instance(model, given, notes));
}

/**
 * Makes a request of a caller's options.
 * @param of a model, or what `loadModel` returns
 * @throws UsageError for options that make no sense, alone or together
 */
export function requestOf(of: AnyModel | NamedModel, options: CheckOptions = {}): CheckRequest {
  const named = "reference" in of ? of : undefined;
  const { parameters: given = {}, search = "bfs", checkpointMinutes } = options;
  const instance = instantiate(named?.model ?? (of as AnyModel), given, options.coverage);
  if (!SEARCH_KINDS.includes(search)) throw new UsageError(`--search takes ${SEARCH_KINDS.join(", ")}, not ${search}`);
  const reference = named && referenceOf(named);
  refuseIgnored(options, search);
  refuseOnCluster(options, search, reference);
  refuseUncounted(options, search);
  const shared = {
    ...{ instance, given, reference, fresh: options.fresh ?? false, ...typesOf(named, options.types) },
    ...(options.show === undefined ? {} : { show: options.show }),
    ...(options.counterexamples === undefined ? {} : { counterexamples: options.counterexamples }),
    ...(named === undefined ? {} : { source: named.source }),
    ...(named?.script && { script: named.script }),
    ...(options.cluster && { cluster: options.cluster }),
    ...(checkpointMinutes === undefined ? {} : { checkpointMinutes }),
  };
  if (search === "random" || search === "swarm") {
    const threads = randomSearchThreads(options, reference);
    return { ...shared, options: randomSearchOptions(search, options, instance), threads };
  }
  if (options.checkpoint !== undefined && reference === undefined)
    throw new UsageError("checkpoints need a model that can be loaded again: give what loadModel returns");
  const { seconds } = options;
  const timed = seconds === undefined ? {} : { seconds };
  return { ...shared, ...timed, options: exhaustiveOptions(search, options, instance) };
}

/**
 * Returns which types are to be checked; only scripts have types.
 * @param asked whether the caller wants those of the model's file to be
 */
export function typesOf(named: NamedModel | undefined, asked = true): Pick<CheckRequest, "types"> {
  return named?.script === undefined ? {} : { types: asked && resolve(named.reference) };
}

/** Returns the name, or the absolute path, by which a model can be loaded again. */
export function referenceOf({ isFile, reference }: NamedModel): string {
  return isFile ? resolve(reference) : reference;
}

/** @throws UsageError for options about folders that would be ignored, or name none */
function refuseIgnored({ checkpoint, checkpointMinutes, fresh, spill }: CheckOptions, search: SearchKind): void {
  if (checkpoint === "") throw new UsageError("--checkpoint takes a folder, not nothing");
  if (spill === "") throw new UsageError("--spill takes a folder, or none, not nothing");
  if (checkpoint === undefined && checkpointMinutes !== undefined)
    throw new UsageError("--checkpoint-every needs --checkpoint DIR: without it no checkpoints are written");
  if (checkpoint === undefined && fresh) throw new UsageError("--fresh needs --checkpoint DIR");
  if (search === "bfs") return;
  if (checkpoint !== undefined)
    throw new UsageError(
      `--checkpoint goes with a breadth-first search only: --search ${search} writes no checkpoints`,
    );
  if (spill !== undefined && spill !== false)
    throw new UsageError(`--spill goes with a breadth-first search only: --search ${search} writes no states to disk`);
}

/** @throws UsageError for what a search on a cluster does not do */
function refuseOnCluster(options: CheckOptions, search: SearchKind, reference: string | undefined): void {
  const { cluster, store, coverage, counterexamples } = options;
  if (cluster === undefined) return;
  if (cluster.redis === "" || cluster.dir === "")
    throw new UsageError("--cluster takes the URL of a Redis server, and --dir a folder");
  if (reference === undefined)
    throw new UsageError("a cluster needs a model that its workers can load: give what loadModel returns");
  const others = { checkpoint: options.checkpoint, spill: options.spill || undefined, threads: options.threads };
  for (const [name, value] of Object.entries(others))
    if (value !== undefined)
      throw new UsageError(`--${name} and --cluster do not go together: the workers' machines decide`);
  if (search !== "bfs") throw new UsageError(`a cluster searches breadth first, and not by --search ${search}`);
  if (store !== undefined && store !== "exact")
    throw new UsageError(`a cluster keeps whole states, and not --store ${store}`);
  if (coverage)
    throw new UsageError("--coverage looks at each state again, and a cluster's states are not in this process");
  if (counterexamples !== undefined && counterexamples > 1)
    throw new UsageError("--counterexamples looks at each state again, and a cluster's states are not in this process");
}

/** @throws UsageError for coverage of a search that does not keep its states where they are counted */
function refuseUncounted({ coverage, store, spill, checkpoint }: CheckOptions, search: SearchKind): void {
  if (!coverage) return;
  if (search === "random" || search === "swarm")
    throw new UsageError(`--coverage counts every state, and --search ${search} keeps none: search bfs or dfs`);
  if (store === "fingerprint")
    throw new UsageError(
      "--coverage looks at each state again, and --store fingerprint forgets them: store them whole",
    );
  if (checkpoint !== undefined || (spill !== undefined && spill !== false))
    throw new UsageError("--coverage counts states in memory: give neither --checkpoint nor --spill DIR");
}

function exhaustiveOptions(search: "bfs" | "dfs", options: CheckOptions, instance: Instance): SearchOptions {
  const { store = "exact", threads } = options;
  if (!STORE_KINDS.includes(store)) throw new UsageError(`--store takes ${STORE_KINDS.join(", ")}, not ${store}`);
  for (const option of ["seed", "walks"] as const)
    if (options[option] !== undefined)
      throw new UsageError(
        `--${option} is for --search random and swarm: a search looks at every state, in no order by chance`,
      );
  if (search === "dfs" && threads !== undefined && threads > 1)
    throw new UsageError("--search dfs has one thread: leave --threads out, or search breadth first");
  return {
    search,
    store,
    threads: threadsOf(threads, options.memory),
    ...(options.coverage ? { coverage: true } : foldersOf(options)),
    ...sharedOptions(options, instance),
  };
}

function randomSearchOptions(
  search: "random" | "swarm",
  options: CheckOptions,
  instance: Instance,
): RandomSearchOptions {
  const { seed, walks, seconds, store, maxStates } = options;
  if (search === "random" && store !== undefined)
    throw new UsageError("--store makes no sense with --search random: walks keep no states");
  if (search === "random" && maxStates !== undefined)
    throw new UsageError(
      "--max-states makes no sense with --search random: walks do not count states; give --walks or --seconds",
    );
  if (search === "swarm" && store !== undefined && store !== "exact")
    throw new UsageError("--store makes no sense with --search swarm: its members keep few states, and those whole");
  if (walks !== undefined && walks > MOST_PARTS)
    throw new UsageError(`--walks takes a number up to ${MOST_PARTS.toLocaleString("en")}, not ${walks}`);
  return {
    search,
    // A user can type 32 bits again.
    seed: seed ?? randomInt(2 ** 32),
    ...(walks === undefined ? {} : { walks }),
    ...(seconds === undefined ? {} : { seconds }),
    ...sharedOptions(options, instance),
  };
}

/** Returns the options that every search has. */
function sharedOptions(
  { symmetry, stopAtFirst, memory, properties, receptions, maxStates, maxDepth, audit }: CheckOptions,
  instance: Instance,
) {
  return {
    symmetry: symmetry ?? true,
    stopAtFirst: stopAtFirst ?? false,
    memory: memory ?? defaultMemory(),
    ...(properties === undefined ? {} : { properties: properties.map((name) => propertyCalled(name, instance)) }),
    ...(receptions === undefined ? {} : { receptions: asked(receptions, properties, instance) }),
    ...(maxStates === undefined ? {} : { maxStates }),
    ...(maxDepth === undefined ? {} : { maxDepth }),
    ...(audit === undefined ? {} : { audit }),
  } as const;
}

/** @throws UsageError if unspecified receptions are left out and asked about in one breath */
function asked(receptions: boolean, names: readonly string[] = [], instance: Instance): boolean {
  const wanted = instance.properties.find(({ kind }) => kind === "no unspecified reception")?.name;
  if (!receptions && names.some((name) => propertyCalled(name, instance) === wanted))
    throw new UsageError(`--property "${wanted}" asks for what --no-receptions leaves out: give one of the two`);
  return receptions;
}

/** Returns the name of a property as the model writes it: `no-deadlock` becomes "no deadlock". */
function propertyCalled(name: string, { properties }: Instance): string {
  const same = properties.find((property) => property.name === name);
  const alike = properties.filter((property) => slug(property.name) === slug(name));
  return same === undefined && alike.length === 1 ? alike[0]!.name : name;
}

/** Returns the folders for checkpoints, and for states when the memory is full. */
function foldersOf({ spill, checkpoint }: CheckOptions): Pick<SearchOptions, "spill" | "checkpoint"> {
  if (checkpoint !== undefined) {
    if (spill !== undefined)
      throw new UsageError("--checkpoint DIR keeps states in a folder of its own: give no --spill");
    return { checkpoint: resolve(checkpoint), spill: join(resolve(checkpoint), FIRST_STATES) };
  }
  return spill === false ? {} : { spill: spill ?? TEMPORARY };
}

/** How much of the memory limit there must be for each thread that was not asked for, in bytes. */
const MEMORY_EACH = 128 * 2 ** 20;

/**
 * Returns the number of threads of a search: as many as are asked for, or as there are cores and memory for.
 * @param memory the memory limit, in bytes
 * @throws UsageError for too many
 */
export function threadsOf(asked: number | undefined, memory = defaultMemory()): number {
  if (asked === undefined) {
    const withRoom = Math.max(1, Math.floor(memory / MEMORY_EACH));
    return Math.min(availableParallelism(), MOST_THREADS, withRoom);
  }
  if (asked > MOST_THREADS) throw new UsageError(`--threads takes a number from 1 to ${MOST_THREADS}, not ${asked}`);
  return asked;
}

/**
 * Returns the number of threads of a random search; each of them loads the model by itself.
 * @throws UsageError for several threads if the model cannot be loaded
 */
function randomSearchThreads({ threads: asked, memory }: CheckOptions, reference: string | undefined): number {
  if (reference !== undefined) return threadsOf(asked, memory);
  if (asked === undefined || asked === 1) return 1;
  throw new UsageError("threads of a random search load the model themselves: give what loadModel returns");
}

/**
 * Returns the memory that a search may take by default, in bytes: three quarters of the machine, or of the container.
 */
export function defaultMemory(): number {
  const allowed = process.constrainedMemory?.() ?? 0;
  const has = totalmem();
  return Math.floor(0.75 * (allowed > 0 && allowed < has ? allowed : has));
}
