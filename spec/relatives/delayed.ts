/** Cells of receive tables in which a message has to wait: a kernel that is busy looks at it again later. */
import { disabled, everyCell, type Goal, type ReceiveTable, type Rule, vocabulary } from "popcheck/model";

const delayedRules = new WeakSet<object>();

/**
 * Marks a cell whose message waits in its channel until the receiver is in another state.
 * @param says the sentence that asks for it
 */
export function delayed<C, S>(says: string): Rule<C, S> {
  const rule = vocabulary<S>().rule<C>(says, () => disabled);
  delayedRules.add(rule);
  return rule;
}

/** Returns a goal for each cell by which a message can be taken: for all that are neither impossible nor delayed. */
export function everyCellThatTakes<Row extends string, Column extends string, C, S>(
  table: ReceiveTable<Row, Column, C, S>,
): Goal<S>[] {
  return table.rows.flatMap((row) => {
    const columns = table.columns.filter((column) => !delayedRules.has(table.cells[row][column]));
    return everyCell({ ...table, rows: [row], columns });
  });
}
