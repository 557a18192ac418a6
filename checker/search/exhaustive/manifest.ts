/**
 * Reading the manifest of a checkpoint. The folder may be a stranger's: a manifest is read by a schema, the files that
 * it names are files of checkpoints by their names, and nothing is written before all of it was checked.
 */
import { createHash } from "node:crypto";
import { closeSync, constants, existsSync, fstatSync, openSync, readFileSync } from "node:fs";
import { join } from "node:path";
import * as z from "zod/mini";
import { sha256 } from "../../checksum.js";
import { readFully } from "../../store/number-file.js";
import { SHARDS } from "../../wasm/sizes.js";
import { BadCheckpoint, CHECKPOINT_FILES, CHECKPOINT_FORMAT, type ManifestFile } from "./checkpoint.js";
import type { Snapshot } from "./snapshot.js";

const natural = () => z.int().check(z.nonnegative());
const naturals = () => z.array(natural());
const byShard = () => z.array(natural()).check(z.length(SHARDS));
const checksum = () => z.string().check(z.regex(/^[0-9a-f]{64}$/));
const range = z.strictObject({ from: byShard(), to: byShard() });
/** A file in a folder of states, by its bare name. */
const stateFile = () =>
  z
    .string()
    .check(
      z.regex(
        /^((archive|levels)\.(keys|parents)|merged-\d{6,9}\.keys|candidates-\d{6,9}\.records|history-\d{1,3}\.rows)$/,
      ),
    );

/** Whether each number below the length is there. */
function isPermutation(numbers: readonly number[]): boolean {
  return new Set(numbers).size === numbers.length && numbers.every((number) => number < numbers.length);
}

const snapshot: z.ZodMiniType<Snapshot> = z.strictObject({
  about: z.unknown(),
  splits: z.record(
    z.string(),
    z.union([z.array(z.array(z.string())), z.strictObject({ elements: z.array(z.string()) }), z.literal("never")]),
  ),
  layout: z.strictObject({ columns: natural(), storedWords: natural(), folded: z.boolean(), shards: natural() }),
  columnOrder: z.optional(naturals().check(z.refine(isPermutation))),
  digest: checksum(),
  frontier: z.strictObject({
    level: range,
    depth: natural(),
    levels: naturals(),
    done: natural(),
    source: z.strictObject({ kind: z.enum(["store", "archive", "levels"]), start: natural() }),
    leftover: naturals(),
  }),
  tallies: z.strictObject({
    generated: natural(),
    fired: naturals(),
    degrees: naturals(),
    cut: z.boolean(),
    statesCut: natural(),
    stepsCut: natural(),
    met: z.array(z.strictObject({ special: natural(), priority: z.int(), row: z.int() })),
  }),
  sightings: z.array(z.strictObject({ property: natural(), row: z.int(), depth: natural() })),
  kept: byShard(),
  shards: z.array(z.strictObject({ rows: natural(), firstNew: natural(), slots: natural() })),
  onDisk: z.optional(
    z.strictObject({
      folder: z.string().check(z.regex(/^states-\d{6,9}$/)),
      files: z.array(z.strictObject({ name: stateFile(), length: natural(), checksum: checksum() })),
    }),
  ),
  external: z.optional(
    z.strictObject({
      archivedDepth: natural(),
      set: z.strictObject({
        archived: byShard(),
        levels: naturals(),
        runs: z.array(z.strictObject({ file: stateFile(), start: natural(), counts: byShard() })),
        candidates: z.array(z.strictObject({ file: stateFile(), counts: byShard() })),
        named: natural(),
      }),
    }),
  ),
  pairs: natural(),
}) as z.ZodMiniType<Snapshot>;

const manifest = z.strictObject({
  format: z.literal(CHECKPOINT_FORMAT),
  files: z
    .array(z.strictObject({ name: z.enum(CHECKPOINT_FILES), bytes: natural(), checksum: checksum() }))
    .check(z.length(CHECKPOINT_FILES.length)),
  body: snapshot,
});

/**
 * Returns what the manifest of the checkpoint `name` in `folder` records.
 * @throws BadCheckpoint if it is damaged, or of another format
 */
export function readManifest(folder: string, name: string): z.infer<typeof manifest> {
  const path = join(folder, name, "manifest.json");
  if (!existsSync(path)) throw new BadCheckpoint("it has no manifest: it is no checkpoint of popcheck's");
  const [recorded, text = ""] = readFileSync(path, "utf8").split("\n");
  if (recorded !== sha256(text)) throw new BadCheckpoint("its manifest is damaged: the checksum is not its own");
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw new BadCheckpoint("its manifest is damaged: it is not JSON");
  }
  const { format } = (json ?? {}) as { format?: unknown };
  if (format !== CHECKPOINT_FORMAT)
    throw new BadCheckpoint(
      `it has the format ${JSON.stringify(format)}, and this popcheck reads "${CHECKPOINT_FORMAT}"`,
    );
  return fitting(manifest, json, "its manifest");
}

/**
 * Returns `json`, which a schema must describe.
 * @param what names it in the message
 * @throws BadCheckpoint if it does not fit, with the place
 */
export function fitting<T>(schema: z.ZodMiniType<T>, json: unknown, what: string): T {
  const { data, error } = schema.safeParse(json);
  if (error === undefined) return data as T;
  const [issue] = error.issues;
  throw new BadCheckpoint(`${what} is damaged: ${issue!.path.join(".") || "the whole"} is not as popcheck writes it`);
}

/**
 * Checks the files of the checkpoint `name` in `folder`.
 * @throws BadCheckpoint if one is not what was written
 */
export function checkFiles(folder: string, name: string, files: readonly ManifestFile[]): void {
  for (const file of files) checkFile(join(folder, name, file.name), file);
}

function checkFile(path: string, { name, bytes, checksum }: ManifestFile): void {
  if (!existsSync(path)) throw new BadCheckpoint(`its file ${name} is missing`);
  const file = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW);
  try {
    const { size } = fstatSync(file);
    if (size !== bytes)
      throw new BadCheckpoint(`its file ${name} has ${size} bytes instead of ${bytes}: it was cut off, or grew`);
    const hash = createHash("sha256");
    const buffer = new Uint8Array(1 << 20);
    for (let at = 0; at < bytes; at += buffer.length) {
      const part = buffer.subarray(0, Math.min(buffer.length, bytes - at));
      readFully(file, at, part, path);
      hash.update(part);
    }
    if (hash.digest("hex") !== checksum)
      throw new BadCheckpoint(`its file ${name} is damaged: the checksum is not the recorded one`);
  } finally {
    closeSync(file);
  }
}
