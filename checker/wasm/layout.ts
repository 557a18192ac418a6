/**
 * The layout of the memory that the expander works on, known to both sides: TypeScript fills the tables, the expander (assembly/, compiled to
 * WebAssembly) reads them. Plain numbers only, since two compilers read this file.
 *
 * Addresses inside tables are absolute: an index of a 32-bit table counts 32-bit words from the start of the memory, so that a walk needs no
 * base. The first 1,024 bytes are zero for ever: an index of 0 leads there and reads as "not known".
 */

/** Value ids have 16 bits. */
export const ID_BITS = 16;
/** The visited set is cut into so many shards, each with a lock of its own; a row's shard is the top bits of its hash. */
export const SHARDS = 256;
export const SHARD_BITS = 8;
/** Below the bits of a hash that tell the shard and the place in a table of 2^k slots come the 32 - k that its entries hold. */
export const TAG_SHIFT = 24;
/** Slots of an exact table that are looked at together: a search begins where such a group does. */
export const SLOT_GROUP = 8;
/**
 * Rows on their way to a shard are put into a bin of so many, small enough that all bins stay in the cache; a full bin goes to the shard's stage.
 * A full stage is inserted at once, so that its look-ups fall into a part of the visited set that the cache and the
 * address translation can hold.
 */
export const BIN_ROWS = 128;
export const STAGE_ROWS = 2048;
/** Rows lie in blocks of so many. A thread expands as many at a time. */
export const BLOCK_BITS = 8;
export const BLOCK_ROWS = 256;
/** Bytes before the row in a record on its way to the store: hash (8), parent, priority. */
export const RECORD_HEAD = 16;
/** The parent of an initial state. */
export const NO_PARENT = 0xffffffff;

/** A group of trees that go on at the same slot tells apart that slot's values with ids below this (observe/dispatch.ts). */
export const GROUP_IDS = 512;

/** The header of the engine's memory: 32-bit words from this byte on. */
export const HEADER = 1024;
export const H_SLOTS = 1024; // slots of a row
export const H_WORDS = 1028; // 32-bit words of a row
export const H_LISTS = 1032; // byte address: lists[slot * 65536 + id]
export const H_SLOT_TABLE = 1036; // byte address: per slot 16 bytes: family << 16, 0, multiplier (64 bits)
export const H_UPDATES = 1040; // byte address of the updates' directory
export const H_ROOTLESS = 1044; // word index of the list of trees that are looked at in every state
export const H_STUCK_TREE = 1048; // the tree of "no deadlock", or -1
export const H_STUCK_ROOT = 1052; // its root
export const H_PROGRESS = 1056; // byte address: per tree 1 if it is a way out of a deadlock
export const H_CONTENT = 1060; // byte address: a 32-bit hash of each value's content, by family << 16 | id
export const H_ORDINALS = 1064; // 1 if ordinals are renumbered
export const H_BITS = 1068; // byte address: per value 12 bytes: known, bits of values, bits of floors
export const H_PLANS = 1072; // byte address of the plans, 12 bytes each: values, floors, plan + 1, or 0
export const H_PLAN_MASK = 1076; // slots of the plans, less one
export const H_RENUMBER = 1080; // byte address of the renumberings' directory
export const H_MEMBERS = 1084; // members that are interchangeable, or 0
export const H_MENTIONS = 1088; // byte address: per value whether it mentions members
export const H_SHAPES = 1092; // byte address: ((family << 16 | id) * members + self) * members + other
export const H_BY_ORDER = 1096; // byte address: permutation by code of the order
export const H_SWAPS = 1100; // byte address: permutation by a * members + b
export const H_PERMUTATIONS = 1104; // byte address: each renaming's first row, then the old slot of each new one
export const H_PERMUTATION_BYTES = 1108;
export const H_RENAMINGS = 1112; // byte address of the renamings' directory
export const H_SINGLES = 1116; // byte address: families by member: first slot, family << 16
export const H_SINGLE_COUNT = 1120;
export const H_PAIRS = 1124; // families by pair of members, likewise
export const H_PAIR_COUNT = 1128;
export const H_GLOBALS = 1132; // families by nothing, likewise
export const H_GLOBAL_COUNT = 1136;
export const H_FOLDED = 1140; // 1 if stored rows are two words, the root of a tree of pairs
export const H_NODES = 1144; // byte address of the pairs, by number
export const H_NODE_TABLE = 1148; // byte address of their table
export const H_NODE_MASK = 1152; // slots of the table, less one
export const H_NODE_COUNT = 1156; // pairs so far (shared counter)
export const H_NODE_LIMIT = 1160; // pairs that there is room for
export const H_IN_ORDER = 1164; // 1 if of all rows that violate a property the first is wanted, not the one whose content comes first
export const HEADER_END = 1280;

/** A thread's context: byte offsets from its start. */
export const C_ROWS = 0; // input rows
export const C_AT = 4; // the next of them
export const C_PHASE = 8; // 0: collect the enabled steps, 1: take them
export const C_TAKEN = 12; // enabled steps of the current row
export const C_STEP = 16; // the next of them to take
export const C_LEFT = 20; // next states of that step not yet made
export const C_LEAF = 24; // where the next one stands in the leaves, a word index
export const C_MISS = 28; // what is asked for
export const C_ARG0 = 32;
export const C_ARG1 = 36;
export const C_ARG2 = 40;
export const C_ARG3 = 44;
export const C_ANSWERS = 48; // how many trees were answered for this row only
export const C_PARENT = 52; // the reference of the current row
export const C_SHARD_MASK = 60; // SHARDS - 1: a bin for each shard; less: a bin holds rows of several shards
export const C_BEYOND = 64; // 1: the rows are looked at, but have no successors (the depth limit)
export const C_CUT = 68; // 1 once a successor was left out by the depth limit
export const C_GENERATED = 72; // 64 bits
export const C_PRIORITY = 80; // hash of the current row's content
export const C_INPUT = 84; // byte address of the input rows
export const C_INPUT_STRIDE = 88; // bytes from one input row to the next; behind each stands its reference
export const C_TAKEN_AT = 92; // byte address: tree, leaf of each enabled step
export const C_TAKEN_ROOM = 96; // how many there is room for
export const C_ANSWERS_AT = 100; // byte address: tree, leaf
export const C_FIRED = 104; // byte address: 64 bits per tree
export const C_BEST = 108; // byte address: per special leaf 16 bytes: seen, priority, row reference
export const C_BIN_COUNTS = 112; // byte address: records in each bin
export const C_BINS = 116; // byte address: SHARDS bins of BIN_ROWS records
export const C_ROW = 120; // byte address: the current row
export const C_SCRATCH = 124; // byte address: rows for canonicalization
export const C_SPARE_NODE = 128; // a pair's number claimed and not used, or 0
export const C_DEGREES = 132; // byte address: 64 bits per out-degree, up to DEGREES - 1
export const C_NEXT_COUNT = 136; // next states of the current row
export const C_MADE = 140; // next rows that are made and not yet in their bins
export const C_PUT = 144; // how many of them are in their bins, while that is being done; else 0
export const C_DRAINS = 148; // 1 while the rows made are being put into their bins
export const C_MADE_AT = 152; // byte address: MADE_ROWS rows
export const CONTEXT_BYTES = 256;
/** Next rows that are made before they are hashed: what has just been written in halves is slow to be read in words. */
export const MADE_ROWS = 32;
export const DEGREES = 64;

/** The record of a transition: 32-bit words, in this order, and then the next row as it is stored. */
export const T_HASH = 0; // 64 bits
export const T_TREE = 8; // the tree that it comes from
export const T_NTH = 12; // which of its leaf's next states, from 0 on
export const T_RENAMING = 16; // the permutation that made it canonical, counted from 1; 0: none
export const TRANSITION_HEAD = 20;

/** Returned by the expander. */
export const DONE = 0;
export const BIN_FULL = 1; // C_ARG0: the bin
export const MISS = 2; // C_MISS tells what is asked for

/** What can be asked for. */
export const MISS_LIST = 1; // none: lists are missing for the row
export const MISS_TREE = 2; // tree
export const MISS_UPDATE = 3; // update, id
export const MISS_BITS = 4; // slot, id
export const MISS_PLAN = 5; // value bits, floor bits
export const MISS_RENUMBER = 6; // plan, slot, id
export const MISS_MENTIONS = 7; // family, id
export const MISS_SHAPE = 8; // family, id, self, other
export const MISS_ORDER = 9; // code of the order
export const MISS_SWAP = 10; // a, b
export const MISS_RENAME = 11; // permutation, family, id
export const MISS_NODES = 12; // the table of pairs is too full
export const MISS_ROOM = 13; // more steps enabled in one state than there is room for

/** What a value says of members. */
export const WITHOUT_MEMBERS = 1;
export const WITH_MEMBERS = 2;

/** The header of a store's memory: 32-bit words from this byte on. */
export const S_WORDS = 1024; // 32-bit words of a row; 0: rows are not kept
export const S_STRIDE = 1028; // bytes of a stored row, with its parent
export const S_PRIORITIES = 1036; // 1: of several parents the one of least priority is kept
export const S_FINGERPRINTS = 1040; // 1: the table holds 64-bit hashes, and rows of past levels are forgotten
export const S_BUMP = 1044; // the next byte of the heap
export const S_END = 1048; // the end of the heap
export const S_FREE_BLOCKS = 1052; // list of free row blocks
export const S_FREE_PRIORITIES = 1056; // list of free priority blocks
export const S_HEAP_LOCK = 1060;
export const S_BUDGET = 1064; // in units of 4,096 bytes: what heap and tables may take together
export const S_USED = 1068; // in the same units: what they take
export const S_FULL = 1072; // 1 once something was refused
export const S_HEAP = 1076; // where the heap begins
export const S_SHARDS = 4096; // SHARD_BYTES for each shard
export const SHARD_BYTES = 64;
export const D_LOCK = 0;
export const D_COUNT = 4; // rows
export const D_TABLE = 8; // byte address of the table
export const D_SIZE = 12; // log2 of its slots; for fingerprints, its slots
export const D_NEW = 16; // the first row of the level that is being found
export const D_DIRECTORY = 20; // byte address: the block of each 256 rows
export const D_PRIORITIES = 24; // byte address: the block of each 1,024 priorities
export const D_TABLE_ROOM = 28; // bytes that the table may take
export const PRIORITY_ROWS_BITS = 10;
export const PRIORITY_BLOCK_BYTES = 4096;
