/**
 * The header of the engine's memory, by names: sizes of rows, and where each table begins. The layout tells the form of
 * the tables.
 */
import {
  H_BITS,
  H_BY_ORDER,
  H_CONTENT,
  H_FOLDED,
  H_GLOBAL_COUNT,
  H_GLOBALS,
  H_IN_ORDER,
  H_LISTS,
  H_MEMBERS,
  H_MENTIONS,
  H_NODE_COUNT,
  H_NODE_LIMIT,
  H_NODE_MASK,
  H_NODE_TABLE,
  H_NODES,
  H_ORDINALS,
  H_PAIR_COUNT,
  H_PAIRS,
  H_PERMUTATION_BYTES,
  H_PERMUTATIONS,
  H_PLAN_MASK,
  H_PLANS,
  H_PROGRESS,
  H_RENAMINGS,
  H_RENUMBER,
  H_ROOTLESS,
  H_SHAPES,
  H_SINGLE_COUNT,
  H_SINGLES,
  H_SLOT_TABLE,
  H_SLOTS,
  H_STUCK_ROOT,
  H_STUCK_TREE,
  H_SWAPS,
  H_UPDATES,
  H_WORDS,
} from "./layout.js";

/** What the table of mentions says of a value. */
export { WITH_MEMBERS, WITHOUT_MEMBERS } from "./layout.js";

/** By arity: where the address of the families' table stands, and where their number does. */
const FAMILIES = [
  [H_GLOBALS, H_GLOBAL_COUNT],
  [H_SINGLES, H_SINGLE_COUNT],
  [H_PAIRS, H_PAIR_COUNT],
] as const;

export class Header {
  /** @param words the engine's memory */
  constructor(private readonly words: Int32Array) {}

  private address(at: number): number {
    return this.words[at >>> 2]! >>> 0;
  }

  private put(at: number, value: number): void {
    this.words[at >>> 2] = value;
  }

  /** Slots of a row. */
  set slots(count: number) {
    this.put(H_SLOTS, count);
  }

  /** 32-bit words of a row. */
  get rowWords(): number {
    return this.words[H_WORDS >>> 2]!;
  }

  set rowWords(count: number) {
    this.put(H_WORDS, count);
  }

  /** Whether a stored row is two words, the root of a tree of pairs. */
  get folded(): boolean {
    return this.words[H_FOLDED >>> 2] === 1;
  }

  set folded(is: boolean) {
    this.put(H_FOLDED, is ? 1 : 0);
  }

  /** Whether, of all rows that violate a property, the first is wanted, not the one whose content comes first. */
  set inOrder(wanted: boolean) {
    this.put(H_IN_ORDER, wanted ? 1 : 0);
  }

  /** Byte address of the table of slots. */
  set slotTable(address: number) {
    this.put(H_SLOT_TABLE, address);
  }

  /** Byte address of the lists of trees by slot and value. */
  set lists(address: number) {
    this.put(H_LISTS, address);
  }

  /** Word index of the list of trees that every state is asked, or 0 if there are none. */
  set rootless(index: number) {
    this.put(H_ROOTLESS, index);
  }

  /** Byte address of the updates' directory. */
  set updates(address: number) {
    this.put(H_UPDATES, address);
  }

  /** The tree of "no deadlock", or -1. */
  set stuckTree(tree: number) {
    this.put(H_STUCK_TREE, tree);
  }

  /** The root of that tree. */
  set stuckRoot(node: number) {
    this.put(H_STUCK_ROOT, node);
  }

  /** Byte address of a byte per tree, 1 if the tree is a way out of a deadlock. */
  set progress(address: number) {
    this.put(H_PROGRESS, address);
  }

  /** Byte address of the hashes of values' contents, by family and id. */
  set contents(address: number) {
    this.put(H_CONTENT, address);
  }

  /** Whether ordinals are renumbered. */
  set ordinals(are: boolean) {
    this.put(H_ORDINALS, are ? 1 : 0);
  }

  /** Byte address of the ranks that each value holds, as bits. */
  set ranks(address: number) {
    this.put(H_BITS, address);
  }

  /** Byte address of the hash table of renumberings by the ranks in a row. */
  set plans(address: number) {
    this.put(H_PLANS, address);
  }

  /** Places of that hash table, a power of two. */
  set planPlaces(count: number) {
    this.put(H_PLAN_MASK, count - 1);
  }

  /** Byte address of the renumberings' directory. */
  set renumberings(address: number) {
    this.put(H_RENUMBER, address);
  }

  /** How many members are interchangeable; 0 without symmetry. */
  set members(count: number) {
    this.put(H_MEMBERS, count);
  }

  /** Byte address of a byte per value: WITH_MEMBERS, WITHOUT_MEMBERS, or 0 while it is not known. */
  set mentions(address: number) {
    this.put(H_MENTIONS, address);
  }

  /** Byte address of the hashes of values' shapes, as members see them. */
  set shapes(address: number) {
    this.put(H_SHAPES, address);
  }

  /** Byte address of the permutations by the code of an order. */
  set byOrder(address: number) {
    this.put(H_BY_ORDER, address);
  }

  /** Byte address of the permutations that exchange two members. */
  set swaps(address: number) {
    this.put(H_SWAPS, address);
  }

  /** Byte address of the permutations. */
  set permutations(address: number) {
    this.put(H_PERMUTATIONS, address);
  }

  /** Bytes that a permutation takes. */
  set permutationBytes(bytes: number) {
    this.put(H_PERMUTATION_BYTES, bytes);
  }

  /** Byte address of the renamings' directory. */
  set renamings(address: number) {
    this.put(H_RENAMINGS, address);
  }

  /** Byte address of the pairs by number; 0 if nothing is folded. */
  get nodes(): number {
    return this.address(H_NODES);
  }

  set nodes(address: number) {
    this.put(H_NODES, address);
  }

  /** Byte address of the hash table of pairs. */
  set nodeTable(address: number) {
    this.put(H_NODE_TABLE, address);
  }

  /** Places of that hash table, a power of two. */
  get nodePlaces(): number {
    return this.words[H_NODE_MASK >>> 2]! + 1;
  }

  set nodePlaces(count: number) {
    this.put(H_NODE_MASK, count - 1);
  }

  /** Pairs so far. */
  get nodeCount(): number {
    return this.words[H_NODE_COUNT >>> 2]!;
  }

  set nodeCount(count: number) {
    this.put(H_NODE_COUNT, count);
  }

  /** How many pairs there is room for. */
  set nodeLimit(count: number) {
    this.put(H_NODE_LIMIT, count);
  }

  /**
   * Notes which families a number of members index: `arity` 0, 1 or 2.
   * @param address the byte address of their table
   * @param count how many they are
   */
  setFamilies(arity: 0 | 1 | 2, address: number, count: number): void {
    const [at, counted] = FAMILIES[arity];
    this.put(at, address);
    this.put(counted, count);
  }
}
