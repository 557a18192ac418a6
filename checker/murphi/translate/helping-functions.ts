/** The functions that a translation may need: checks that Murphi makes by itself, and actions that may stutter. */
import { MOST_ROUNDS } from "../check-statement.js";

/** The functions by name, each with those that it needs. */
const FUNCTIONS: Readonly<Record<string, { readonly text: string; readonly needs?: readonly string[] }>> = {
  mayStutter: {
    text: `/**
 * Makes two actions of a rule that may leave the state as it is. Such a step counts for nothing against a deadlock, so
 * that it is one of the environment.
 * @param written what the rule may write
 */
function mayStutter<D extends Domains>(
  name: string,
  domains: D,
  rule: (state: State, binding: Binding<D>) => Result<State>,
  written: (state: State, binding: Binding<D>) => readonly unknown[],
) {
  const steps = (areWanted: boolean) => (state: State, binding: Binding<D>) => {
    const result = rule(state, binding);
    if (result === disabled) return disabled;
    const before = written(state, binding);
    const hasChanged = (next: State) => written(next, binding).some((value, i) => !isSame(value, before[i]));
    return [result as State | readonly State[]].flat().filter((next) => hasChanged(next) === areWanted);
  };
  return [
    action(name, domains, steps(true)),
    action(\`\${name} (changes nothing)\`, domains, steps(false), { environment: true }),
  ];
}`,
  },
  isSame: {
    text: `/** Tells whether two values are the same. */
function isSame(a: unknown, b: unknown): boolean {
  if (a instanceof Bag && b instanceof Bag)
    return a.size === b.size && a.takeable().every((message) => a.count(message) === b.count(message));
  return is(a, b);
}`,
  },
  isSameWithin: {
    text: `/** Tells whether two values are the same, and all that they hold. */
function isSame(a: unknown, b: unknown): boolean {
  if (a instanceof Bag && b instanceof Bag)
    return a.size === b.size && a.takeable().every((message) => a.count(message) === b.count(message));
  if (isMap(a) && isMap(b)) return a.every((value, key) => isSame(value, b.get(key)));
  if (isRecord(a) && isRecord(b)) return a.toSeq().every((value, key) => isSame(value, b.get(key)));
  return is(a, b);
}`,
  },
  defined: {
    text: `/** Returns a value that is defined. @throws Error for null, which is the undefined value */
function defined<T>(value: T | null, place: string): T {
  if (value === null) throw new Error(\`a read of \${place}, which is undefined\`);
  return value;
}`,
  },
  inRange: {
    text: `/** Returns a number that fits into a place. @throws Error for one that does not */
function inRange<T extends number | null>(value: T, low: number, high: number, place: string): T {
  if (value !== null && (value < low || value > high))
    throw new Error(\`a write of \${value} into \${place}, which is the range \${low} .. \${high}\`);
  return value;
}`,
  },
  argument: {
    text: `/** Returns a number that fits into a parameter. @throws Error for one that does not */
function argument<T extends number | null>(value: T, low: number, high: number, place: string): T {
  if (value !== null && (value < low || value > high))
    throw new Error(\`an argument out of range: \${place} is the range \${low} .. \${high}, and not \${value}\`);
  return value;
}`,
  },
  messageInRange: {
    text: `/** Returns a number that fits into a bag. @throws Error for one that does not */
function messageInRange(value: number, low: number, high: number, place: string): number {
  if (value < low || value > high)
    throw new Error(\`a message out of range: \${value} in \${place}, which holds the range \${low} .. \${high}\`);
  return value;
}`,
  },
  among: {
    text: `/** Returns a value that is one of some. @throws Error with these words for another one, which # stands for */
function among<T>(value: unknown, values: readonly unknown[], words: string): T {
  const shown = typeof value === "symbol" ? (value.description ?? "?") : String(value);
  if (value !== null && !values.includes(value)) throw new Error(words.replace("#", () => shown));
  return value as T;
}`,
  },
  isOneOf: {
    text: `/** Tells whether a value is one of some. */
function isOneOf(value: unknown, values: readonly unknown[]): boolean {
  return values.includes(value);
}`,
  },
  added: {
    text: `/** Returns the bag with one more message. @throws Error if that is more than it holds */
function added<M>(bag: Bag<M>, message: M, capacity: number, place: string): Bag<M> {
  if (bag.size >= capacity) throw new Error(\`a message too many: \${place} holds \${capacity} at the most\`);
  return bag.put(message);
}`,
  },
  removed: {
    text: `/** Returns the bag without a message. @throws Error if it is not there */
function removed<M>(bag: Bag<M>, message: M, place: string): Bag<M> {
  if (bag.count(message) === 0) throw new Error(\`a removal of a message that is not in \${place}\`);
  return bag.take(message);
}`,
  },
  rounded: {
    text: `/** @throws Error after so many rounds of a loop that it is taken for one without an end */
function rounded(rounds: number): void {
  if (rounds >= ${MOST_ROUNDS}) throw new Error("a while loop of ${MOST_ROUNDS.toLocaleString("en")} rounds, which has no end");
}`,
  },
  range: {
    text: `/** Returns the numbers from one to another, both included. */
function range(low: number, high: number): readonly number[] {
  return Array.from({ length: high - low + 1 }, (_, i) => low + i);
}`,
  },
  counted: {
    text: `/** Returns the numbers from one to another, upwards or downwards. @throws Error if there is no end of them */
function counted(from: number, to: number, by = to >= from ? 1 : -1): readonly number[] {
  if (by === 0) throw new Error("a loop in steps of 0, which has no end");
  if ((to > from && by < 0) || (to < from && by > 0))
    throw new Error(\`a loop from \${from} to \${to} in steps of \${by}, which has no end\`);
  return Array.from({ length: Math.floor((to - from) / by) + 1 }, (_, i) => from + i * by);
}`,
  },
  upwards: {
    text: `/** Returns the numbers from one to another, none where the end lies the other way. @throws Error in steps of 0 */
function upwards(from: number, to: number, by = 1): readonly number[] {
  if (by === 0) throw new Error("a loop in steps of 0, which has no end");
  return Array.from({ length: Math.max(0, Math.floor((to - from) / by) + 1) }, (_, i) => from + i * by);
}`,
  },
  membersOf: {
    text: `/** Returns the members of a set of this size. */
function membersOf<M extends Member>(set: { member(index: number): M }, size: number): readonly M[] {
  return Array.from({ length: size }, (_, i) => set.member(i));
}`,
  },
  filled: {
    text: `/** Returns an array with one value for all indices. */
function filled<K, V>(indices: readonly K[], value: V): ImmutableMap<K, V> {
  return ImmutableMap(indices.map((index): [K, V] => [index, value]));
}`,
  },
  gathered: {
    text: `/** Returns an array with a value for each index. */
function gathered<K, V>(indices: readonly K[], value: (index: K) => V): ImmutableMap<K, V> {
  return ImmutableMap(indices.map((index): [K, V] => [index, value(index)]));
}`,
  },
  exact: {
    text: `/** Returns a number. @throws Error for one that is too large to be exact */
function exact(value: number, written: string): number {
  if (!Number.isSafeInteger(value)) throw new Error(\`too large a number: \${written}\`);
  return value + 0;
}`,
  },
  divided: {
    text: `function divided(a: number, b: number, written: string): number {
  if (b === 0) throw new Error(\`a division by zero: \${written}\`);
  return exact(Math.trunc(a / b), written);
}`,
    needs: ["exact"],
  },
  remainder: {
    text: `function remainder(a: number, b: number, written: string): number {
  if (b === 0) throw new Error(\`a remainder of a division by zero: \${written}\`);
  return exact(a % b, written);
}`,
    needs: ["exact"],
  },
  bits: {
    text: `/** Returns two numbers joined bit by bit, in two's complement of any length. */
function bits(operator: "&" | "|" | "^", a: number, b: number, written: string): number {
  const [x, y] = [BigInt(a), BigInt(b)];
  return exact(Number(operator === "&" ? x & y : operator === "|" ? x | y : x ^ y), written);
}`,
    needs: ["exact"],
  },
  shifted: {
    text: `/** Returns a number shifted to the left or, by a negative number of places, to the right. */
function shifted(a: number, places: number, written: string): number {
  if (places < -63) return a < 0 ? -1 : 0;
  if (places > 63) return 0;
  return exact(Number(places < 0 ? BigInt(a) >> BigInt(-places) : BigInt(a) << BigInt(places)), written);
}`,
    needs: ["exact"],
  },
  complement: {
    text: `/** Returns the complement of a number's bits. */
function complement(a: number, written: string): number {
  return exact(-a - 1, written);
}`,
    needs: ["exact"],
  },
};

/** Returns the texts of helping functions, in a fixed order. */
export function helpingFunctions(names: ReadonlySet<string>): readonly string[] {
  const needed = new Set([...names].flatMap((name) => [name, ...(FUNCTIONS[name]?.needs ?? [])]));
  const comparesBags = needed.has("isSame");
  if (needed.has("isSameWithin")) needed.delete("isSame");
  const plain = (text: string) => (comparesBags ? text : text.replace("!isSame(", "!is("));
  return Object.entries(FUNCTIONS).flatMap(([name, { text }]) => (needed.has(name) ? [plain(text)] : []));
}
