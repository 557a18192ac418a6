/**
 * The sizes that other rooms share with the hot loops, and the reference that is no row's. They come from the layout,
 * which two compilers read; its offsets stay in this room, behind views: `Header`, `Context`, `Bins`,
 * `TransitionRecords`, `StoreHeader`, `Shard`.
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
