/**
 * A view of the header of the engine's memory: sizes of rows, and where each table begins. layout.ts describes the
 * tables.
 */
import {
  H_ASKED,
  H_BITS,
  H_BY_ORDER,
  H_COLUMN_TABLE,
  H_COLUMNS,
  H_CONSTRAINTS,
  H_CONTENT,
  H_CROSSED,
  H_CROSSED_COUNT,
  H_FOLDED,
  H_GLOBAL_COUNT,
  H_GLOBALS,
  H_IN_ORDER,
  H_KEY_SHIFT,
  H_LISTS,
  H_MEMBER_TABLE,
  H_MEMBERS,
  H_MENTIONS,
  H_NODE_CAPACITY,
  H_NODE_COUNT,
  H_NODE_LIMIT,
  H_NODE_MASK,
  H_NODE_MOST_PLACES,
  H_NODE_TABLE,
  H_NODES,
  H_ORDER,
  H_ORDINALS,
  H_PERMUTATION_BYTES,
  H_PERMUTATIONS,
  H_PLAN_MASK,
  H_PLANS,
  H_PROGRESS,
  H_RENAMINGS,
  H_RENUMBER,
  H_ROOTLESS,
  H_ROOTS,
  H_SHAPES,
  H_STUCK_ROOT,
  H_STUCK_TREE,
  H_SWAPS,
  H_UPDATES,
  H_WORDS,
  SPARE_NODES,
} from "./layout.js";

/** The entries of the table of mentions, besides 0. */
export { WITH_MEMBERS, WITHOUT_MEMBERS } from "./layout.js";

export class Header {
  /** @param words the engine's memory */
  constructor(private readonly words: Int32Array) {}

  private address(at: number): number {
    return this.words[at >>> 2]! >>> 0;
  }

  private put(at: number, value: number): void {
    this.words[at >>> 2] = value;
  }

  /** Number of columns of a row. */
  set columns(count: number) {
    this.put(H_COLUMNS, count);
  }

  /** Size of a row, in 32-bit words. */
  get rowWords(): number {
    return this.words[H_WORDS >>> 2]!;
  }

  set rowWords(count: number) {
    this.put(H_WORDS, count);
  }

  /** Whether stored rows are compressed: two words, the root of a tree of pairs. */
  get folded(): boolean {
    return this.words[H_FOLDED >>> 2] === 1;
  }

  set folded(is: boolean) {
    this.put(H_FOLDED, is ? 1 : 0);
  }

  /**
   * Whether, of all rows that violate a property, the first one expanded is wanted, rather than the one whose content
   * hashes least.
   */
  set inOrder(wanted: boolean) {
    this.put(H_IN_ORDER, wanted ? 1 : 0);
  }

  /** Byte address of the table of columns. */
  set columnTable(address: number) {
    this.put(H_COLUMN_TABLE, address);
  }

  /** Byte address of the lists of trees by column and value. */
  set lists(address: number) {
    this.put(H_LISTS, address);
  }

  /** Word index of the list of trees that are looked at in every state, or 0 if there are none. */
  set rootless(index: number) {
    this.put(H_ROOTLESS, index);
  }

  /** Word index of the list of trees of state constraints, or 0 if there are none. */
  set constraints(index: number) {
    this.put(H_CONSTRAINTS, index);
  }

  /** Word index of the list of trees that are looked at in states that are cut off, or 0 if there are none. */
  set asked(index: number) {
    this.put(H_ASKED, index);
  }

  /** Byte address of the updates' directory. */
  set updates(address: number) {
    this.put(H_UPDATES, address);
  }

  /** The tree of "no deadlock", or -1 if there is none. */
  set stuckTree(tree: number) {
    this.put(H_STUCK_TREE, tree);
  }

  /** The root of the tree of "no deadlock". */
  set stuckRoot(node: number) {
    this.put(H_STUCK_ROOT, node);
  }

  /** Byte address of one byte per tree, which is 1 if steps of the tree lead out of a deadlock. */
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

  /** Byte address of the hash table of plans, which are found by the ranks in a row. */
  set plans(address: number) {
    this.put(H_PLANS, address);
  }

  /** Number of places in the hash table of plans, a power of two. */
  set planPlaces(count: number) {
    this.put(H_PLAN_MASK, count - 1);
  }

  /** Byte address of the renumberings' directory. */
  set renumberings(address: number) {
    this.put(H_RENUMBER, address);
  }

  /** The number of interchangeable members, of all sets together; 0 without symmetry. */
  set members(count: number) {
    this.put(H_MEMBERS, count);
  }

  /** Byte address of one byte per value: WITH_MEMBERS, WITHOUT_MEMBERS, or 0 while it is not known. */
  set mentions(address: number) {
    this.put(H_MENTIONS, address);
  }

  /** Byte address of the values' shapes, as hashes. */
  set shapes(address: number) {
    this.put(H_SHAPES, address);
  }

  /** Byte address of the permutations' numbers, by the rank of an order. */
  set byOrder(address: number) {
    this.put(H_BY_ORDER, address);
  }

  /** Byte address of the numbers of the permutations that exchange two members. */
  set swaps(address: number) {
    this.put(H_SWAPS, address);
  }

  /** Byte address of the permutations. */
  set permutations(address: number) {
    this.put(H_PERMUTATIONS, address);
  }

  /** Size of a permutation, in bytes. */
  set permutationBytes(bytes: number) {
    this.put(H_PERMUTATION_BYTES, bytes);
  }

  /** Byte address of the renamings' directory. */
  set renamings(address: number) {
    this.put(H_RENAMINGS, address);
  }

  /** Byte address of the pairs, by number; 0 if rows are not compressed. */
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

  /** Byte address of the roots of rows that were compressed lately. */
  set roots(address: number) {
    this.put(H_ROOTS, address);
  }

  /** Byte address of the order of the columns in trees of pairs: by place there, the column, 16 bits each. */
  get order(): number {
    return this.words[H_ORDER >>> 2]!;
  }

  set order(address: number) {
    this.put(H_ORDER, address);
  }

  /** Number of places in the hash table of pairs, a power of two. */
  get nodePlaces(): number {
    return this.words[H_NODE_MASK >>> 2]! + 1;
  }

  /** The limit, and the most places, must be set before. */
  set nodePlaces(count: number) {
    this.put(H_NODE_MASK, count - 1);
    // The last table there is room for is filled further, since it cannot be doubled.
    this.put(H_NODE_CAPACITY, count < this.nodeMostPlaces ? count >>> 1 : this.nodeLimit);
  }

  /** The most places that the hash table of pairs may have, a power of two. */
  get nodeMostPlaces(): number {
    return this.words[H_NODE_MOST_PLACES >>> 2]!;
  }

  set nodeMostPlaces(count: number) {
    this.put(H_NODE_MOST_PLACES, count);
  }

  /** The number of pairs so far. */
  get nodeCount(): number {
    return this.words[H_NODE_COUNT >>> 2]!;
  }

  set nodeCount(count: number) {
    this.put(H_NODE_COUNT, count);
  }

  /** Whether the hash table of pairs must be doubled before another pair gets a number. */
  get nodesFill(): boolean {
    return this.nodeCount + SPARE_NODES > this.words[H_NODE_CAPACITY >>> 2]!;
  }

  /** The largest number of pairs that there is room for. */
  get nodeLimit(): number {
    return this.words[H_NODE_LIMIT >>> 2]!;
  }

  set nodeLimit(count: number) {
    this.put(H_NODE_LIMIT, count);
  }

  /** Byte address of the table of members. */
  set memberTable(address: number) {
    this.put(H_MEMBER_TABLE, address);
  }

  /** By how many bits the first parts of keys are shifted. */
  set keyShift(bits: number) {
    this.put(H_KEY_SHIFT, bits);
  }

  /** Sets the byte address of the table of the families that no member indexes, and their number. */
  setGlobals(address: number, count: number): void {
    this.put(H_GLOBALS, address);
    this.put(H_GLOBAL_COUNT, count);
  }

  /** Sets the byte address of the table of the families that members of two sets index, and their number. */
  setCrossed(address: number, count: number): void {
    this.put(H_CROSSED, address);
    this.put(H_CROSSED_COUNT, count);
  }
}
