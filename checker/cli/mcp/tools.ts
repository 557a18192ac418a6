/** The tools that `popcheck mcp` offers: what each is for, and what it takes. `tool-runs.ts` says what each does. */
import { z } from "zod";
import { FORMAT_NAMES } from "../../../traces/formats/formats.js";

/** The bounds of every call, as the server was started with them. */
export interface Bounds {
  /** The folder that files must lie below: an absolute path. */
  readonly folder: string;
  /** The greatest number of distinct states of a call. */
  readonly maxStates: number;
  /** The seconds that a call may take. */
  readonly seconds: number;
  /** The bytes that the process of a call may take. */
  readonly memory: number;
}

const model = z
  .string()
  .describe(
    "a built-in model (describe without a model lists them), or the path of a TypeScript file that exports one",
  );
const parameters = z
  .record(z.string(), z.union([z.string(), z.number(), z.boolean()]))
  .optional()
  .describe('values of the model\'s parameters, as {"kernels": 2}; the others have their defaults');
const ofModel = { model, parameters };

const limits = {
  maxStates: z.int().positive().optional().describe("stop after so many distinct states; at most the server's bound"),
  seconds: z.number().positive().optional().describe("stop after so many seconds; at most the server's bound"),
};

const run = {
  initial: z.int().nonnegative().optional().describe("the number of the initial state to begin at, from 0; default 0"),
  steps: z
    .array(z.union([z.string(), z.int().positive()]))
    .optional()
    .describe("the steps to take from there: names as `step` prints them, or their numbers, from 1"),
};

/** The tools, by name. */
export const TOOLS = {
  describe: {
    title: "Describe a model",
    about:
      "Lists the built-in models; or tells a model's parameters, properties, processes, channels, assumptions and receive tables.",
    input: z.strictObject({ model: model.optional(), parameters }),
  },
  check: {
    title: "Check a model exhaustively",
    about:
      "Explores every reachable state, within the bounds, and decides the properties. An incomplete search is no pass: then nothing holds, but what is violated is violated.",
    input: z.strictObject({
      ...ofModel,
      properties: z.array(z.string()).optional().describe("the names of the properties to decide; default: all"),
      symmetry: z.boolean().optional().describe("take interchangeable members for the same; default: true"),
      stopAtFirst: z.boolean().optional().describe("end at the first violation; default: false"),
      ...limits,
    }),
  },
  smoke: {
    title: "Look for violations at random",
    about:
      "Takes random walks for some seconds (5, or as `seconds` says). It finds many violations fast in models that are too large to check, and never says that an invariant or a liveness property holds.",
    input: z.strictObject({
      ...ofModel,
      properties: z.array(z.string()).optional().describe("the names of the properties to look at; default: all"),
      seed: z.int().nonnegative().optional().describe("the same seed, model and options give the same walks"),
      seconds: limits.seconds,
    }),
  },
  trace: {
    title: "Show a counterexample",
    about:
      "Checks one property, and returns the shortest run that violates it, step by step; or shows a trace that was saved in a file.",
    input: z.strictObject({
      model: model.optional(),
      parameters,
      property: z.string().optional().describe("the name of the property; needed with `model`"),
      file: z.string().optional().describe("a saved trace, instead of a model"),
      format: z
        .enum(["text", ...FORMAT_NAMES])
        .optional()
        .describe("how it is written; default: text"),
      ...limits,
    }),
  },
  step: {
    title: "Step through a model",
    about:
      "Takes the given steps from an initial state, and tells the state, the steps that can be taken there with what each changes, and the properties. With `find` or `violation` it then goes the shortest way on to such a state.",
    input: z.strictObject({
      ...ofModel,
      ...run,
      find: z.string().optional().describe('a condition on states, as `copy[K1].page = "Modified"`'),
      violation: z.string().optional().describe("the name of a property to go to a violation of"),
      maxStates: limits.maxStates,
    }),
  },
  why: {
    title: "Why is a step not possible, or a property false",
    about:
      "After the given steps: why the other steps cannot be taken, each with the read that closed its guard; and what the properties say there.",
    input: z.strictObject({
      ...ofModel,
      ...run,
      about: z.string().optional().describe("only steps in whose line this word occurs, as `K1` or `Invalid`"),
      property: z.string().optional().describe("only properties with this in their names"),
    }),
  },
} as const;

export type ToolName = keyof typeof TOOLS;

/** What a tool is given. */
export type ToolInput<Name extends ToolName> = z.output<(typeof TOOLS)[Name]["input"]>;

/** What a tool returns: text for who reads, and the same as data for who computes. */
export interface ToolResult {
  readonly text: string;
  readonly data: Readonly<Record<string, unknown>>;
}

/**
 * Whose mistake an error is: of the call (`usage`), of the model (`model`: it cannot be loaded, or a function breaks
 * its contract), of popcheck (`defect`); or the call took longer than it may (`timeout`), or was cancelled
 * (`cancelled`).
 */
export type ErrorKind = "usage" | "model" | "defect" | "timeout" | "cancelled";

/** An error of a call as data. */
export interface ToolError {
  readonly kind: ErrorKind;
  /** What is wrong, where, and what to do. */
  readonly message: string;
}
