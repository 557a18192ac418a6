/** `popcheck describe MODEL`: its parameters, properties, processes, channels and receive tables. */
import { align, columnWidths, foldAfter, padTo, widthOf } from "../../../traces/text/columns.js";
import { shown } from "../../../traces/text/shown.js";
import { instantiate } from "../../api/request.js";
import { capacitiesInWords } from "../../model/capacity.js";
import { fairnessInWords } from "../../model/fairness.js";
import type { Instance } from "../../model/instance.js";
import type { Parameter, Parameters } from "../../model/parameters.js";
import { channelsInWords, processesInWords } from "../../model/process-words.js";
import { type DescribedTable, shownTables } from "../../model/table.js";
import { format } from "../../model/value.js";
import type { NamedModel } from "../../models/models.js";
import { EXIT } from "../../reports/exit-status.js";
import { type Look, lookOf } from "../../reports/terminal.js";
import { givenParameters, kebabCase } from "../args/options.js";

export function describeCommand(named: NamedModel, argv: Readonly<Record<string, unknown>>): number {
  const instance = instantiate(named.model, givenParameters(named.model.parameters, argv));
  const text = descriptionOf(instance, lookOf(process.stdout));
  process.stdout.write(`${text.split("\n").map(shown).join("\n")}\n`);
  return EXIT.holds;
}

/** Returns everything that a model says of itself with these parameters. */
export function descriptionOf(instance: Instance, look: Look): string {
  const { model, parameters } = instance;
  const sections: (readonly string[])[] = [
    foldAfter(`${model.name}: `, model.about, look.width),
    section("Parameters", parameterLines(model.parameters, instance, look)),
    section("Constants", constantLines(instance, look)),
    section("Properties", propertyLines(instance, look)),
    section("Processes", [...folded(processesInWords(instance), look), ...drawnLines(instance, look)]),
    section("Channels", folded(channelsInWords(instance), look)),
    section("Capacities", folded(capacitiesInWords(instance.layout), look)),
    section(
      "Assumptions",
      instance.assumptions.flatMap((line) => foldAfter("  ", line, look.width)),
    ),
    section("Constraints", constraintLines(instance, look)),
    section(
      "Fairness",
      fairnessInWords(instance).flatMap((line) => foldAfter("  ", line, look.width)),
    ),
    ...shownTables(instance.tables, model.table?.(parameters)).map(({ name, table }) =>
      section(`Receive table ${name ?? ""}`.trim(), [...overview(table), "", ...sentences(table, look)]),
    ),
  ];
  return sections
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join("\n"))
    .join("\n\n");
}

function constraintLines({ constraints }: Instance, look: Look): string[] {
  return folded(
    constraints.map(({ name, kind, says }) => [name, kind, says]),
    look,
  );
}

/** Tells where processes and channels are from that the model does not declare itself. */
function drawnLines({ model }: Instance, look: Look): string[] {
  return model.drawnFrom === undefined ? [] : foldAfter("  ", model.drawnFrom, look.width);
}

function constantLines({ layout }: Instance, look: Look): string[] {
  return folded(
    [...layout.constants].map(([{ name }, value]) => [name, format(value)]),
    look,
  );
}

function section(heading: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : [heading, ...lines];
}

/** Lays out rows whose last column is folded, or stands beneath the others if they leave it no room. */
function folded(rows: readonly (readonly string[])[], look: Look): string[] {
  const widths = columnWidths(rows);
  return rows.flatMap((row) => {
    const [text = "", ...others] = [...row].reverse();
    const cells = others.reverse();
    const label = `  ${cells.map((cell, column) => padTo(cell, widths[column]! + 2)).join("")}`;
    const beneath = look.width !== undefined && widthOf(label) > look.width / 2;
    const lines = beneath
      ? [`  ${cells.join("  ")}`, ...foldAfter("      ", text, look.width)]
      : foldAfter(label, text, look.width);
    return lines.map((line) => line.trimEnd());
  });
}

function parameterLines(parameters: Parameters, instance: Instance, look: Look): string[] {
  const rows = Object.entries(parameters).map(([name, parameter]) => [
    `--${kebabCase(name)}`,
    typeOf(parameter),
    defaultOf(name, parameter, instance),
    parameter.about,
  ]);
  return folded(rows, look);
}

function typeOf(parameter: Parameter): string {
  if (parameter.kind === "integer") return `integer, ${parameter.min} to ${parameter.max}`;
  if (parameter.kind === "text") return parameter.shape;
  return parameter.kind === "flag" ? "flag" : `one of ${parameter.values.join(", ")}`;
}

/** Returns the declared default of a parameter, and the value in force if a preset or the user says otherwise. */
function defaultOf(name: string, parameter: Parameter, { parameters }: Instance): string {
  const shown = (value: unknown) => (typeof value === "boolean" ? (value ? "on" : "off") : String(value));
  const [declared, inForce] = [shown(parameter.default), shown(parameters[name])];
  return declared === inForce ? `default ${declared}` : `default ${declared}, here ${inForce}`;
}

function propertyLines({ properties }: Instance, look: Look): string[] {
  return folded(
    properties.map(({ name, kind, says }) => [name, kind, says]),
    look,
  );
}

const MARK = { rule: "·", impossible: "✗" } as const;

/** Returns the table in short: which cells have a rule, and which are impossible. */
function overview({ rows, columns, cells }: DescribedTable): string[] {
  const mark = (row: string, column: string) =>
    cells[row]![column]!.kind === "impossible" ? MARK.impossible : MARK.rule;
  const head = ["", ...columns];
  const body = rows.map((row) => [
    row,
    ...columns.map((column) => " ".repeat(Math.floor((widthOf(column) - 1) / 2)) + mark(row, column)),
  ]);
  return [
    ...align([head, ...body].map((cells) => [...cells, "|"])).map((line) => `  ${line.slice(0, -1)}`.trimEnd()),
    `  ${MARK.rule} has a rule   ${MARK.impossible} impossible: its message would be an unspecified reception`,
  ];
}

/** Returns the sentence of each cell, by rows. */
function sentences({ rows, columns, cells }: DescribedTable, look: Look): string[] {
  const width = Math.max(...columns.map(widthOf));
  return rows.flatMap((row) => [
    `  ${row}`,
    ...columns.flatMap((column) => {
      const { kind, says } = cells[row]![column]!;
      const label = `    ${padTo(column, width)}  ${kind === "impossible" ? `${MARK.impossible} impossible: ` : ""}`;
      return foldAfter(label, says, look.width);
    }),
  ]);
}
