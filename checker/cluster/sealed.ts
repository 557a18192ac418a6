/**
 * Files with a seal: a checksum before their contents. A file of a run that was changed since, by a disk, a network or
 * a person, must end the run; a count in it that is another number would be a wrong verdict. Rows have checksums of
 * their own, so that some can be read without the others (run-files.ts).
 */
import { sha256 } from "../checksum.js";
import { RunFailed } from "../errors.js";

/** A file of a run is not what was written. */
export class DamagedFile extends RunFailed {
  override readonly name = "DamagedFile";
}

/** How many bytes a seal takes. */
export const SEAL_BYTES = 16;

/** Returns the seal of some contents. */
export function sealOf(contents: Uint8Array): Uint8Array {
  return Buffer.from(sha256(contents), "hex").subarray(0, SEAL_BYTES);
}

/** Returns the parts of a file with these contents. */
export function sealed(contents: Uint8Array): Uint8Array[] {
  return [sealOf(contents), contents];
}

/** Returns a file with a text of JSON, in parts. */
export function sealedJson(value: unknown): Uint8Array[] {
  return sealed(Buffer.from(JSON.stringify(value)));
}

/**
 * Returns the contents of a file.
 * @param file its name
 * @throws DamagedFile if they are not what was sealed
 */
export function unsealed(bytes: Uint8Array, file: string): Uint8Array {
  const contents = bytes.subarray(SEAL_BYTES);
  if (Buffer.compare(bytes.subarray(0, SEAL_BYTES), sealOf(contents)) !== 0)
    throw new DamagedFile(`${file} is damaged: its checksum is another one`);
  return contents;
}

/** Returns what the JSON of a file says. @throws DamagedFile if it is not what was sealed */
export function unsealedJson<T>(bytes: Uint8Array, file: string): T {
  return JSON.parse(Buffer.from(unsealed(bytes, file)).toString()) as T;
}
