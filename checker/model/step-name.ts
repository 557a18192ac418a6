/**
 * Names a step: `App_Read(K1)`, or `Receive(K1→K2)` if its binding has the names `from` and `to`. A value that is null
 * is left out.
 */
export function nameOfStep(action: string, binding: Readonly<Record<string, string>>): string {
  const { from, to, ...others } = binding;
  const ends = from !== undefined && to !== undefined ? [`${from}→${to}`] : [from, to];
  const values = [...ends, ...Object.values(others)].filter((value) => value !== undefined && value !== "null");
  return values.length === 0 ? action : `${action}(${values.join(", ")})`;
}
