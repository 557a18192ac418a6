/** The cells of the state, each with what leads to it: the indices of arrays, the fields of records, its message. */
import type { GlobalVariable } from "./check-declaration.js";
import { isMessage } from "./message-types.js";
import {
  type MultisetType,
  type RecordType,
  type SimpleType,
  type Type,
  type Value,
  valuesOf,
  widthOf,
} from "./types.js";

/** An index on the way to a cell. */
export interface Index {
  /** Its type; of a union, the part that the value is of. */
  readonly type: SimpleType;
  readonly value: Value;
}

/** A place in the state that may hold a message, or several. */
export interface MessagePlace {
  /** The variable, with the fields that lead to the place: `Sta.UniMsg`. */
  readonly words: string;
  /** The first cell of the place. */
  readonly cell: number;
  readonly type: RecordType | MultisetType;
  readonly indices: readonly Index[];
}

export interface GlobalCell {
  readonly cell: number;
  readonly global: GlobalVariable;
  /** The variable, with the fields that lead to the cell: `Cache.State`. */
  readonly words: string;
  readonly type: Type;
  readonly indices: readonly Index[];
  /** The message that the cell is a part of; undefined if it is part of none. */
  readonly message: MessagePlace | undefined;
}

/**
 * Returns the cells of all variables, in their order.
 * @param names the names of types
 * @param said the variables, or records in them, that hold messages, and no others; if left out, that is guessed
 */
export function globalCells(
  globals: readonly GlobalVariable[],
  names: ReadonlyMap<Type, string>,
  said?: readonly string[],
): readonly GlobalCell[] {
  const cells: GlobalCell[] = [];
  const holdsMessages = (type: RecordType | MultisetType, words: string): boolean => {
    // Of identities or permissions a multiset is a set of sharers, or a tally: nobody sends it.
    if (said === undefined)
      return type.kind === "multiset" ? type.element.kind === "record" : isMessage(type, names.get(type));
    const isNamed = said.some((name) => words === name || words.startsWith(`${name}.`));
    return isNamed && (type.kind === "multiset" || type.fields.some((field) => field.type.kind === "enum"));
  };
  for (const global of globals) {
    const walk = (
      type: Type,
      cell: number,
      words: string,
      indices: readonly Index[],
      within: MessagePlace | undefined,
    ): void => {
      if (type.kind === "array") {
        const parts = type.index.kind === "union" ? type.index.of : [type.index];
        const all = parts.flatMap((part) => valuesOf(part).map((value) => ({ type: part, value })));
        const width = widthOf(type.element);
        all.forEach((index, i) => {
          walk(type.element, cell + i * width, words, [...indices, index], within);
        });
        return;
      }
      let message = within;
      if (message === undefined && (type.kind === "record" || type.kind === "multiset") && holdsMessages(type, words))
        message = { words, cell, type, indices };
      if (type.kind !== "record") cells.push({ cell, global, words, type, indices, message });
      else
        for (const field of type.fields)
          walk(field.type, cell + field.offset, `${words}.${field.name}`, indices, message);
    };
    walk(global.type, global.cell, global.name, [], undefined);
  }
  return cells;
}
