/**
 * Where processes can stand, as a model says it: the values of a variable's headline or, without a headline, of the
 * variable itself. Pictures colour by them, so they come from the model and not from what a run happens to meet.
 */
import { isRecord } from "immutable";
import type { Values } from "./bound.js";
import type { AnyModel } from "./model.js";
import type { ParameterValues } from "./parameters.js";
import type { Layout } from "./state.js";
import type { DescribedTable } from "./table.js";
import { type AnyRecord, format } from "./value.js";

interface Standing {
  readonly model: AnyModel;
  readonly layout: Layout;
  readonly initial: readonly Values[];
}

/**
 * Returns, by variable, the standings in the order of their colours: the declared ones; or else the rows of each
 * receive table that knows an initial standing, and the initial standings. A run may meet others.
 */
export function standingsOf(
  of: Standing & { readonly parameters: ParameterValues; readonly tables: readonly DescribedTable[] },
): Readonly<Record<string, readonly string[]>> {
  const { model, parameters, layout } = of;
  const declared = model.standings ?? {};
  const described = model.table?.(parameters);
  const tables = [...of.tables, ...(described === undefined ? [] : [described])];
  const variables = layout.variables.filter((name) => name in declared || name in (model.headline ?? {}));
  return Object.fromEntries(
    variables.map((variable) => {
      const initial = initialStandings(of, variable);
      const rows = tables.filter(({ rows }) => initial.some((name) => rows.includes(name))).flatMap(({ rows }) => rows);
      return [variable, declared[variable] ?? [...new Set([...rows, ...initial])]];
    }),
  );
}

/** Returns where a variable stands in the initial states, each standing once. */
export function initialStandings({ model, layout, initial }: Standing, variable: string): string[] {
  const family = layout.familyOf(variable);
  const headline = model.headline?.[variable];
  const names = new Set<string>();
  for (const values of initial) {
    for (const [slot, value] of values.entries()) {
      if (layout.slots[slot]!.family !== family) continue;
      const own = headline !== undefined && isRecord(value) ? (value as AnyRecord).get(headline) : value;
      if (own !== null && own !== undefined && !isRecord(own)) names.add(format(own));
    }
  }
  return [...names];
}
