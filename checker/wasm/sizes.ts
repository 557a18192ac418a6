/**
 * The sizes, and the reference of no row, that other folders share with the hot loops. They come from the layout, which
 * two compilers read. Its offsets are used in this folder only, behind the views `Header`, `Context`, `Bins`,
 * `TransitionRecords`, `StoreHeader` and `Shard`.
 */
export {
  BIN_ROWS,
  BLOCK_BITS,
  BLOCK_ROWS,
  CHANGED_MEMBERS,
  CHANGED_PAIRS,
  CHANGED_SINGLES,
  DEGREES,
  FAMILY_BYTES,
  GROUP_IDS,
  HASH_MARGIN,
  ID_BITS,
  KEYS_BYTES,
  MEMBER_BYTES,
  MOST_MEMBERS,
  NO_PARENT,
  PRIORITY_ROWS_BITS,
  SHARD_BITS,
  SHARDS,
  SLOT_GROUP,
  SPARE_NODES,
  STAGE_ROWS,
  TAG_SHIFT,
} from "./layout.js";
