/**
 * Names a step: `App_Read(K1)`, or `Tick(K1→K2)` if its binding has the names `from` and `to`. A value that is null is
 * left out. A step that receives is named with its message: `Receive Invalid(stamp t2) K3→K1`.
 * @param message the text of the message that the step receives
 * @param way how the message's way is told, if that says more than the binding
 * @param ends the values of the binding that the way names
 */
export function nameOfStep(
  action: string,
  binding: Readonly<Record<string, string>>,
  message?: string,
  way?: string,
  ends: readonly string[] = [],
): string {
  const { from, to, ...others } = binding;
  const isWay = from !== undefined && to !== undefined;
  const named = (values: readonly (string | undefined)[]) =>
    values.filter((value) => value !== undefined && value !== "null" && !ends.includes(value)).join(", ");
  if (message === undefined) {
    const values = named([...(isWay ? [`${from}→${to}`] : [from, to]), ...Object.values(others)]);
    return values === "" ? action : `${action}(${values})`;
  }
  const told = way ?? (isWay ? `${from}→${to}` : "");
  const rest = named([...(isWay && way === undefined ? [] : [from, to]), ...Object.values(others)]);
  return [action, message, told, rest === "" ? "" : `(${rest})`].filter((part) => part !== "").join(" ");
}
