/**
 * The format of a trace's file as a schema. Types and sentences stand here once: files are validated by it,
 * docs/reference/trace.schema.json is made of it, and docs/reference/trace.md describes it field by field. parse.ts
 * checks what concerns several fields.
 */
import * as z from "zod/mini";
import { TRACE_FORMAT } from "../trace.js";

/** What a part of the format means, for readers of the JSON Schema; an `id` makes the part a definition there. */
const meanings = z.registry<{ id?: string; description: string }>();

/** A text that may be the name of a field; names that begin with # belong to ITF. */
const fieldName = z.string().check(z.regex(/^(?!#)/));

const bigint = z
  .strictObject({ "#bigint": z.string().check(z.regex(/^-?[0-9]+$/)) })
  .register(meanings, { description: "a whole number" });
const set = z.strictObject({ "#set": z.array(z.lazy(() => value)) }).register(meanings, { description: "a set" });
const tuple = z.strictObject({ "#tup": z.array(z.lazy(() => value)) }).register(meanings, { description: "a tuple" });
const map = z
  .strictObject({ "#map": z.array(z.tuple([z.lazy(() => value), z.lazy(() => value)])) })
  .register(meanings, {
    description: "a map, as pairs of key and value; a bag of messages maps each to how many there are",
  });
const record = z
  .record(
    fieldName,
    z.lazy(() => value),
  )
  .register(meanings, { description: 'a record by its fields; {"tag": "None", "value": "U_OF_UNIT"} is no value' });

/** A value of a model in ITF. */
const value: z.ZodMiniType = z
  .union([z.string(), z.boolean(), bigint, record, set, map, z.array(z.lazy(() => value)), z.number(), z.null(), tuple])
  .register(meanings, { id: "value", description: "a value in ITF" });

const place = z
  .union([z.string(), z.strictObject({ "#tup": z.array(z.string()) })])
  .register(meanings, { id: "place", description: "a member, or the members of a pair" });

const family = z
  .strictObject({ "#map": z.array(z.tuple([place, value])), "#family": z.literal(true) })
  .register(meanings, { id: "family", description: "what a variable holds at each of its places" });

/** What a variable holds in a state. */
const held = z.union([family, value]);

const parameters = z.record(z.string(), z.union([z.string(), z.number(), z.boolean()]));
const naturalNumber = () => z.int().check(z.nonnegative());

const property = z.looseObject({
  name: z.string().register(meanings, { description: "its name in the model" }),
  kind: z
    .string()
    .register(meanings, { description: "as in the JSON of a check: `invariant`, `no deadlock`, `leads to`, …" }),
  says: z.string().register(meanings, { description: "its sentence" }),
});

const process = z.looseObject({
  name: z.string().register(meanings, { description: "its name" }),
  variables: z.optional(z.array(z.string())).register(meanings, {
    description: "the variables that are its own, besides its places of others",
  }),
});

const end = z.union([naturalNumber(), z.string(), z.array(z.tuple([z.string(), z.string()]))]).register(meanings, {
  id: "end",
  description: "an index of the channel's places, from 0 on; a process; or pairs of a message's text and a process",
});

const ends = z.looseObject({
  from: z.optional(end).register(meanings, { description: "who sends" }),
  to: z.optional(end).register(meanings, { description: "who receives" }),
  empty: z.optional(value).register(meanings, { description: "of a field: its value when it holds no message" }),
  payload: z.optional(z.array(z.string())).register(meanings, {
    description: "of a field: the fields of the record that hold what the message carries",
  }),
  kind: z.optional(z.string()).register(meanings, {
    description: "of a bag or a queue: the field that says what a message it is, if that is not `kind`",
  }),
  slots: z.optional(z.array(z.looseObject({ field: z.string(), payload: z.array(z.string()) }))).register(meanings, {
    description: "of a channel that is several fields of a record: each, with the fields that its message carries",
  }),
});

const text = () => z.optional(z.string());
const texts = () => z.array(z.string());
const numbers = () => z.array(naturalNumber());
const when = () => z.optional(z.enum(["before", "after"]));

const cause = z.looseObject({
  reads: z
    .array(z.looseObject({ place: z.string(), value: z.string(), when: when() }))
    .register(meanings, { description: "the places that were read; of a step, before or after it, or both" }),
  repairs: z
    .array(z.array(z.looseObject({ place: z.string(), values: texts().check(z.minLength(1)), when: when() })))
    .register(meanings, { description: "the smallest sets of places with other values of which the property holds" }),
  most: naturalNumber().register(meanings, { description: "sets of up to so many places were tried" }),
});

const race = z.looseObject({
  orders: z
    .array(
      z.looseObject({
        first: naturalNumber(),
        second: z.optional(naturalNumber()),
        pending: text(),
        nearest: z.boolean(),
      }),
    )
    .register(meanings, {
      description: "the run takes `first` before `second`, or before it receives a message under way: `pending`",
    }),
  superfluous: numbers().register(meanings, { description: "the steps without which the others violate it, too" }),
  farthest: z.optional(naturalNumber()).register(meanings, {
    description: "steps that are further apart were not tried; left out if all were",
  }),
});

const neverTaken = z.looseObject({
  name: z.string().register(meanings, { description: "its name" }),
  by: text().register(meanings, { description: "whose step it is, if the action says so" }),
  fair: z.optional(z.enum(["weak", "strong"])).register(meanings, { description: "left out if it is not fair" }),
  counts: z
    .optional(z.array(z.looseObject({ name: z.string(), fair: z.enum(["weak", "strong"]) })))
    .register(meanings, { description: "the fairness of steps that it may count for, with others" }),
  enabledAt: numbers().register(meanings, { description: "the states of the cycle in which it could be taken" }),
  closed: z
    .array(z.looseObject({ reason: z.string(), at: numbers() }))
    .register(meanings, { description: "the reads that close its guard, each with the states in which it does" }),
});

const meta = z.looseObject({
  format: z.literal("ITF").register(meanings, { description: "which the rest of the file is" }),
  popcheck: z.literal(TRACE_FORMAT).register(meanings, { description: "the format of what stands under the #meta" }),
  model: z.string().register(meanings, { description: "the model's name" }),
  parameters: parameters.register(meanings, { description: "the value of each parameter of the model, by name" }),
  property: property.register(meanings, { description: "what is violated" }),
  explanation: z.string().register(meanings, { description: "what is wrong at the end, in the protocol's words" }),
  headline: z
    .record(z.string(), z.string())
    .register(meanings, { description: "by variable: the field that stands for its records in short" }),
  standings: z.optional(z.record(z.string(), z.array(z.string()))).register(meanings, {
    description: "by variable: where a process can stand, as far as the model says it, in the order of their colours",
  }),
  heldBack: z.optional(z.record(z.string(), z.array(z.string()))).register(meanings, {
    description: "by variable: the fields that say whose requests a record holds back, to be answered later",
  }),
  loop: z.optional(naturalNumber()).register(meanings, {
    description:
      "of a run that goes on for ever: the number of the state that its last state is again; the last itself if it stands still",
  }),
  closed: z.optional(z.array(z.looseObject({ name: z.string(), by: text(), reason: z.string() }))).register(meanings, {
    description: "of a deadlock: the steps that cannot be taken at its end, each with the read that closes its guard",
  }),
  cause: z.optional(cause).register(meanings, { description: "of a violation in one state or step: what it hung on" }),
  race: z
    .optional(race)
    .register(meanings, { description: "of a run that ends: the pairs of steps whose order decides that it violates" }),
  neverTaken: z.optional(z.array(neverTaken)).register(meanings, {
    description: "of a run that goes on for ever: the steps of who waits that its cycle does not take",
  }),
  shown: z
    .optional(z.array(z.looseObject({ expression: z.string(), values: z.array(z.string()) })))
    .register(meanings, {
      description: "expressions that the user wanted to see, each with its values by number of the state",
    }),
  channels: z.array(z.string()).register(meanings, { description: "the variables that hold messages in flight" }),
  processes: z.optional(z.array(process)).register(meanings, {
    description: "the processes, if the model declares them, in the order in which pictures show them",
  }),
  ends: z.optional(z.record(z.string(), ends)).register(meanings, {
    description: "by channel, which is a variable or a field as in `node.request`: who sends and who receives",
  }),
});

const step = z.looseObject({
  index: naturalNumber().register(meanings, { description: "the number of the state, from 0 on" }),
  action: z.string().register(meanings, { description: "`initial`, or the name of the action that led here" }),
  binding: z.record(z.string(), z.string()).register(meanings, { description: "the values of the action's names" }),
  chosen: z
    .optional(z.record(z.string(), z.string()))
    .register(meanings, { description: "the values that the step has chosen, by the names of the choices" }),
  message: z.optional(value).register(meanings, { description: "the message that the action received" }),
  cell: z
    .optional(z.string())
    .register(meanings, { description: "the cell of the receive table that decided: `Shared × Invalid`" }),
  says: z
    .optional(z.string())
    .register(meanings, { description: "the sentence of the paper that the step carries out" }),
  choice: naturalNumber().register(meanings, {
    description:
      "which successor of the state before this is, in the order of the reference semantics; of the initial states for the first",
  }),
  unspecified: z
    .optional(z.string())
    .register(meanings, { description: "why the step could not be taken: nothing says what to do with the message" }),
  refused: z.optional(z.looseObject({ channel: z.string(), place: z.string() })).register(meanings, {
    description: "of such a step: the channel, and the place of it, in which the message lies",
  }),
  threw: z
    .optional(z.string())
    .register(meanings, { description: "what a function of the model threw instead of taking the step, and where" }),
  failed: z
    .optional(z.string())
    .register(meanings, { description: "which assertion failed instead, in which function, and where" }),
  by: z.optional(z.string()).register(meanings, { description: "whose step it is, if the action says so" }),
});

const state = z.catchall(z.object({ "#meta": step }), held);

export const traceSchema = z.looseObject({
  "#meta": meta,
  vars: z.array(z.string()),
  states: z.array(state).check(z.minLength(1)),
});

/** Returns the format as JSON Schema, for other tools to validate by. */
export function jsonSchemaOfTraces(): object {
  return z.toJSONSchema(traceSchema, { metadata: meanings, io: "input" });
}

/** What is wrong with a file, and where. The message follows the name of the place: `is missing`. */
export interface Flaw {
  readonly path: readonly PropertyKey[];
  readonly message: string;
}

/** Returns the first flaw of a trace; undefined if it fits the schema. */
export function firstFlaw(json: unknown): Flaw | undefined {
  const { error } = traceSchema.safeParse(json, { reportInput: true });
  const [issue] = error?.issues ?? [];
  return issue && flawOf(issue, []);
}

/**
 * Returns the flaw of an issue. If a value may have several forms, the flaw is that of the form that the value comes
 * nearest to, in which the flaw lies deepest. A form whose mark is missing was not meant, and weighs nothing. A mark
 * that is no name of a field is reported only if nothing better can be said.
 */
function flawOf(issue: z.core.$ZodIssue, above: readonly PropertyKey[]): Flaw & { readonly weight: number } {
  const path = [...above, ...issue.path];
  if (issue.code !== "invalid_union") return { path, message: inWords(issue), weight: weightOf(issue, path) };
  const flaws = issue.errors.flatMap(([first]) => (first ? [flawOf(first, path)] : []));
  const inside = flaws.filter((flaw) => flaw.path.length > path.length && flaw.weight > 0);
  const [deepest] = inside.sort((a, b) => b.weight - a.weight);
  const message = issue.input === undefined ? "is missing" : "is no value of a model";
  return deepest ?? { path, message, weight: path.length };
}

function weightOf(issue: z.core.$ZodIssue, { length }: readonly PropertyKey[]): number {
  if (issue.code === "invalid_key") return length - 0.5;
  const isMark = String(issue.path.at(-1)).startsWith("#") && issue.path.at(-1) !== "#meta";
  return issue.code === "invalid_type" && issue.input === undefined && isMark ? 0 : length;
}

const KINDS: Readonly<Record<string, string>> = {
  string: "no text",
  int: "no whole number",
  number: "no number",
  array: "no list",
  tuple: "no pair",
  object: "no object",
  record: "no object",
};

function inWords(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case "invalid_type":
      return issue.input === undefined ? "is missing" : `is ${KINDS[issue.expected] ?? "damaged"}`;
    case "invalid_value":
      return `is not ${issue.values.map((value) => JSON.stringify(value)).join(" or ")}`;
    case "invalid_format":
      return "is no whole number";
    case "invalid_key":
      return "is no name of a field";
    case "unrecognized_keys":
      // A value with this mark that could also be another map has a place that is none, or a mark other than true.
      if (issue.keys.includes("#family")) return "is no map from places to values";
      return `has ${issue.keys.map((key) => `"${key}"`).join(", ")}, which does not belong there`;
    case "too_small":
      return issue.origin === "array" ? "is too short" : "is below 0";
    default:
      return "is damaged";
  }
}
