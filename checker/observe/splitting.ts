/**
 * How a variable is split whose values have become many. Fields of records that depend on each other stay together: a
 * group has few values then, although the whole record has as many as there are combinations of the groups' values. The
 * elements of collections get a column each.
 */
import { Set as ISet } from "immutable";
import { keyOf } from "../model/value.js";
import { type CollectionKind, closedUnderRenaming, kindOfCollection, mayHaveColumn } from "./collections.js";
import type { FieldGroups, Split, Splits } from "./columns.js";
import type { Families, Family, Held } from "./intern.js";
import { Tuples } from "./tuples.js";

/** From how many values on variables are split. */
export interface SplitFrom {
  /** Of groups of a record's fields. */
  readonly records: number;
  /** Of collections other than channels. */
  readonly collections: number;
  readonly channels: number;
  /** Of what is held in the rests of collections that are held by element. */
  readonly rests: number;
}

/**
 * Records are split once a variable has more values than this, a quarter of what a row can name: rows with more columns
 * take longer to be made canonical, so that it does not pay before; what the search has done so far is done again, so
 * it must not be late. Channels, out of which functions take a message without reading the others, are split as late.
 * Other collections are split early. A function that asks whether a set has an element runs once for each value of the
 * set, and not twice; if it asks two variables, once for each pair of their values.
 */
export const SPLIT_FROM: SplitFrom = { records: 16_384, collections: 32, channels: 16_384, rests: 8 };
/** How large a share of the values of all fields together those of a group are at the most. */
const SHARE = 1 / 16;
/** How large a share of the values of maps or lists those are at the most that are held for their keys and places. */
const HELD_SHARE = 1 / 4;
/** The most columns of elements that a variable gets, in all its slots. Rows are that wide. */
const MOST_COLUMNS = 2_048;

/** Fields of a family, by their places, and how many different values they have together. */
interface Group {
  readonly places: readonly number[];
  readonly values: number;
}

/**
 * Returns how to split the variables whose values have become many: the splits in force, with groups that have become
 * too large split further, and elements that were met since; undefined if there are none, or none can be split.
 * @param counts by family: of how many of its values, those met first, the decision is to depend
 * @param from variables with more values than this are split
 */
export function splitsFurther(
  families: Families,
  counts: readonly number[],
  from: SplitFrom = SPLIT_FROM,
): Splits | undefined {
  const further = families.held.flatMap((held): [string, Split][] => {
    const split =
      held.template !== undefined
        ? fieldsFurther(held, counts, from)
        : families.splits[held.variable] === "never"
          ? undefined
          : elementsFurther(families, held, counts, from);
    return split === undefined ? [] : [[held.variable, split]];
  });
  return further.length === 0 ? undefined : { ...families.splits, ...Object.fromEntries(further) };
}

function fieldsFurther(
  { families: groups }: Held,
  counts: readonly number[],
  { records }: SplitFrom,
): FieldGroups | undefined {
  const isLarge = ({ interner, domains }: Family) => interner.count > records && domains.length > 1;
  if (!groups.some(isLarge)) return undefined;
  return groups.flatMap((family) =>
    isLarge(family) ? groupsOf(family, counts[family.index]!) : [[...family.places.keys()]],
  );
}

/** Returns the elements of a variable that are to have columns; undefined if it is to be held as it is. */
function elementsFurther(
  families: Families,
  held: Held,
  counts: readonly number[],
  { collections, channels, rests }: SplitFrom,
): Split | undefined {
  const { interner, index } = held.families[0]!;
  const { byElement } = held;
  const from = byElement ? rests : held.channels ? channels : collections;
  if (interner.count <= Math.max(from, held.unsplitUpTo)) return undefined;
  const elements = furtherElements(families, held, counts[index]!);
  // To look again at each level would take longer and longer.
  if (elements === undefined) held.unsplitUpTo = 2 * interner.count;
  return elements && { elements };
}

function furtherElements(families: Families, held: Held, count: number): readonly unknown[] | undefined {
  const { byElement } = held;
  const { interner } = held.families[0]!;
  const values = Array.from({ length: count }, (_, id) => interner.valueOf(id));
  const kind = byElement?.elements.kind ?? kindOfCollection(values[0]);
  if (kind === undefined || !values.every(kind.is)) return undefined;
  const known = byElement?.elements.all ?? [];
  const { layout } = families.instance;
  const slots = layout.slots.filter(({ variable }) => variable === held.variable).length;
  const met = elementsIn(kind, values, known);
  if (met.size === known.length || isHardlySplit(kind, values, byElement === undefined)) return undefined;
  const all = kind.isByPlace ? met : closedUnderRenaming(families.instance, met, MOST_COLUMNS / slots);
  if (all === undefined || all.size * slots > MOST_COLUMNS) return undefined;
  // Records of two classes may be equal to Immutable, and then a set cannot tell which of them it has.
  if (ISet(all.values()).size < all.size) return undefined;
  // Their order must not depend on which thread met what first.
  const named = [...all.values()].map((element) => ({ element, name: keyOf(element, { named: true }) }));
  if (!kind.isByPlace) named.sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
  return named.map(({ element }) => element);
}

/** Returns by their texts the elements, keys or places of collections that may have columns, with those of `known`. */
function elementsIn(kind: CollectionKind, values: readonly unknown[], known: readonly unknown[]): Map<string, unknown> {
  const met = new Map(known.map((element) => [keyOf(element), element]));
  if (kind.isByPlace) {
    const longest = Math.max(...values.map((list) => [...kind.entries(list)].length));
    for (let place = met.size; place < longest; place++) met.set(keyOf(place), place);
    return met;
  }
  const refused = new Set<string>();
  for (const value of values) {
    for (const [element] of kind.entries(value)) {
      const key = keyOf(element);
      if (met.has(key) || refused.has(key)) continue;
      if (mayHaveColumn(element)) met.set(key, element);
      else refused.add(key);
    }
  }
  return met;
}

/** Whether what the columns of elements would hold has nearly as many values as the collections. */
function isHardlySplit(kind: CollectionKind, values: readonly unknown[], isFirst: boolean): boolean {
  if (kind.name === "set" || kind.name === "bag" || !isFirst) return false;
  const held = new Set<string>();
  for (const value of values) for (const [, inner] of kind.entries(value)) held.add(keyOf(inner));
  return held.size > HELD_SHARE * values.length;
}

/**
 * Returns groups of the fields of `family`. Those are put together first that depend on each other most, which is told
 * by how many of the combinations of their values are met.
 */
function groupsOf(family: Family, count: number): FieldGroups {
  const names = [...family.places.keys()];
  const most = SHARE * count;
  const valuesOf = valuesIn(family, count);
  let groups: Group[] = names.map((_, place) => ({ places: [place], values: valuesOf([place]) }));
  const unions = new Map<Group, Map<Group, number>>();
  const union = (a: Group, b: Group): number => {
    const known = unions.get(a) ?? new Map<Group, number>();
    unions.set(a, known);
    const values = known.get(b) ?? (a.values === 1 ? b.values : b.values === 1 ? a.values : valuesOf(placesOf(a, b)));
    known.set(b, values);
    return values;
  };
  for (;;) {
    let best: { readonly pair: readonly [Group, Group]; readonly values: number; readonly share: number } | undefined;
    groups.forEach((a, i) => {
      for (const b of groups.slice(i + 1)) {
        if (Math.max(a.values, b.values) > most) continue;
        const values = union(a, b);
        const share = values / (a.values * b.values);
        const isBetter = !best || share < best.share || (share === best.share && values < best.values);
        if (values <= most && isBetter) best = { pair: [a, b], values, share };
      }
    });
    if (best === undefined) break;
    const [a, b] = best.pair;
    groups = [...groups.filter((group) => group !== a && group !== b), { places: placesOf(a, b), values: best.values }];
  }
  // Too few values were met to tell what depends on what.
  if (groups.length === 1) return names.map((name) => [name]);
  return groups.map(({ places }) => places.map((place) => names[place]!)).sort(byFirst(names));
}

function placesOf(a: Group, b: Group): number[] {
  return [...a.places, ...b.places].sort((one, other) => one - other);
}

function byFirst(names: readonly string[]) {
  return (a: readonly string[], b: readonly string[]) => names.indexOf(a[0]!) - names.indexOf(b[0]!);
}

/** Returns a function that counts the values which fields of `family` have together among its first `count` values. */
function valuesIn({ compound }: Family, count: number): (places: readonly number[]) => number {
  const { tuples } = compound!;
  return (places) => {
    const met = new Tuples();
    for (let id = 0; id < count; id++) {
      const atoms = met.room(places.length);
      for (const [i, place] of places.entries()) atoms[i] = tuples.at(id, place);
      if (met.find(places.length) < 0) met.add(places.length);
    }
    return met.count;
  };
}
