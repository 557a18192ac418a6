/** Updates: what a write does to the value that its column held, as a table from value id to value id. */
import type { Families, Family } from "./intern.js";
import { PagedTable } from "./paged.js";
import { Tuples } from "./tuples.js";

/** What a write does to the value that its column held before the step. Equal updates share one table row. */
export interface Update {
  /**
   * What `numbers` are. constant: the id of the value that the column gets. fields: pairs of a field's place and the
   * atom that it is set to, in the order of places. channel: for each operation, in order, PUT or TAKE, and the
   * message's atom.
   */
  readonly kind: "constant" | "fields" | "channel";
  readonly numbers: readonly number[];
}

export const PUT = 0;
export const TAKE = 1;

/** How many updates there may be. */
const MOST = 1 << 17;
const kinds = ["constant", "fields", "channel"] as const;

export class Updates {
  readonly table: PagedTable;
  private readonly rows = new Tuples();
  private readonly updates: { readonly family: Family; readonly update: Update }[] = [];

  constructor(private readonly families: Families) {
    this.table = new PagedTable(families.arena, "updates", MOST, 384 * 2 ** 20);
    families.arena.header.updates = this.table.address;
  }

  get count(): number {
    return this.updates.length;
  }

  /** Whether more than half of the table rows are taken. */
  get crowded(): boolean {
    return this.count > MOST / 2;
  }

  /**
   * Returns the table row of an update, known or new.
   * @throws RegionFull if all rows are taken
   */
  row(family: Family, update: Update): number {
    const known = this.find(family, update);
    if (known >= 0) return known;
    this.table.addRow();
    this.updates.push({ family, update });
    return this.rows.add(2 + update.numbers.length);
  }

  /** The table row of an update, or -1 if it has none. */
  find(family: Family, { kind, numbers }: Update): number {
    const key = this.rows.room(2 + numbers.length);
    key[0] = family.index;
    key[1] = kinds.indexOf(kind);
    for (let i = 0; i < numbers.length; i++) key[2 + i] = numbers[i]!;
    return this.rows.find(2 + numbers.length);
  }

  at(row: number): Update {
    return this.updates[row]!.update;
  }

  familyOf(row: number): Family {
    return this.updates[row]!.family;
  }

  /** The names of the channels into which messages are put, and out of which no update takes one. */
  neverTaken(): string[] {
    const [put, taken] = [new Set<Family>(), new Set<Family>()];
    for (const { family, update } of this.updates) {
      if (family.channels === undefined) continue;
      // What writes a whole channel may have left messages out.
      if (update.kind === "constant") taken.add(family);
      for (let i = 0; i < update.numbers.length; i += 2) (update.numbers[i] === PUT ? put : taken).add(family);
    }
    return this.families.held.flatMap(({ variable, families: [family], byElement }) => {
      const { isPutInto, isTakenFrom } = byElement ?? {
        isPutInto: put.has(family!),
        isTakenFrom: taken.has(family!),
      };
      return isPutInto && !isTakenFrom ? [variable] : [];
    });
  }

  /**
   * Returns the id of the value that an update makes of the value `id`, and enters it into the table.
   * @throws RegionFull if the table has no room
   * @throws TooManyValues if the result is a new value and the family is full
   */
  apply(row: number, id: number): number {
    const { family, update } = this.updates[row]!;
    const after = this.after(family, update, id);
    this.table.set(row, id, after);
    return after;
  }

  private after(family: Family, { kind, numbers }: Update, id: number): number {
    if (kind === "constant") return numbers[0]!;
    const { tuples } = family.compound!;
    let length = tuples.load(id);
    if (kind === "fields") {
      for (let i = 0; i < numbers.length; i += 2) tuples.scratch[numbers[i]!] = numbers[i + 1]!;
      return this.families.internAtoms(family, length);
    }
    const channels = family.channels!;
    for (let i = 0; i < numbers.length; i += 2) {
      const message = numbers[i + 1]!;
      length = numbers[i] === PUT ? channels.put(length, message) : channels.take(length, message);
    }
    return this.families.internAtoms(family, length);
  }
}
