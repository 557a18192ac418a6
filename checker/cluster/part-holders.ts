/**
 * Which worker holds the states of which part. A part is merged faster where its states are held already: any other
 * worker has to read them first. It is a matter of speed alone: every worker can merge every part.
 */

/** By part: the name of the worker that is to merge it; any worker may merge the others. */
export type Holders = Readonly<Record<number, string>>;

/** Returns the parts that the worker `self` is to merge. */
export function partsOf(holders: Holders, self: string | undefined): number[] {
  return Object.keys(holders)
    .map(Number)
    .filter((part) => holders[part] === self);
}

export class PartHolders {
  private readonly holders = new Map<number, string>();

  /** Notes that a worker has merged some parts, so that it holds their states. */
  note(worker: string, parts: readonly number[]): void {
    for (const part of parts) this.holders.set(part, worker);
  }

  /**
   * Returns the holders of parts among the workers that take tasks. None counts as the holder of more than its share:
   * what it holds beyond that goes to whoever is free.
   * @param workers the names of all workers that take tasks
   */
  among(workers: ReadonlySet<string>): Holders {
    const share = Math.ceil(this.holders.size / Math.max(1, workers.size));
    const counts = new Map<string, number>();
    const among: Record<number, string> = {};
    for (const [part, worker] of this.holders) {
      const count = counts.get(worker) ?? 0;
      if (!workers.has(worker) || count >= share) continue;
      counts.set(worker, count + 1);
      among[part] = worker;
    }
    return among;
  }
}
