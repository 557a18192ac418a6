/** Rows in blocks: what is read is what was written. */
import { describe, expect, test } from "vitest";
import { BlockReader, BlockWriter, ROWS_OF_BLOCK } from "../../checker/cluster/row-blocks.js";
import { dice } from "../support/dice.js";

describe("rows are read from a block as they were written", () => {
  test.each([1, 2, 7, 8, 9, 16, 33])("%i columns", (columns) => {
    const roll = dice(columns);
    // Values on both sides of where one more byte is needed, and of what a row has.
    const values = [0, 1, 0x7f, 0x80, 0x3fff, 0x4000, 0xffff];
    const marks = [0, 1, 0x7fffffff, 0x80000000, 0xffffffff];
    const writer = new BlockWriter(columns);
    const blocks: { bytes: Uint8Array; rows: { values: number[]; mark: number }[] }[] = [];
    for (let block = 0; block < 6; block++) {
      const rows: { values: number[]; mark: number }[] = [];
      const count = [200, 3, 190, 150, 1, 200][block]!;
      for (let i = 0; i < count; i++) {
        const before = rows.at(-1)?.values ?? Array<number>(columns).fill(0);
        const row = before.map((value) => (roll(3) === 0 ? values[roll(values.length)]! : value));
        rows.push({ values: row, mark: marks[roll(marks.length)]! });
        // What stands around the row must not matter.
        writer.add(Uint16Array.from([9, ...row, 9]), 1, rows.at(-1)!.mark);
      }
      expect(writer.rows).toBe(count);
      blocks.push({ bytes: writer.finish(), rows });
    }
    // What was written later leaves a block as it is.
    for (const { bytes, rows } of blocks) {
      const reader = new BlockReader(bytes, columns);
      for (const { values, mark } of rows) {
        const read = new Uint16Array(columns + 2);
        reader.next(read, 1);
        expect([...read]).toEqual([0, ...values, 0]);
        expect(reader.mark).toBe(mark);
      }
      expect(reader.hasMore).toBe(false);
    }
  });

  test("a block that was cut off is refused", () => {
    const writer = new BlockWriter(4);
    writer.add(Uint16Array.of(1, 2, 300, 70), 0, 5);
    const bytes = writer.finish();
    for (let length = 1; length < bytes.length; length++)
      expect(() => new BlockReader(bytes.subarray(0, length), 4).next(new Uint16Array(4), 0)).toThrow("in the midst");
  });

  test("a block is full when it has as many rows as it may have", () => {
    const writer = new BlockWriter(1);
    for (let i = 0; i < ROWS_OF_BLOCK; i++) {
      expect(writer.isFull).toBe(false);
      writer.add(Uint16Array.of(i & 1), 0, i);
    }
    expect(writer.isFull).toBe(true);
  });
});
