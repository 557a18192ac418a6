/**
 * A recorder that shows a function a row as it would be with interchangeable members renamed. What the function reads
 * is noted as the read of the row itself that it stands for.
 *
 * Values that the search knows are handed out as the very objects that the search would hand out, so that a function
 * which depends on how an object came to be (the order in which a set lists its members) shows it.
 */
import { Bag, type Channel, Queue } from "../model/channel.js";
import type { Interchangeable } from "../model/interchangeable.js";
import type { Member } from "../model/scalarset.js";
import type { AnyRecord } from "../model/value.js";
import { mapValue } from "../model/value.js";
import type { Families, Family } from "./intern.js";
import type { Interner } from "./interner.js";
import { Recorder } from "./recorder.js";

/** A renaming of interchangeable members, and what it does to values and slots. */
export class Renaming {
  /** By slot: the slot to which its contents move. */
  readonly slotAfter: Int32Array;
  /** By column: the column to which its contents move. */
  readonly columnAfter: Int32Array;
  /** By column: the column whose contents move to it. */
  readonly columnBefore: Int32Array;
  /** Returns what the renaming makes of a member; a member of no reduced set stays. */
  readonly member: (member: Member) => Member;
  private readonly atoms = new Map<number, unknown>();

  /** @param to by number of a member: the number that it gets */
  constructor(
    private readonly families: Families,
    members: Interchangeable,
    readonly to: readonly number[],
  ) {
    const { columns, instance } = families;
    const { layout } = instance;
    this.member = members.renaming(to);
    this.slotAfter = Int32Array.from(layout.slotsAfter(this.member));
    this.columnAfter = Int32Array.from(columns.after(this.member));
    this.columnBefore = new Int32Array(columns.count);
    this.columnAfter.forEach((after, column) => {
      this.columnBefore[after] = column;
    });
  }

  /** Returns a value with its members renamed. */
  readonly value = (value: unknown): unknown => mapValue(value, this);

  /** Returns the renamed value of an atom. */
  valueOfAtom(atom: number): unknown {
    if (!this.atoms.has(atom)) {
      const { atoms } = this.families;
      this.atoms.set(atom, atoms.partOf(atom).interner.known(this.value(atoms.valueOf(atom))));
    }
    return this.atoms.get(atom);
  }

  /** Returns the renamed value that `id` stands for in a family. */
  valueIn(family: Family, id: number): unknown {
    const { compound, channels, template } = family;
    if (compound === undefined) return (family.interner as Interner).known(this.value(family.interner.valueOf(id)));
    const parts = compound.atomsOf(id).map((atom) => this.valueOfAtom(atom));
    if (channels) return (channels.isQueue ? Queue.of(...parts) : Bag.of(...parts)) as Channel<unknown>;
    return [...family.places].reduce<AnyRecord>((record, [field, place]) => record.set(field, parts[place]), template!);
  }
}

export class RenamedRecorder extends Recorder {
  /** The renaming under which the row is shown. */
  renaming: Renaming;

  constructor(
    families: Families,
    readonly identity: Renaming,
  ) {
    super(families);
    this.renaming = identity;
  }

  /** Begins a run on `row` as it would be after `renaming`. */
  show(row: Uint16Array, renaming: Renaming): void {
    this.renaming = renaming;
    this.begin(row);
  }

  protected override readColumn(column: number): unknown {
    const before = this.renaming.columnBefore[column]!;
    const family = this.families.ofColumn[before]!;
    const id = this.row[before]!;
    this.note(before, family.whole, id);
    return this.renaming.valueIn(family, id);
  }

  override readField(slot: number, place: number): unknown {
    const { group, family, at } = this.families.heldIn[slot]!.fields[place]!;
    const before = this.renaming.columnBefore[this.families.columns.at(slot, group)]!;
    const domain = family.domains[at]!;
    const id = this.families.project(domain, this.row[before]!);
    this.note(before, domain, id);
    return this.renaming.valueOfAtom(domain.atoms[id]!);
  }
}
