/** What each tool of `popcheck mcp` does. It runs in a process of its own, which ends with the call. */
import { FORMATS } from "../../../traces/formats/formats.js";
import { textOfTrace } from "../../../traces/text/text.js";
import { lengthOf, type Trace } from "../../../traces/trace.js";
import { type CheckOptions, check, instantiate } from "../../api/index.js";
import { UsageError } from "../../errors.js";
import { Session } from "../../explorer/session.js";
import type { WalkView } from "../../explorer/view.js";
import { builtInNames, isModelName, isPath, loadModel, type NamedModel } from "../../models/models.js";
import { jsonOf } from "../../reports/json.js";
import { reportOf } from "../../reports/report.js";
import { type Look, plain } from "../../reports/terminal.js";
import type { Outcome } from "../../search/outcome.js";
import { kebabCase } from "../args/options.js";
import { recordedTrace } from "../args/trace-file.js";
import { descriptionOf } from "../commands/describe.js";
import { enabledLines, judgementLines, searchLines, stateLines, whyLines } from "../commands/step-text.js";
import { insideFolder, refuseOutside } from "./inside-folder.js";
import type { Bounds, ToolInput, ToolName, ToolResult } from "./tools.js";

/** Text for a reader who has no terminal: lines are not folded. */
const LOOK: Look = plain;

/** The seconds that random walks take if nobody says. */
const SMOKE_SECONDS = 5;

type Runs = { readonly [Name in ToolName]: (input: ToolInput<Name>, bounds: Bounds) => Promise<ToolResult> };

const runs: Runs = { describe, check: checkTool, smoke, trace, step, why };

/**
 * Runs a tool.
 * @param input what the tool takes, as its schema has accepted it
 * @throws UsageError, LoadError, FunctionError, BadTrace or Disagreement
 */
export function runTool(name: ToolName, input: unknown, bounds: Bounds): Promise<ToolResult> {
  return runs[name](input as never, bounds);
}

/** Loads a built-in model, or one in a file below the folder. */
async function loaded(reference: string, { folder }: Bounds): Promise<NamedModel> {
  if (isModelName(reference) || !isPath(reference)) return loadModel(reference);
  const file = insideFolder(folder, reference);
  return loadModel(file, (source) => refuseOutside(folder, file, source));
}

async function describe({ model, parameters = {} }: ToolInput<"describe">, bounds: Bounds): Promise<ToolResult> {
  if (model === undefined) {
    if (Object.keys(parameters).length > 0) throw new UsageError("parameters are those of a model: name one");
    const models = await Promise.all(
      builtInNames.map(async (name) => ({ name, about: (await loadModel(name)).model.about })),
    );
    return { text: models.map(({ name, about }) => `${name}: ${about}`).join("\n"), data: { models } };
  }
  const instance = instantiate((await loaded(model, bounds)).model, parameters);
  const { name, about, parameters: declared } = instance.model;
  return {
    text: descriptionOf(instance, LOOK),
    data: {
      ...{ name, about },
      parameters: Object.entries(declared).map(([name, parameter]) => ({
        name,
        ...parameter,
        inForce: instance.parameters[name],
      })),
      properties: instance.properties.map(({ name, kind, says }) => ({ name, kind, says })),
      variables: Object.keys(instance.model.variables(instance.parameters)),
    },
  };
}

async function checkTool(input: ToolInput<"check">, bounds: Bounds): Promise<ToolResult> {
  const { model, properties, symmetry, stopAtFirst } = input;
  const outcome = await check(await loaded(model, bounds), {
    ...searchOptions(input, bounds),
    ...given({ properties, symmetry, stopAtFirst }),
  });
  return outcomeOf(outcome, input);
}

async function smoke(input: ToolInput<"smoke">, bounds: Bounds): Promise<ToolResult> {
  const { model, parameters = {}, properties, seed } = input;
  const outcome = await check(await loaded(model, bounds), {
    ...{ parameters, search: "random", threads: 1, memory: bounds.memory },
    seconds:
      input.seconds === undefined ? Math.min(SMOKE_SECONDS, bounds.seconds) : within("seconds", input.seconds, bounds),
    ...given({ properties, seed }),
  });
  return outcomeOf(outcome, input);
}

async function trace(input: ToolInput<"trace">, bounds: Bounds): Promise<ToolResult> {
  const { model, property, file, format = "text" } = input;
  if ((model === undefined) === (file === undefined))
    throw new UsageError("give a model and a property, or the file of a saved trace");
  if (file !== undefined) {
    if (property !== undefined || input.parameters !== undefined)
      throw new UsageError("a saved trace has its property and its parameters: leave out `property` and `parameters`");
    return traceOf(recordedTrace(insideFolder(bounds.folder, file), "shown"), format);
  }
  if (property === undefined)
    throw new UsageError(`name the property to show a counterexample of; describe lists those of ${model}`);
  const named = await loaded(model!, bounds);
  const { kind } = instantiate(named.model, input.parameters ?? {}).propertyNamed(property) ?? {};
  const outcome = await check(named, {
    ...searchOptions(input, bounds),
    ...{ properties: [property], stopAtFirst: true },
    // A message that meets an impossible cell would end the search before.
    receptions: kind === "no unspecified reception",
  });
  const found = outcome.properties.find(({ trace }) => trace !== undefined);
  if (found !== undefined) return traceOf(found.trace!, format, true);
  return outcomeOf(outcome, input);
}

async function step(input: ToolInput<"step">, bounds: Bounds): Promise<ToolResult> {
  const { find, violation } = input;
  if (find !== undefined && violation !== undefined) throw new UsageError("give `find` or `violation`, not both");
  const session = await walked(input, bounds);
  if (find !== undefined) session.do({ do: "find", condition: find });
  if (violation !== undefined) session.do({ do: "violate", property: violation });
  while (session.searching) session.work(1000);
  const view = session.view();
  const lines = [
    ...(view.search.state === "idle" ? [] : searchLines(view, LOOK)),
    ...stateLines(view, LOOK, true),
    ...enabledLines(view, LOOK),
    ...judgementLines(view, "", LOOK),
  ];
  return {
    text: lines.join("\n"),
    data: {
      ...placeOf(view),
      enabled: view.enabled.map(({ choice, name, changes, messages, violates, notTaken }) => ({
        ...{ number: choice + 1, name, changes, messages, violates },
        ...given({ notTaken }),
      })),
      properties: view.properties,
      ...(view.search.state === "idle" ? {} : { search: view.search }),
    },
  };
}

async function why(input: ToolInput<"why">, bounds: Bounds): Promise<ToolResult> {
  const { about = "", property = "" } = input;
  const view = (await walked(input, bounds)).view();
  const lines = [
    ...stateLines(view, LOOK, true),
    ...whyLines(view, about, LOOK),
    ...judgementLines(view, property, LOOK),
  ];
  const isAsked = (texts: readonly (string | undefined)[], word: string) =>
    texts.some((text) => text?.toLowerCase().includes(word.toLowerCase()));
  return {
    text: lines.join("\n"),
    data: {
      ...placeOf(view),
      disabled: view.disabled.filter(({ name, cell, reason }) => isAsked([name, cell, reason], about)),
      properties: view.properties.filter(({ name }) => isAsked([name], property)),
    },
  };
}

/** Takes the steps of a call. @throws UsageError for a step that cannot be taken, which tells those that can */
async function walked(
  { model, parameters = {}, initial = 0, steps = [], maxStates: asked }: ToolInput<"step">,
  bounds: Bounds,
): Promise<Session> {
  const instance = instantiate((await loaded(model, bounds)).model, parameters);
  const maxStates = within("maxStates", asked, bounds);
  const session = new Session(instance, { memory: bounds.memory, maxStates });
  if (initial > 0) session.do({ do: "begin", initial });
  for (const [place, asked] of steps.entries()) {
    const { enabled } = session.view();
    const able = enabled.filter(({ choice, name }) => choice + 1 === asked || same(name, asked));
    if (able.length === 1) {
      session.do({ do: "take", choice: able[0]!.choice });
      continue;
    }
    const listed = enabled.map(({ choice, name }) => `    ${choice + 1}  ${name}`).join("\n");
    const wrong = able.length === 0 ? "cannot be taken" : "is the name of several steps: give the number";
    throw new UsageError(
      `step ${place + 1}, ${asked}, ${wrong}\n  What can be taken there:\n${listed || "    nothing"}`,
    );
  }
  return session;
}

function same(name: string, asked: string | number): boolean {
  const bare = (text: string) => text.replace(/\s+/g, " ").trim();
  return typeof asked === "string" && bare(name) === bare(asked);
}

function placeOf({ trace, at }: WalkView): Readonly<Record<string, unknown>> {
  const { "#meta": _, ...state } = trace.states[at]!;
  return { at, state };
}

function searchOptions(
  input: { parameters?: CheckOptions["parameters"]; maxStates?: number | undefined; seconds?: number | undefined },
  bounds: Bounds,
): CheckOptions {
  const { parameters = {} } = input;
  return {
    ...{ parameters, memory: bounds.memory, spill: false },
    ...{ maxStates: within("maxStates", input.maxStates, bounds), seconds: within("seconds", input.seconds, bounds) },
  };
}

/** Returns what a call asks for, or else the bound. @throws UsageError for more than the bound */
function within(name: "maxStates" | "seconds", asked: number | undefined, bounds: Bounds): number {
  if (asked !== undefined && asked > bounds[name]) {
    const may = name === "seconds" ? "take" : "ask for";
    throw new UsageError(
      `${name} is ${asked}, and a call may ${may} ${bounds[name]}\n  popcheck mcp --${kebabCase(name)} N allows more.`,
    );
  }
  return asked ?? bounds[name];
}

function outcomeOf(
  outcome: Outcome,
  { parameters = {} }: { readonly parameters?: CheckOptions["parameters"] | undefined },
): ToolResult {
  const text = reportOf(outcome, { look: LOOK, given: parameters, full: false, replay: new Map() });
  return { text, data: { ...jsonOf(outcome) } };
}

function traceOf(trace: Trace, format: string, shortest = false): ToolResult {
  const { model, property } = trace["#meta"];
  const text = format === "text" ? textOfTrace(trace, { shortest }) : FORMATS[format]!(trace);
  return { text, data: { model, ...given({ property }), steps: lengthOf(trace), format } };
}

/** Returns the fields that are not undefined. */
function given<T extends Readonly<Record<string, unknown>>>(fields: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as never;
}
