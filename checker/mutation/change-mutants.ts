/** Mutants of what a step changes: a message that it sends, or a value that it writes. */
import { isCollection, isRecord } from "immutable";
import type { Instance } from "../model/instance.js";
import { memberInfo } from "../model/scalarset.js";
import { type AnyState, type Layout, NoSuchSlot } from "../model/state.js";
import { type AnyRecord, fieldsOf } from "../model/value.js";
import { type Edit, withChange } from "./altered-action.js";
import { Cast, type Ends, endsOf } from "./cast.js";
import { type Change, sending, withField, without } from "./changes.js";
import { type Mutant, type MutantKind, type MutantWords, mutantOf } from "./mutant.js";
import type { ChangeSeen, Deeds, Survey } from "./survey.js";
import { membersAt, placeOf, wordsOfValue } from "./words.js";

/** Returns the mutants of the changes that are made in a cell, or by an action without a table. */
export function changeMutants(instance: Instance, survey: Survey, deeds: Deeds): Mutant[] {
  return [...deeds.changes].flatMap(([words, seen]) => {
    const made: Maker = (kind, of, edit) =>
      mutantOf(instance, deeds, kind, of, (action) => withChange(action, deeds.cell, words, edit), seen.isStamp);
    if (seen.kind === "send") return sendMutants(instance, survey, deeds, seen, made);
    return writeMutants(instance, survey, deeds, seen, made);
  });
}

type Maker = (kind: MutantKind, words: MutantWords, edit: Edit) => Mutant;

const undone: Edit = ({ state, next, change }) => [without(state, next, change)];

function sendMutants(instance: Instance, survey: Survey, deeds: Deeds, seen: ChangeSeen, made: Maker): Mutant[] {
  const ends = endsOf(instance, seen.family);
  const cast = new Cast(instance, deeds.action);
  const told = cast.sending(seen, ends);
  return [
    made("drop-send", { says: told.not, asks: "Is the message needed?" }, undone),
    ...otherMessages(instance, survey, seen).map(({ words, instead }) =>
      made(
        "other-message",
        {
          says: cast.sending({ ...seen, words }, ends, ` instead of ${seen.words}`).does,
          asks: "Does it matter which?",
        },
        ({ state, next, change }) => {
          if (change.kind !== "send") return [next];
          return [sending(without(state, next, change), change.slot, instead(change.message))];
        },
      ),
    ),
    ...otherAddressees(instance.layout, seen, ends, told.astray, made),
    ...swappedEnds(instance.layout, seen, told.back, made),
  ];
}

/**
 * Returns what can be sent instead: another kind that is sent with the same fields, or the same kind with a flag the
 * other way, if it is ever sent so.
 */
function otherMessages(instance: Instance, survey: Survey, { family, value: message }: ChangeSeen) {
  const others: { readonly words: string; readonly instead: (message: unknown) => unknown }[] = [];
  const sent = [...(survey.sent.get(family)?.values() ?? [])];
  if (typeof message === "string") {
    for (const other of sent)
      if (typeof other === "string" && other !== message) others.push({ words: other, instead: () => other });
    return others;
  }
  if (!isRecord(message)) return [];
  const record = message as AnyRecord;
  const columns = new Set(instance.tables.flatMap((table) => table.columns));
  const records = sent.filter((other): other is AnyRecord => isRecord(other));
  for (const field of fieldsOf(record)) {
    const value = record.get(field);
    const isKind = typeof value === "string" && columns.has(value);
    if (!isKind && typeof value !== "boolean") continue;
    const values = new Set(
      records
        .filter((other) => (isKind ? shapeOf(other) === shapeOf(record) : textsOf(other) === textsOf(record)))
        .map((other) => other.get(field))
        .filter((other) => typeof other === typeof value && other !== value),
    );
    for (const other of [...values].sort()) {
      const instead = (of: unknown) => (of as AnyRecord).set(field, other);
      others.push({ words: wordsOfValue(instead(record), {}), instead });
    }
  }
  return others;
}

/** Returns the texts in a message, its kind among them. */
function textsOf(message: AnyRecord): string {
  return JSON.stringify(fieldsOf(message).map((field) => [message.get(field)].filter((of) => typeof of === "string")));
}

/** Returns which fields of a message are null. */
function shapeOf(message: AnyRecord): string {
  return fieldsOf(message)
    .map((field) => (message.get(field) === null ? "-" : "+"))
    .join("");
}

/** The message goes to another member than it should: any. */
function otherAddressees(layout: Layout, seen: ChangeSeen, { to }: Ends, says: string, made: Maker): Mutant[] {
  if (to === undefined) return [];
  const set = layout.declarations[layout.variables[seen.family]!]!.sets[to]!;
  // In a family by pairs of different members, the sender is no other addressee.
  const taken = layout.hasDiagonal(seen.family) ? 1 : seen.names.length;
  if (layout.sizeOf(set) - taken < 1) return [];
  return [
    made("other-addressee", { says, asks: "Does it matter who gets it?" }, ({ state, next, change }) => {
      if (change.kind !== "send") return [next];
      const members = membersAt(layout, change.slot);
      const others = layout.membersOf(set).filter((member) => member !== members[to]);
      const astray = others.flatMap((member) => {
        const slot = slotAt(layout, seen.family, members.with(to, member));
        return slot === undefined ? [] : [sending(without(state, next, change), slot, change.message)];
      });
      return astray.length === 0 ? [next] : astray;
    }),
  ];
}

/** The message goes the other way between the same two. */
function swappedEnds(layout: Layout, seen: ChangeSeen, says: string, made: Maker): Mutant[] {
  const [first, second] = layout.declarations[layout.variables[seen.family]!]!.sets;
  if (second === undefined || first !== second) return [];
  return [
    made("swap-ends", { says, asks: "Does it matter which way it goes?" }, ({ state, next, change }) => {
      const slot = slotAt(layout, seen.family, membersAt(layout, change.slot).reverse());
      if (slot === undefined || change.kind !== "send") return [next];
      return [sending(without(state, next, change), slot, change.message)];
    }),
  ];
}

function slotAt(layout: Layout, family: number, members: readonly unknown[]): number | undefined {
  try {
    return layout.slotOf(family, members);
  } catch (error) {
    if (error instanceof NoSuchSlot) return undefined;
    throw error;
  }
}

function writeMutants(instance: Instance, survey: Survey, deeds: Deeds, seen: ChangeSeen, made: Maker): Mutant[] {
  const { model, layout } = instance;
  const variable = layout.variables[seen.family]!;
  const name = placeOf(seen.place, seen.field);
  const empty = seen.field === undefined ? undefined : model.channels?.[placeOf(variable, seen.field)]?.empty;
  if (empty !== undefined && seen.value !== empty) return fieldMessages(survey, seen, name, empty, made);
  const isStanding = seen.field === model.headline?.[variable] && typeof seen.value === "string";
  const instead = isCollection(seen.value) ? "" : ` instead of becoming ${seen.words}`;
  const kind = isStanding ? "skip-state" : seen.isStamp ? "forget-stamp" : "keep-field";
  const words = { says: `${name} stays as it is${instead}`, asks: "Need it be written?" };
  return [made(kind, words, undone), ...otherMembers(instance, deeds, seen, name, made)];
}

/** A field that is a channel of capacity one is not filled, or with another message. */
function fieldMessages(survey: Survey, seen: ChangeSeen, name: string, empty: unknown, made: Maker): Mutant[] {
  const others = [...(survey.texts.get(`${seen.family}.${seen.field}`) ?? [])].filter(
    (other) => other !== empty && other !== seen.value,
  );
  return [
    made("drop-send", { says: `${seen.words} is not put into ${name}`, asks: "Is the message needed?" }, undone),
    ...others
      .sort()
      .map((other) =>
        made(
          "other-message",
          { says: `${other} is put into ${name} instead of ${seen.words}`, asks: "Does it matter which?" },
          ({ next, change }) => [written(next, change, other)],
        ),
      ),
  ];
}

/** A bound name is written where another one is meant. */
function otherMembers(
  { actions }: Instance,
  deeds: Deeds,
  { member, value }: ChangeSeen,
  name: string,
  made: Maker,
): Mutant[] {
  const of = actions.find(({ action }) => action.name === deeds.action)!.action;
  if (member === undefined) return [];
  const set = memberInfo(value as symbol)?.set;
  const others = Object.entries(of.domains).filter(([other, domain]) => other !== member && domain === set);
  return others.map(([other]) =>
    made(
      "swap-ends",
      { says: `${name} becomes ${other} instead of ${member}`, asks: "Does it matter who it is?" },
      ({ next, change, binding }) => [written(next, change, (binding as Record<string, unknown>)[other])],
    ),
  );
}

/** Returns the next state with another value in the place of a change. */
function written(next: AnyState, change: Change, value: unknown): AnyState {
  return change.kind === "field" ? withField(next, change.slot, change.field, value) : next.write(change.slot, value);
}
