/** `popcheck validate MODEL LOG`: whether what an implementation logged is a run of the model. */
import { readFileSync } from "node:fs";
import { counted } from "../../../traces/text/columns.js";
import { onOneLine } from "../../../traces/text/shown.js";
import type { PlainEvent } from "../../conformance/events.js";
import { type Halted, inWords, type Refusal } from "../../conformance/refusal.js";
import { type PageValidation, type Validation, validate } from "../../conformance/validate.js";
import { UsageError } from "../../errors.js";
import type { NamedModel } from "../../models/models.js";
import { EXIT } from "../../reports/exit-status.js";
import { checkArgumentsOf } from "../args/case.js";
import { givenParameters, positiveInteger, wholeNumber } from "../args/options.js";
import { prepareFile, writeJson } from "../outputs/outputs.js";
import { noteUncheckedTypes } from "../outputs/unchecked-types.js";

export interface ValidateArguments {
  readonly [option: string]: unknown;
  readonly log: string;
  readonly missing?: string;
  readonly inOrder?: boolean;
  readonly maxStates?: string;
  readonly trace?: string;
  readonly json?: string;
}

/** Runs the command and returns the exit status: that of a safety property, which says that all logs are runs. */
export function validateCommand(named: NamedModel, argv: ValidateArguments): number {
  const { log, trace, json, inOrder = false } = argv;
  if (trace !== undefined) prepareFile("trace", trace);
  if (json !== undefined && json !== "-") prepareFile("json", json);
  noteUncheckedTypes(named);
  const { model } = named;
  const parameters = givenParameters(model.parameters, argv);
  const validation = validate(model, parameters, textOf(log), onOneLine(log), {
    inOrder,
    traces: trace !== undefined,
    ...(argv.missing === undefined ? {} : { missing: wholeNumber("missing", argv.missing) }),
    ...(argv.maxStates === undefined ? {} : { maxStates: positiveInteger("max-states", argv.maxStates) }),
  });
  const status = STATUS[validation.verdict];
  if (json !== "-") {
    const lines = reportOf(validation, { log, inOrder, model: checkArgumentsOf({ model: model.name, parameters }) });
    process.stdout.write(
      lines
        .map(
          (line) => `${onOneLine(line)}
`,
        )
        .join(""),
    );
  }
  const { pages } = validation;
  const told = pages.find(({ verdict }) => verdict === validation.verdict);
  if (trace !== undefined) writeJson("trace", trace, told?.trace);
  if (json !== undefined) {
    const untraced = { ...validation, pages: pages.map(({ trace: _, ...page }) => page) };
    const report = { format: "popcheck validation 1", log, inOrder, ...untraced, status };
    if (json === "-") process.stdout.write(`${JSON.stringify(report, undefined, 2)}\n`);
    else writeJson("json", json, report);
  }
  return status;
}

const STATUS = { run: EXIT.holds, "no run": EXIT.safety, undecided: EXIT.incomplete } as const;

function textOf(file: string): string {
  try {
    return readFileSync(file === "-" ? 0 : file, "utf8");
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const reason = code === "ENOENT" ? "there is no such file" : code === "EISDIR" ? "it is a folder" : message;
    throw new UsageError(`${file} cannot be read: ${reason}`);
  }
}

/** What was asked. */
interface Asked {
  readonly log: string;
  readonly inOrder: boolean;
  /** The model with the parameters that were given: `popcorn --stage 4.7`. */
  readonly model: string;
}

function reportOf({ pages, unlogged }: Validation, asked: Asked): string[] {
  return [
    ...pages.flatMap((page) => pageLines(page, asked)),
    ...(unlogged.length === 0 ? [] : [`  The log says that these are never logged: ${unlogged.join(", ")}.`]),
  ];
}

function pageLines(page: PageValidation, { model, log, inOrder }: Asked): string[] {
  const of = page.page === undefined ? log : `page ${page.page} of ${log}`;
  const order = inOrder ? ", in the order of its lines" : "";
  const missing =
    page.missing === 0 ? "" : `, of which ${page.missing} ${page.missing === 1 ? "event is" : "events are"} missing`;
  const steps = `${counted(page.steps, "step")}${missing}`;
  if (page.refusal === undefined)
    return [`${of} is a run of ${model}${order}: ${counted(page.events, "event")}, ${steps}`];
  const searched = `${counted(page.states, "state")} searched`;
  const verdict =
    page.verdict === "no run"
      ? `${of} is NO run of ${model}${order} (${searched})`
      : `${of}: undecided whether it is a run of ${model}${order} (${searched}; --max-states allows no more${
          inOrder ? "" : "; if the lines are in the order of time, --in-order needs fewer"
        })`;
  return [
    verdict,
    `  The longest run that was found explains ${page.explained} of ${counted(page.events, "event")}: ${steps}.`,
    ...refusalLines(page.refusal),
  ];
}

function refusalLines({ halted, standings, inFlight }: Refusal): string[] {
  const [first, ...others] = halted;
  if (first === undefined) return [];
  const sent = inFlight.map(({ process, to, message }) => `${process}→${to ?? "?"} ${inWords(message)}`);
  return [
    `  It ends at ${placeOf(first)}. There the log says of ${first.process}:`,
    `    ${eventsInWords(first.says)}`,
    ...(first.allows.length === 0
      ? [`  The model allows ${first.process} nothing there.`]
      : [`  The model allows ${first.process}:`, ...first.allows.map((events) => `    ${eventsInWords(events)}`)]),
    ...first.noRule.map((reason) => `  It has no rule for ${reason}`),
    `  The state there: ${standings.map(({ of, is }) => `${of} ${inWords(is)}`).join(", ")}`,
    ...(sent.length === 0 ? [] : [`  In flight: ${sent.join(", ")}`]),
    ...others.map((other) => `  ${other.process} is before ${placeOf(other)}: ${eventsInWords(other.says)}`),
  ];
}

function placeOf({ line, process }: Halted): string {
  return line === 0 ? `the end of ${process}'s log` : `line ${line}`;
}

/** Writes the events of a step: `receive Fetch from K2; send Copy(data 3) to K2`. */
export function eventsInWords(events: readonly PlainEvent[]): string {
  return events
    .map(({ event, from, to, message, with: details }) =>
      [
        event,
        message === undefined ? "" : inWords(message),
        details === undefined ? "" : `(${inWords(details)})`,
        from === undefined ? "" : `from ${from}`,
        to === undefined ? "" : `to ${to}`,
      ]
        .filter((word) => word !== "")
        .join(" "),
    )
    .join("; ");
}
