/**
 * What a search on many machines keeps its files in, where all of them see it: a folder that all mount
 * (folder-storage.ts), or a store of objects. The storage is the truth: whatever else forgets, nothing is lost.
 *
 * A file is written once, whole, and never changed. Its name is made of words of letters, digits, `.`, `-` and `_`,
 * with `/` between them. Whoever sees a file sees all of it.
 */
export interface Storage {
  /** Returns the contents of a file; undefined if there is none. */
  read(name: string): Promise<Uint8Array | undefined>;
  /**
   * Returns the bytes of a file from offset `from` on: `length` of them, or fewer if it ends before; undefined if there
   * is no such file.
   */
  readPart(name: string, from: number, length: number): Promise<Uint8Array | undefined>;
  /**
   * Creates a file unless there is one of that name. Of any number of callers at the same time exactly one succeeds,
   * and what it creates appears whole.
   * @param parts the contents, one part after the other
   * @param isDurable whether the file outlives the machine once the promise is kept (default: true)
   * @returns whether this call has created it
   * @throws DiskFull if there is no room for it: nothing is left of it then
   */
  create(name: string, parts: Iterable<Uint8Array>, isDurable?: boolean): Promise<boolean>;
  /**
   * Sees to it that files outlive the machine. Files that are not there are passed over.
   * @throws DiskFull if there turns out to be no room for them
   */
  keep(names: readonly string[]): Promise<void>;
  /** Returns the names of all files whose names begin with the words of `prefix`, in order. */
  names(prefix: string): Promise<string[]>;
  /** Removes all files whose names begin with the words of `prefix`, and the file of that name. */
  remove(prefix: string): Promise<void>;
}

/** @throws Error if `name` is no name of a file */
export function refuseOtherNames(name: string): void {
  const isName = name.split("/").every((word) => /^[\w.-]+$/.test(word) && !/^\.+$/.test(word));
  if (!isName) throw new Error(`${JSON.stringify(name)} is no name of a file: words of letters, digits, . - and _`);
}
