/** Mutants of whole steps: what is done not at all, or as in another row of the receive table. */
import type { Instance } from "../model/instance.js";
import { cellName, type NamedTable } from "../model/table.js";
import { stalling, withRuleOf } from "./altered-action.js";
import { type Mutant, mutantOf } from "./mutant.js";
import type { Deeds } from "./survey.js";

/** Returns the mutants of all steps that an action takes, in a cell if it has a table. */
export function stepMutants(instance: Instance, deeds: Deeds): Mutant[] {
  return [...stalls(instance, deeds), ...otherRules(instance, deeds)];
}

function stalls(instance: Instance, deeds: Deeds): Mutant[] {
  if (!deeds.steps) return [];
  const words =
    deeds.cell === undefined
      ? { says: "it never happens", asks: "Is the action needed?" }
      : { says: "the message waits instead of being handled", asks: "Need it be handled here?" };
  return [mutantOf(instance, deeds, "stall", words, (action) => stalling(action, deeds.cell))];
}

/**
 * Returns the mutants in which the cell has the rule of another row. That a cell is made impossible is none: the
 * property of unspecified receptions notices that by what it says, whatever the author's properties are.
 */
function otherRules(instance: Instance, deeds: Deeds): Mutant[] {
  const table = instance.tables.find(({ name }) => name === deeds.table);
  if (table === undefined || deeds.cell === undefined) return [];
  const [row, column] = rowAndColumn(table, deeds.cell);
  const rules = new Set<unknown>([table.cells[row]?.[column]]);
  return table.rows.flatMap((other) => {
    const cell = table.cells[other]?.[column];
    // Of several rows with one rule the first stands for all.
    if (cell?.kind !== "rule" || rules.has(cell)) return [];
    rules.add(cell);
    const instead = deeds.steps ? "" : " instead of waiting";
    const words = { says: `the message is handled as in ${other}${instead}`, asks: "Do the two states differ?" };
    const mutant = mutantOf(instance, deeds, "other-rule", words, (action) => action);
    const { name } = table;
    return [
      {
        ...mutant,
        // All actions that receive by the table do so by the changed one.
        applied: (action) => (action.reception?.table.name === name ? withRuleOf(action, row, column, other) : action),
      },
    ];
  });
}

function rowAndColumn({ rows, columns }: NamedTable, cell: string): [string, string] {
  for (const row of rows) for (const column of columns) if (cellName(row, column) === cell) return [row, column];
  throw new Error(`there is no cell ${cell}`);
}
