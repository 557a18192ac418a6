/** What a run searches, as its driver has asked: every worker reads it before its first task. */

import { randomUUID } from "node:crypto";
import { basename } from "node:path";
import { sha256 } from "../checksum.js";
import { UsageError } from "../errors.js";
import { Instance } from "../model/instance.js";
import { loadModel, type NamedModel } from "../models/models.js";
import { checksumOfProgram } from "../models/source.js";
import { version } from "../package.js";
import type { SearchOptions } from "../search/options.js";
import { SHARDS } from "../wasm/sizes.js";
import { sealedJson, unsealedJson } from "./sealed.js";
import type { Storage } from "./storage.js";
import type { Cut } from "./task-runner.js";

/** The options of a search that its rows and their numbers depend on. */
export type SharedOptions = Pick<SearchOptions, "properties" | "receptions" | "symmetry">;

export interface RunRequest {
  /** Drawn when the run is begun: a run that is removed and begun anew is another one. */
  readonly id: string;
  /** The version of popcheck that all take part with. */
  readonly version: string;
  /** The checksum of its files, and of Immutable: another build may write files that say something else. */
  readonly program: string;
  /** The name of a model, or the absolute path of its file, which is the same on all machines. */
  readonly model: string;
  /** The checksum of what the model is made of. */
  readonly source: string;
  /** The parameters that were given. */
  readonly given: Readonly<Record<string, unknown>>;
  readonly options: SharedOptions;
  readonly cut: Cut;
}

/** Where the runs lie in the storage. */
export const RUNS = "runs";

/** Returns the words that the names of a run's files begin with: those of the same request are the same. */
export function runOf({ id: _, ...request }: RunRequest): string {
  const name = basename(request.model).replace(/[^\w.-]+/g, "-");
  return `${RUNS}/${name}-${sha256(JSON.stringify(request)).slice(0, 12)}`;
}

/**
 * Returns what is asked of workers.
 * @param cut how the states are cut; a run that is cut otherwise is another one
 * @throws UsageError if they cannot be cut so
 */
export function requestOf(
  model: string,
  source: string,
  given: Readonly<Record<string, unknown>>,
  { properties, receptions, symmetry }: SearchOptions,
  cut: Cut,
): RunRequest {
  if (!Number.isInteger(Math.log2(cut.parts)) || cut.parts > SHARDS)
    throw new UsageError(`parts is a power of two up to ${SHARDS}, and not ${cut.parts}`);
  const options: SharedOptions = {
    ...(properties === undefined ? {} : { properties }),
    ...(receptions === undefined ? {} : { receptions }),
    ...(symmetry === undefined ? {} : { symmetry }),
  };
  return { id: randomUUID(), version: version(), program: checksumOfProgram(), model, source, given, options, cut };
}

/** The name of the file with a run's request. */
export function requestFileOf(run: string): string {
  return `${run}/request`;
}

/** Begins a run, unless that was done before, and returns its id. */
export async function begun(storage: Storage, run: string, request: RunRequest): Promise<string> {
  await storage.create(requestFileOf(run), sealedJson(request));
  return (await readRequest(storage, run))!.id;
}

/** Returns the request of a run; undefined if there is no such run. */
export async function readRequest(storage: Storage, run: string): Promise<RunRequest | undefined> {
  const file = requestFileOf(run);
  const bytes = await storage.read(file);
  return bytes && unsealedJson<RunRequest>(bytes, file);
}

/**
 * Loads the model of a request, as it is on this machine.
 * @throws UsageError if popcheck or the model is another one here
 */
export async function instanceOf(request: RunRequest): Promise<Instance> {
  if (request.version !== version())
    throw new UsageError(`the run was begun by popcheck ${request.version}, and this is popcheck ${version()}`);
  if (request.program !== checksumOfProgram())
    throw new UsageError(
      `another build of popcheck ${version()} began the run: its files, or Immutable, are other ones than here`,
    );
  const named: NamedModel = await loadModel(request.model);
  if ((await named.source()).checksum !== request.source)
    throw new UsageError(`${request.model} is another model here than where the run was begun`);
  return new Instance(named.model, request.given);
}
