/** The words of a condition, each with the column that it begins in. */
import { UsageError } from "../errors.js";

export interface ConditionWord {
  readonly kind: "name" | "number" | "text" | "sign" | "end";
  readonly text: string;
  /** The column, counted from 1. */
  readonly column: number;
}

/** A condition that cannot be read. */
export class BadCondition extends UsageError {
  constructor(condition: string, column: number, what: string) {
    super(`${what}\n  ${condition}\n  ${" ".repeat(column - 1)}^`);
  }
}

const PATTERN = /\s*(?:([\p{L}_][\p{L}\p{N}_]*)|(\d+)|"([^"]*)"|(!=|<=|>=|[=<>()[\]{},.:–→]))/uy;

/** Splits a condition into words. @throws BadCondition for a sign that means nothing */
export function wordsOf(condition: string): ConditionWord[] {
  const words: ConditionWord[] = [];
  let at = 0;
  while (condition.slice(at).trim() !== "") {
    PATTERN.lastIndex = at;
    const match = PATTERN.exec(condition);
    const start = at + (condition.slice(at).length - condition.slice(at).trimStart().length);
    if (match === null)
      throw new BadCondition(condition, start + 1, `${condition[start]} means nothing in a condition`);
    const [, name, number, text, sign] = match;
    const kind = name !== undefined ? "name" : number !== undefined ? "number" : text !== undefined ? "text" : "sign";
    words.push({ kind, text: (name ?? number ?? text ?? sign)!, column: start + 1 });
    at = PATTERN.lastIndex;
  }
  return [...words, { kind: "end", text: "", column: condition.length + 1 }];
}
