/**
 * The sizes that the rooms outside share with the hot loops, and the numbers that stand for none. They come from the layout, which two compilers
 * read; its offsets stay in this room, behind views: `Header`, `Context`, `Bins`, `TransitionRecords`, `StoreHeader`, `Shard`.
 */
export {
  BIN_ROWS,
  BLOCK_BITS,
  BLOCK_ROWS,
  DEGREES,
  GROUP_IDS,
  ID_BITS,
  NO_PARENT,
  PRIORITY_ROWS_BITS,
  SHARD_BITS,
  SHARDS,
  SLOT_GROUP,
  STAGE_ROWS,
  TAG_SHIFT,
} from "./layout.js";
