/** `popcheck check MODEL`: searches, reports, writes what it was asked to write. */
import { totalmem } from "node:os";
import type { Outcome } from "../explore/outcome.js";
import type { Instance } from "../model/instance.js";
import { UsageError } from "../model/parameters.js";
import { statusOf } from "./exit.js";
import { jsonOf } from "./json.js";
import type { NamedModel } from "./models.js";
import { bytes, givenParameters, positiveInteger } from "./options.js";
import { prepareFile, prepareFolder, slug, traceStem, writeJson, writeTraces } from "./outputs.js";
import { reportOf } from "./report.js";
import { instantiate, search } from "./search.js";
import { lookOf } from "./terminal.js";

/** The options as yargs gives them; every value is a text. */
export interface CheckArguments {
  readonly [option: string]: unknown;
  readonly property?: string | readonly string[];
  readonly search?: string;
  readonly symmetry?: boolean;
  readonly maxStates?: string;
  readonly maxDepth?: string;
  readonly memory?: string;
  readonly stop?: boolean;
  readonly audit?: string;
  readonly json?: string;
  readonly trace?: string;
  readonly full?: boolean;
}

/** The exit status. */
export async function checkCommand(named: NamedModel, argv: CheckArguments): Promise<number> {
  const given = givenParameters(named.model.parameters, argv);
  const instance = instantiate(named.model, given);
  const options = searchOptions(instance, argv);
  const { json, trace: folder } = argv;
  if (folder !== undefined) prepareFolder("trace", folder);
  if (json !== undefined && json !== "-") prepareFile("json", json);

  const outcome = await search(instance, options);
  const files = folder === undefined ? new Map<string, string>() : writeTraces(outcome, folder, traceStem(outcome));
  if (json === "-") process.stdout.write(`${JSON.stringify(jsonOf(outcome, files), undefined, 2)}\n`);
  else process.stdout.write(textOf(outcome, named, given, files, argv.full ?? false));
  if (json !== undefined && json !== "-") writeJson("json", json, jsonOf(outcome, files));
  return statusOf(outcome);
}

function textOf(
  outcome: Outcome,
  named: NamedModel,
  given: Readonly<Record<string, unknown>>,
  files: ReadonlyMap<string, string>,
  full: boolean,
): string {
  const model = named.isFile ? ` --model ${quoted(named.reference)}` : "";
  const replay = new Map([...files].map(([property, file]) => [property, `popcheck replay ${quoted(file)}${model}`]));
  return reportOf(outcome, { look: lookOf(process.stdout), given, full, replay });
}

function quoted(path: string): string {
  return /^[\w./@:+-]+$/.test(path) ? path : `'${path.replaceAll("'", "'\\''")}'`;
}

function searchOptions(instance: Instance, argv: CheckArguments) {
  const { search = "bfs", maxStates, maxDepth, audit, property } = argv;
  if (search !== "bfs" && search !== "dfs") throw new UsageError(`--search takes bfs or dfs, not ${search}`);
  return {
    search,
    symmetry: argv.symmetry ?? true,
    stopAtFirst: argv.stop ?? false,
    memory: memoryLimit(argv.memory),
    ...(property === undefined ? {} : { properties: [property].flat().map((name) => propertyCalled(name, instance)) }),
    ...(maxStates === undefined ? {} : { maxStates: positiveInteger("max-states", maxStates) }),
    ...(maxDepth === undefined ? {} : { maxDepth: positiveInteger("max-depth", maxDepth) }),
    ...(audit === undefined ? {} : { audit: positiveInteger("audit", audit) }),
  } as const;
}

/** The memory that a search may take; by default three quarters of what the machine, or the container, has. */
export function memoryLimit(text: string | undefined): number {
  if (text !== undefined) return bytes("memory", text);
  const allowed = process.constrainedMemory?.() ?? 0;
  const has = totalmem();
  return Math.floor(0.75 * (allowed > 0 && allowed < has ? allowed : has));
}

/** A property's name as the model writes it; `no-deadlock` will do for "no deadlock". */
function propertyCalled(name: string, { properties }: Instance): string {
  const same = properties.find((property) => property.name === name);
  const alike = properties.filter((property) => slug(property.name) === slug(name));
  return same === undefined && alike.length === 1 ? alike[0]!.name : name;
}
