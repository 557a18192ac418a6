/** What next rows have other than their parents, as the bits CHANGED_…, which canonical forms ask for. */
import { C_CHANGES_AT, CHANGED_ORDINALS, H_BITS, H_COLUMN_TABLE, H_ORDINALS } from "../layout";
import { ctx } from "./shared";

/** Returns what a row has other than its parent if a column had the value `before` and has the value `after`. */
export function changesBetween(column: u32, before: u32, after: u32): u32 {
  const place = <usize>load<u32>(H_COLUMN_TABLE) + ((<usize>column) << 4);
  const changes = load<u32>(place, 4);
  if (load<i32>(H_ORDINALS) === 0) return changes;
  const bits = <usize>load<u32>(H_BITS);
  const family = load<u32>(place);
  const a = bits + <usize>(family | before) * 12;
  const b = bits + <usize>(family | after) * 12;
  const areKnown = load<u32>(a) !== 0 && load<u32>(b) !== 0;
  if (areKnown && load<u32>(a, 4) === load<u32>(b, 4) && load<u32>(a, 8) === load<u32>(b, 8)) return changes;
  return changes | CHANGED_ORDINALS;
}

/** What the next row number `made` has other than the current row. */
export function changesOf(made: i32): u32 {
  return load<u32>(<usize>load<u32>(ctx, C_CHANGES_AT) + ((<usize>made) << 2));
}

/** Notes what the next row number `made` has other than the current row. */
export function noteChanges(made: i32, changes: u32): void {
  store<u32>(<usize>load<u32>(ctx, C_CHANGES_AT) + ((<usize>made) << 2), changes);
}
