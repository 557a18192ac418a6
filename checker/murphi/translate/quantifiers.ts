/** What quantifiers range over. */
import { boundsOf, type Expression, type Quantifier } from "../syntax.js";
import { type Code, codeOf } from "./code.js";
import type { Context } from "./context.js";
import { INTEGER, type SimpleTarget } from "./target-types.js";
import { countingHelper, intervalOf, listText } from "./values.js";

export interface Counted {
  /** The text of the list of values, which has methods. */
  readonly list: string;
  /** The name in the translation. */
  readonly name: string;
  readonly type: SimpleTarget;
  /** Whether the list may have no end, which is an error. */
  readonly canFault: boolean;
  /** Whether the values are those of a type. */
  readonly isOfType: boolean;
}

/** Returns the code of an expression. */
type ValueOf = (context: Context, of: Expression) => Code;

/**
 * Declares the name of a quantifier, and returns what it ranges over.
 * @param isAssigned whether a loop writes the name
 */
export function countedOver(context: Context, of: Quantifier, valueOf: ValueOf, isAssigned = false): Counted {
  const range = rangeOf(context, of, valueOf);
  const name = context.env.fresh(of.name);
  const { type } = range;
  const interval = isAssigned ? undefined : (range.interval ?? intervalOf(type));
  if (isAssigned) {
    const root = { kind: "local", text: name } as const;
    const slot = context.pass.newSlot();
    const place = { root, steps: [], type: INTEGER, slot, isWritable: true, written: of.name, canFault: false };
    context.flow.write({ ...place, type });
    context.env.names.set(of.name, {
      kind: "place",
      place: { ...place, type: range.isOfType ? type : INTEGER },
      isStable: false,
    });
  } else {
    context.env.names.set(of.name, { kind: "value", code: codeOf(name, type, { interval, isStable: true }) });
  }
  return { ...range, name };
}

function rangeOf(
  context: Context,
  of: Quantifier,
  valueOf: ValueOf,
): Omit<Counted, "name"> & { readonly interval?: readonly [number, number] } {
  if ("type" in of) {
    const type = context.file.types.typeIn(context.env, of.type, of.name) as SimpleTarget;
    return { list: listText(context, type), type, canFault: false, isOfType: true };
  }
  const bounds = boundsOf(of).map((each) => valueOf(context, each));
  const [low, high, step] = bounds.map(({ interval }) => interval ?? ([-Infinity, Infinity] as const));
  const interval = [Math.min(low![0], high![0]), Math.max(low![1], high![1])] as const;
  const texts = bounds.map(({ text }) => text).join(", ");
  const common = { type: INTEGER, isOfType: false, interval };
  const isByOne = step === undefined || (step[0] === 1 && step[1] === 1);
  // In CMurphi's language there may be nothing to count.
  const isUpwards = isByOne && (context.pass.isCMurphi || low![1] <= high![0]);
  if (isUpwards)
    return {
      ...common,
      list: `${context.pass.helper("range")}(${bounds[0]!.text}, ${bounds[1]!.text})`,
      canFault: false,
    };
  return { ...common, list: `${countingHelper(context)}(${texts})`, canFault: true };
}
