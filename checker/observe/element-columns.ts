/**
 * How the columns of elements are arranged. Renaming members moves what a column holds to the column of the renamed
 * element, in the renamed slot. Columns that are moved among each other, an *orbit*, stand side by side, in the order
 * of the members that slot and element mention, so that the expander finds those of a member by counting.
 */
import type { Instance } from "../model/instance.js";
import { type IndexSet, type Member, memberInfo } from "../model/scalarset.js";
import { exchangesIn, scalarsetsOf } from "../model/scalarsets.js";
import type { Layout } from "../model/state.js";
import { leavesOf, mapValue } from "../model/value.js";
import type { Elements } from "./collections.js";

/** An element of the collection in a slot. */
export interface ElementOfSlot {
  readonly slot: number;
  /** The place of the element among those of the variable. */
  readonly place: number;
}

/** Element columns that renaming moves among each other. */
export interface ColumnOrbit {
  /** The family of what the columns hold. */
  readonly family: number;
  /** The first of the columns. */
  readonly first: number;
  /**
   * The scalarsets of the members that slot and element mention, if these tell the columns of the orbit apart: none for
   * one column; one, with a column for each member; or two, with one for each pair, or for each pair of different
   * members if both are the same. Undefined if there are more, or if the order of two does not matter.
   */
  readonly by: readonly IndexSet[] | undefined;
}

interface Orbit extends Pick<ColumnOrbit, "by"> {
  /** The elements, in the order of the columns. */
  readonly items: readonly ElementOfSlot[];
}

/** An element with the members that it mentions, each once. */
interface Mentioning extends ElementOfSlot {
  readonly members: readonly Member[];
}

/** Returns the orbits of the elements of a variable in its slots. */
export function orbitsOfElements(instance: Instance, slots: readonly number[], elements: Elements): Orbit[] {
  const { layout } = instance;
  const sets = new Set(scalarsetsOf(instance));
  const exchanges = exchangesIn(instance).map(({ member }) => ({
    member,
    places: elements.placesAfter(member),
    slots: new Map(slots.map((slot) => [slot, layout.slotAfter(slot, member)])),
  }));
  const keyOfItem = ({ slot, place }: ElementOfSlot) => slot * elements.all.length + place;
  const seen = new Set<number>();
  const orbits: Orbit[] = [];
  for (const slot of slots) {
    for (const place of elements.all.keys()) {
      if (seen.has(keyOfItem({ slot, place }))) continue;
      const items = new Map<number, Mentioning>();
      const enter = (item: Mentioning) => {
        const key = keyOfItem(item);
        if (!items.has(key)) items.set(key, item);
        seen.add(key);
      };
      enter({ slot, place, members: mentioned(layout, { slot, place }, elements).filter((of) => sets.has(setOf(of))) });
      // What is entered is gone through, too.
      for (const item of items.values()) {
        for (const { member, places, slots } of exchanges)
          enter({
            slot: slots.get(item.slot)!,
            place: places[item.place]!,
            members: item.members.map((of) => mapValue(of, { member }) as Member),
          });
      }
      orbits.push(arranged(layout, [...items.values()]));
    }
  }
  return orbits;
}

/** Returns the members that a slot's indices and an element mention, each once. */
function mentioned(layout: Layout, { slot, place }: ElementOfSlot, elements: Elements): Member[] {
  const { variable, indices } = layout.slots[slot]!;
  const { sets } = layout.declarations[variable]!;
  return [...new Set([...indices.map((index, i) => sets[i]!.member(index)), ...leavesOf(elements.all[place]).members])];
}

function setOf(member: Member): IndexSet {
  return memberInfo(member)!.set;
}

/** Puts the items of an orbit in order. */
function arranged(layout: Layout, items: readonly Mentioning[]): Orbit {
  const by = items[0]!.members.map(setOf);
  const [rows, columns] = by.map((set) => layout.sizeOf(set));
  const [isOfSet] = [by[0] === by[1]];
  const count = rows === undefined ? 1 : columns === undefined ? rows : isOfSet ? rows * (rows - 1) : rows * columns;
  // Else several lists of members lead to one element: it mentions a set of them, say.
  if (by.length > 2 || items.length !== count) return { by: undefined, items };
  const rank = ({ members }: Mentioning): number => {
    const [j = 0, k] = members.map((member) => memberInfo(member)!.index);
    if (k === undefined) return j;
    return isOfSet ? j * (rows! - 1) + (k < j ? k : k - 1) : j * columns! + k;
  };
  return { by, items: [...items].sort((a, b) => rank(a) - rank(b)) };
}
