/** `popcheck list`: the built-in models. */
import { align, fold } from "../../../traces/text/columns.js";
import { builtInNames, loadModel } from "../../models/models.js";
import { EXIT } from "../../reports/exit-status.js";
import { lookOf } from "../../reports/terminal.js";

export async function listCommand(): Promise<number> {
  const { width } = lookOf(process.stdout);
  const models = await Promise.all(builtInNames.map(async (name) => (await loadModel(name)).model));
  const names = align(builtInNames.map((name) => [name, "·"])).map((line) => line.slice(0, -1));
  const lines = models.flatMap(({ about }, i) => {
    const indent = names[i]!.length;
    const [first, ...rest] = fold(about, Math.max(30, (width ?? Number.POSITIVE_INFINITY) - indent));
    return [names[i]! + first, ...rest.map((line) => " ".repeat(indent) + line)];
  });
  process.stdout.write(
    `${lines.join("\n")}\n\npopcheck describe MODEL tells more. MODEL may also be a TypeScript file of yours.\n`,
  );
  return EXIT.holds;
}
