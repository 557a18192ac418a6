/**
 * The layout of the memory that the expander works on. TypeScript fills the tables, and the expander (assembly/,
 * compiled to WebAssembly) reads them. This file holds plain numbers only, since two compilers read it.
 *
 * Addresses inside tables are absolute: an index into a 32-bit table counts words from the start of the memory, so that
 * a walk needs no base address. The first 1,024 bytes are always zero: an index of 0 leads there and reads as "not
 * known".
 */

/** Bits of a value id. */
export const ID_BITS = 16;
/**
 * Bytes of an entry in the tables of families by which interchangeable members index them: the column that members with
 * number 0 would have, family << 16, columns from one member to the next, and 1 if the family has no values for a
 * member and itself, else 0. Of a family by members of two sets, of each set: the first member, and how many there are.
 */
export const FAMILY_BYTES = 32;
/** The most interchangeable members, of all sets together; the number of their pairs. */
export const MOST_MEMBERS = 12;
export const MOST_PAIRS = 66;
/**
 * Bytes of the room for members' keys, behind four rows: keys, and keys in order, of 8 bytes each; three arrays of 4
 * bytes each; 8 bytes for each pair.
 */
export const KEYS_BYTES = 28 * MOST_MEMBERS + 8 * MOST_PAIRS;
/** An entry of the table of members, which are numbered set by set. */
export const MEMBER_BYTES = 32;
export const M_SET = 0; // place of its set, in the top bits that its keys begin with
export const M_END = 4; // one more than the number of the last member of its set
export const M_SINGLES = 8; // byte addresses: families indexed by a member of its set alone, FAMILY_BYTES each
export const M_SINGLES_END = 12;
export const M_PAIRS = 16; // byte addresses: families indexed by two members of its set, likewise
export const M_PAIRS_END = 20;
/**
 * Number of shards of the visited set, each with a lock of its own. The top SHARD_BITS bits of a row's hash are its
 * shard.
 */
export const SHARDS = 256;
export const SHARD_BITS = 8;
/**
 * Where the tag of a hash begins. An entry of an exact table with 2^k slots holds the 32 - k bits from here on, which
 * stand just below the bits that choose the shard and the slot.
 */
export const TAG_SHIFT = 24;
/** Slots of an exact table that are compared at once; each search begins at a multiple of this. */
export const SLOT_GROUP = 8;
/** Hashes of a line of a table of fingerprints: 64 bytes, a cache line. Such a table has a whole number of lines. */
export const HASH_LINE = 8;
/** Bytes behind a table of fingerprints, for hashes that are pushed over its end. */
export const HASH_MARGIN = 4096;
/**
 * Rows of a bin, and of a stage. A thread collects next rows in a bin per shard; bins are so small that all of them
 * stay in the cache. A full bin is moved to the shard's stage. A full stage is inserted at once, so that its look-ups
 * touch a part of the visited set that the cache and the address translation can hold.
 */
export const BIN_ROWS = 128;
export const STAGE_ROWS = 2048;
/** Rows of a block in the store, and of a chunk that a thread expands at once. */
export const BLOCK_BITS = 8;
export const BLOCK_ROWS = 256;
/** Bytes before the row in a record on its way to the store: hash (8), parent (4), priority (4). */
export const RECORD_HEAD = 16;
/** The parent of an initial state. */
export const NO_PARENT = 0xffffffff;

/** How many numbers of pairs are left when the table of pairs is doubled, for threads that claim at the same time. */
export const SPARE_NODES = 64;

/** The numbers of pairs that compressed rows are made of are less than this, a power of two. */
export const MOST_PAIRS_OF_ROWS = 1 << 27;
/** How many roots of compressed rows are remembered at most. */
export const MOST_ROOTS = 1 << 25;

/** A group of trees (observe/dispatch.ts) distinguishes values with ids below this. */
export const GROUP_IDS = 512;

/** The header of the engine's memory, at these byte addresses: 32-bit numbers. */
export const HEADER = 1024;
export const H_COLUMNS = 1024; // number of columns of a row
export const H_WORDS = 1028; // size of a row in 32-bit words
export const H_LISTS = 1032; // byte address: word index of a list, by column * 65536 + id
export const H_COLUMN_TABLE = 1036; // byte address: per column 16 bytes: family << 16, CHANGED_… bits, multiplier (64 bits) of its hash
export const H_UPDATES = 1040; // byte address of the updates' directory
export const H_ROOTLESS = 1044; // word index of the list of trees that are looked at in every state, or 0
export const H_STUCK_TREE = 1048; // the tree of "no deadlock", or -1
export const H_STUCK_ROOT = 1052; // the root of that tree
export const H_PROGRESS = 1056; // byte address: per tree a byte, 1 if its steps lead out of a deadlock
export const H_CONTENT = 1060; // byte address: a 32-bit hash of each value's content, by family << 16 | id
export const H_ORDINALS = 1064; // 1 if ordinals are renumbered
export const H_BITS = 1068; // byte address: per value 12 bytes: known, ranks of values, ranks of floors
export const H_PLANS = 1072; // byte address: hash table of plans, 12 bytes each: ranks of values, of floors, plan + 1
export const H_PLAN_MASK = 1076; // places of that hash table, less one
export const H_RENUMBER = 1080; // byte address of the renumberings' directory
export const H_MEMBERS = 1084; // number of interchangeable members, of all sets together, or 0
export const H_MENTIONS = 1088; // byte address: per value a byte, whether it mentions members
export const H_SHAPES = 1092; // byte address: a hash, by ((family << 16 | id) * members + self) * members + other
export const H_BY_ORDER = 1096; // byte address: number of a permutation, by rank of the order
export const H_SWAPS = 1100; // byte address: number of a permutation, by a * members + b
export const H_PERMUTATIONS = 1104; // byte address: per permutation: first row of renamings; by new column the old one
export const H_PERMUTATION_BYTES = 1108;
export const H_RENAMINGS = 1112; // byte address of the renamings' directory
export const H_MEMBER_TABLE = 1116; // byte address: per member MEMBER_BYTES
export const H_KEY_SHIFT = 1120; // by how many bits the first parts of keys are shifted, to make room for the set
export const H_CROSSED = 1124; // byte address: families indexed by members of two sets, FAMILY_BYTES each
export const H_CROSSED_COUNT = 1128;
export const H_GLOBALS = 1132; // byte address: families indexed by no member, likewise
export const H_GLOBAL_COUNT = 1136;
export const H_FOLDED = 1140; // 1 if stored rows are compressed: two words, the root of a tree of pairs
export const H_NODES = 1144; // byte address: pairs by number, 8 bytes each
export const H_NODE_TABLE = 1148; // byte address: hash table of pairs
export const H_NODE_MASK = 1152; // places of that hash table, less one
export const H_NODE_COUNT = 1156; // number of pairs so far; all threads count it up
export const H_NODE_LIMIT = 1160; // largest number of pairs that there is room for
export const H_NODE_MOST_PLACES = 1180; // most places that the hash table of pairs may have
export const H_NODE_CAPACITY = 1184; // number of pairs up to which the hash table keeps its size
export const H_IN_ORDER = 1164; // 1: the first row that violates a property is kept; 0: the one that hashes least
export const H_CONSTRAINTS = 1168; // word index of the list of trees of state constraints, or 0
export const H_ASKED = 1172; // word index of the list of trees that are looked at in states that are cut off, or 0
export const H_ROOTS = 1176; // byte address: roots of rows compressed lately, 8 bytes each: half as many as the table of pairs has places
export const H_ORDER = 1188; // byte address: by place in the tree of pairs the column that stands there, 16 bits each
export const HEADER_END = 1280;

/** A thread's context: byte offsets from its start. */
export const C_ROWS = 0; // number of input rows
export const C_AT = 4; // place of the current input row
export const C_PHASE = 8; // 0: collect the enabled steps; 1: take them
export const C_TAKEN = 12; // number of enabled steps of the current row
export const C_STEP = 16; // place of the next step to take
export const C_LEFT = 20; // next states of the step before it that are not made yet
export const C_LEAF = 24; // word index of the updates that make the next one of these
export const C_MISS = 28; // kind of the miss; its arguments are C_ARG0 to C_ARG3
export const C_ARG0 = 32;
export const C_ARG1 = 36;
export const C_ARG2 = 40;
export const C_ARG3 = 44;
export const C_ANSWERS = 48; // number of trees with an answer for the current row only
export const C_PARENT = 52; // reference of the current row
export const C_CANONICAL = 56; // how many of the next rows made are canonical already
export const C_SHARD_MASK = 60; // number of bins in use, less one; below SHARDS - 1 a bin holds several shards' rows
export const C_BEYOND = 64; // 1: the rows are looked at, but get no successors (depth limit)
export const C_CUT = 68; // 1 once the depth limit has left out a successor
export const C_GENERATED = 72; // next states made so far, 64 bits
export const C_PRIORITY = 80; // priority of the current row: its content's hash, or its place in the order (H_IN_ORDER)
export const C_INPUT = 84; // byte address of the input rows
export const C_INPUT_STRIDE = 88; // bytes from one input row to the next; a reference follows each row
export const C_TAKEN_AT = 92; // byte address: tree and leaf of each enabled step
export const C_TAKEN_ROOM = 96; // how many steps there is room for
export const C_ANSWERS_AT = 100; // byte address: tree and leaf of each answer
export const C_FIRED = 104; // byte address: next states made, 64 bits per tree
export const C_BEST = 108; // byte address: per special leaf 16 bytes: seen, priority, reference, unused
export const C_BIN_COUNTS = 112; // byte address: number of records in each bin
export const C_BINS = 116; // byte address: SHARDS bins of BIN_ROWS records
export const C_ROW = 120; // byte address: current row
export const C_SCRATCH = 124; // byte address: four rows and the members' keys, for canonical forms
export const C_SPARE_NODE = 128; // number claimed for a new pair and not used, or 0
export const C_DEGREES = 132; // byte address: number of states, 64 bits per out-degree up to DEGREES - 1
export const C_NEXT_COUNT = 136; // number of next states of the current row
export const C_MADE = 140; // number of next rows that are made and not all in their bins
export const C_PUT = 144; // how many of them are in their bins already
export const C_DRAINS = 148; // 1 while the rows made are being put into their bins
export const C_MADE_AT = 152; // byte address: MADE_ROWS next rows
export const C_IS_CUT = 156; // 1 if a state constraint cuts the current row off
export const C_CUT_HERE = 160; // number of steps of the current row that action constraints cut off
export const C_STATES_CUT = 168; // number of rows that were cut off, 64 bits
export const C_STEPS_CUT = 176; // number of steps that were cut off, 64 bits
export const C_CHANGES_AT = 184; // byte address: per next row made, CHANGED_… bits
export const C_PAIRS_AT = 188; // byte address: trees of pairs: of the row that was decompressed last, and of what next rows are compared with
export const CONTEXT_BYTES = 256;
/** How many next rows are made before the first is hashed: a word just written as two halves is slow to read. */
export const MADE_ROWS = 32;
export const DEGREES = 64;

/**
 * What a next row has other than its parent, as bits: by member, that values changed of which the first part of its key
 * is made; from CHANGED_SINGLES on by member, that values changed that it alone indexes; from CHANGED_PAIRS on, that
 * values changed that it and another member index; and that the ordinals changed. Members whose numbers differ by a
 * multiple of CHANGED_MEMBERS share their bits, so that more looks changed than is.
 */
export const CHANGED_MEMBERS = 8;
export const CHANGED_SINGLES = 8;
export const CHANGED_PAIRS = 16;
export const CHANGED_ORDINALS = 0x40000000;
export const CHANGED_ALL = 0x7fffffff;

/** The record of a transition: 32-bit words at these byte offsets, then the next row as it is stored. */
export const T_HASH = 0; // 64 bits
export const T_TREE = 8; // the tree that the transition comes from
export const T_NTH = 12; // which of its leaf's next states it leads to, counted from 0
export const T_RENAMING = 16; // number of the permutation that made the next row canonical, counted from 1; 0: none
export const TRANSITION_HEAD = 20;

/** What the expander returns. */
export const DONE = 0;
export const BIN_FULL = 1; // C_ARG0 is the bin
export const MISS = 2; // C_MISS is the kind of the miss

/** The kinds of misses, each with its arguments. */
export const MISS_LIST = 1; // none; lists are missing for the row
export const MISS_TREE = 2; // tree
export const MISS_UPDATE = 3; // update, id
export const MISS_BITS = 4; // column, id
export const MISS_PLAN = 5; // ranks of values, ranks of floors
export const MISS_RENUMBER = 6; // plan, column, id
export const MISS_MENTIONS = 7; // family, id
export const MISS_SHAPE = 8; // family, id, self, other
export const MISS_ORDER = 9; // rank of the order
export const MISS_SWAP = 10; // two members
export const MISS_RENAME = 11; // row of renamings, family, id
export const MISS_NODES = 12; // none; the table of pairs is too full
export const MISS_ROOM = 13; // none; more steps are enabled in one state than there is room for

/** Entries of the table of mentions, besides 0: what is known of a value. */
export const WITHOUT_MEMBERS = 1;
export const WITH_MEMBERS = 2;

/** The header of a store's memory, at these byte addresses: 32-bit numbers. */
export const S_WORDS = 1024; // size of a row in 32-bit words
export const S_STRIDE = 1028; // bytes of a stored row and its parent
export const S_PRIORITIES = 1036; // 1: of several parents the one of least priority is kept
export const S_FINGERPRINTS = 1040; // 1: tables hold 64-bit hashes, and rows of past levels are forgotten
export const S_BUMP = 1044; // byte address of the unused part of the heap
export const S_END = 1048; // byte address of the heap's end
export const S_FREE_BLOCKS = 1052; // first free block of rows, or 0
export const S_FREE_PRIORITIES = 1056; // first free block of priorities, or 0
export const S_HEAP_LOCK = 1060;
export const S_BUDGET = 1064; // pages of 4,096 bytes that heap and tables may take together
export const S_USED = 1068; // pages that they take
export const S_FULL = 1072; // 1 once room was refused
export const S_HEAP = 1076; // byte address of the heap
export const S_STAGED = 1080; // by thread: the bytes of its stages that were written to so far, all memories together
export const S_SHARDS = 4096; // the shards' heads, SHARD_BYTES each, with the fields D_… at these offsets
export const SHARD_BYTES = 64;
export const D_LOCK = 0;
export const D_COUNT = 4; // number of rows
export const D_TABLE = 8; // byte address of the hash table
export const D_SIZE = 12; // log2 of its number of slots; of fingerprints, that number
export const D_NEW = 16; // first row found since the last level ended
export const D_DIRECTORY = 20; // byte address: address of the block of each 256 rows
export const D_PRIORITIES = 24; // byte address: address of the block of each 1,024 priorities
export const D_TABLE_ROOM = 28; // bytes that the hash table may take
export const PRIORITY_ROWS_BITS = 10;
export const PRIORITY_BLOCK_BYTES = 4096;
