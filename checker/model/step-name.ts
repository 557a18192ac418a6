/** `App_Read(K1)`; `Receive(K1→K2)` for names that are called from and to; of an optional value that is not taken, nothing. */
export function nameOfStep(action: string, binding: Readonly<Record<string, string>>): string {
  const { from, to, ...others } = binding;
  const ends = from !== undefined && to !== undefined ? [`${from}→${to}`] : [from, to];
  const values = [...ends, ...Object.values(others)].filter((value) => value !== undefined && value !== "null");
  return values.length === 0 ? action : `${action}(${values.join(", ")})`;
}
