/**
 * How a variable is split whose records have become many. Fields that depend on each other stay together: a group has
 * few values then, although the whole record has as many as there are combinations of the groups' values.
 */
import type { FieldGroups, Splits } from "./columns.js";
import type { Families, Family } from "./intern.js";
import { Tuples } from "./tuples.js";

/**
 * A variable is split once it has more values than this, a quarter of what a row can name. Rows with more columns take
 * longer to be made canonical, so that it does not pay before; what the search has done so far is done again, so it
 * must not be late.
 */
const MANY_VALUES = 16_384;
/** How large a share of the values of all fields together those of a group are at the most. */
const SHARE = 1 / 16;

/** Fields of a family, by their places, and how many different values they have together. */
interface Group {
  readonly places: readonly number[];
  readonly values: number;
}

/**
 * Returns how to split the variables whose records have become many: the splits in force, with groups that have become
 * too large split further; undefined if there are none, or none can be split.
 * @param counts by family: of how many of its values, those met first, the decision is to depend
 */
export function splitsFurther(families: Families, counts: readonly number[]): Splits | undefined {
  const further = families.held.flatMap((held) => {
    const { variable, families: groups } = held;
    const isLarge = ({ interner, domains }: Family) => interner.count > MANY_VALUES && domains.length > 1;
    if (!groups.some(isLarge)) return [];
    const split = groups.flatMap((family) =>
      isLarge(family) ? groupsOf(family, counts[family.index]!) : [[...family.places.keys()]],
    );
    return [[variable, split] as const];
  });
  return further.length === 0 ? undefined : { ...families.splits, ...Object.fromEntries(further) };
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
