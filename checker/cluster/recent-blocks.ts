/** Blocks of the outputs that a process has written last: it need not read what it knows. */

/** How many bytes are remembered. */
const MOST_BYTES = 64 * 2 ** 20;

export class RecentBlocks {
  /** By file, the oldest first: its blocks, by their checksums. */
  private readonly files = new Map<string, ReadonlyMap<string, Uint8Array>>();
  private bytes = 0;

  /** @param mostBytes how many bytes are remembered: of the files that were added last */
  constructor(private readonly mostBytes = MOST_BYTES) {}

  /** Remembers the blocks of a file, by their checksums. */
  add(file: string, blocks: ReadonlyMap<string, Uint8Array>): void {
    this.forget(file);
    this.files.set(file, blocks);
    for (const { length } of blocks.values()) this.bytes += length;
    for (const oldest of this.files.keys()) {
      if (this.bytes <= this.mostBytes) break;
      this.forget(oldest);
    }
  }

  private forget(file: string): void {
    for (const { length } of this.files.get(file)?.values() ?? []) this.bytes -= length;
    this.files.delete(file);
  }

  /** Returns the block of a file that has this checksum; undefined if it is not remembered. */
  blockOf(file: string, checksum: string): Uint8Array | undefined {
    return this.files.get(file)?.get(checksum);
  }
}
