#!/usr/bin/env node
import yargs, { type Argv } from "yargs";
/** The command line. Commands are imported when they are run, models when they are named. */
import { onOneLine } from "../../traces/text/shown.js";
import { UsageError } from "../errors.js";
import type { Parameters } from "../model/parameters.js";
import { loadModel, type NamedModel } from "../models/models.js";
import { didYouMean } from "../nearest.js";
import { version } from "../package.js";
import { EXIT } from "../reports/exit-status.js";
import { refuseStaleBuild } from "../sources.js";
import { runsOptions, workerOptions } from "./args/cluster-options.js";
import { described } from "./args/described.js";
import {
  baselineOptions,
  type CliOptions,
  camelCase,
  checkOptions,
  commonOptions,
  compareOptions,
  describeOptions,
  diagramOptions,
  exploreOptions,
  exportOptions,
  inductiveOptions,
  initOptions,
  kebabCase,
  mcpOptions,
  mutateOptions,
  parameterOptions,
  refuseNameClashes,
  replayOptions,
  reserved,
  resumeOptions,
  simulateOptions,
  stepOptions,
  suggestOptions,
  validateOptions,
  verifyOptions,
  viewOptions,
} from "./args/options.js";
import type { Side } from "./args/sides.js";
import { translateOptions } from "./args/translate-options.js";
import { modelWord, tied } from "./args/words.js";
import { messageOf, statusOfError } from "./errors.js";
import { demandWholeOutput, guardStandardStreams } from "./outputs/standard-streams.js";

type Words = Readonly<Record<string, unknown>>;

/** A command: its options, and what it does with them. */
interface Command {
  /** The command and its positional words as yargs takes them: `check <model>`. */
  readonly usage: string;
  readonly about: string;
  readonly options: CliOptions;
  /** The positional word that is described in the help. */
  readonly positional?: { readonly name: string; readonly about: string };
  /** Whether the positional word names a model, whose parameters are options too. */
  readonly takesModel?: boolean | ((words: readonly string[]) => boolean);
  /** Whether two positional words name models, whose parameters are options too. */
  readonly takesTwoModels?: boolean;
  /** Whether the exit status is a verdict, which stays although nobody can read its text. */
  readonly givesVerdict?: boolean;
  run(argv: Words, named: NamedModel | undefined, sides: readonly Side[]): Promise<number>;
}

const aModel = { name: "model", about: "a built-in model, or the path of a TypeScript file that exports one" };

const commands: Readonly<Record<string, Command>> = {
  list: {
    usage: "list",
    about: "the built-in models",
    options: commonOptions,
    run: async () => (await import("./commands/list.js")).listCommand(),
  },
  init: {
    usage: "init [folder]",
    about: "write a project of your own to begin with: a model, its test, and what they need",
    options: initOptions,
    positional: { name: "folder", about: "the folder to write into, which is made if need be; by default this one" },
    run: async (argv) => (await import("./commands/init.js")).initCommand(argv as never),
  },
  translate: {
    usage: "translate <file>",
    about: "write a Murphi file as a TypeScript model, which comes to the same",
    options: translateOptions,
    positional: { name: "file", about: "a Murphi file, whose name ends in .m" },
    run: async (argv) => (await import("./commands/translate.js")).translateCommand(argv as never),
  },
  describe: {
    usage: "describe <model>",
    about: "a model's parameters, properties and receive table",
    options: describeOptions,
    positional: aModel,
    takesModel: true,
    run: async (argv, named) => (await import("./commands/describe.js")).describeCommand(named!, argv),
  },
  check: {
    usage: "check <model>",
    givesVerdict: true,
    about: "explore every state of a model and decide its properties",
    options: checkOptions,
    positional: aModel,
    takesModel: true,
    run: async (argv, named) => (await import("./commands/check.js")).checkCommand(named!, argv),
  },
  worker: {
    usage: "worker",
    about: "search for others: take tasks of checks with --cluster until an interrupt",
    options: workerOptions,
    run: async (argv) => (await import("./commands/worker.js")).workerCommand(argv as never),
  },
  runs: {
    usage: "runs",
    about: "the searches in a cluster's folder: what they came to, how large they are; remove them",
    options: runsOptions,
    run: async (argv) => (await import("./commands/runs.js")).runsCommand(argv as never),
  },
  resume: {
    usage: "resume <folder>",
    givesVerdict: true,
    about: "take up a search where its last checkpoint left it",
    options: resumeOptions,
    positional: { name: "folder", about: "the folder that check --checkpoint wrote to" },
    run: async (argv) => (await import("./commands/resume.js")).resumeCommand(argv as never),
  },
  replay: {
    usage: "replay <file>",
    givesVerdict: true,
    about: "follow a recorded counterexample through the model once more",
    options: replayOptions,
    positional: { name: "file", about: "a trace that check wrote" },
    run: async (argv) => (await import("./commands/replay.js")).replayCommand(argv as never),
  },
  export: {
    usage: "export <file>",
    about: "write a recorded counterexample, or the state graph of a model, as other tools read it",
    options: exportOptions,
    positional: { name: "file", about: "a trace that check wrote; with --graph, a model as check takes it" },
    takesModel: (words) => words.some((word) => /^--graph(=|$)/.test(word)),
    run: async (argv, named) =>
      named === undefined
        ? (await import("./commands/export.js")).exportCommand(argv as never)
        : (await import("./commands/export-graph.js")).exportGraphCommand(named, argv),
  },
  diagram: {
    usage: "diagram <model>",
    about: "draw the state machine of a copy, from what is reached",
    options: diagramOptions,
    positional: aModel,
    takesModel: true,
    run: async (argv, named) => (await import("./commands/diagram.js")).diagramCommand(named!, argv),
  },
  view: {
    usage: "view <file> [other]",
    about: "write a recorded counterexample as a page that opens in any browser; two of them, beside each other",
    options: viewOptions,
    positional: { name: "file", about: "a trace that check wrote" },
    run: async (argv) => (await import("./commands/view.js")).viewCommand(argv as never),
  },
  explore: {
    usage: "explore <model>",
    about: "serve a page to this machine's browser to walk the state space of a model",
    options: exploreOptions,
    positional: aModel,
    takesModel: true,
    run: async (argv, named) => (await import("./commands/explore.js")).exploreCommand(named!, argv),
  },
  step: {
    usage: "step <model>",
    about: "walk the state space of a model in the terminal",
    options: stepOptions,
    positional: aModel,
    takesModel: true,
    run: async (argv, named) => (await import("./commands/step.js")).stepCommand(named!, argv),
  },
  simulate: {
    usage: "simulate <model>",
    givesVerdict: true,
    about: "run a workload on a model, with messages that take time, and measure it",
    options: simulateOptions,
    positional: aModel,
    takesModel: true,
    run: async (argv, named) => (await import("./commands/simulate.js")).simulateCommand(named!, argv),
  },
  validate: {
    usage: "validate <model> <log>",
    givesVerdict: true,
    about: "decide whether what an implementation logged is a run of the model",
    options: validateOptions,
    positional: aModel,
    takesModel: true,
    run: async (argv, named) => (await import("./commands/validate.js")).validateCommand(named!, argv as never),
  },
  mcp: {
    usage: "mcp",
    about: "serve an editor or an agent by the Model Context Protocol, over the standard input and output",
    options: mcpOptions,
    run: async (argv) => (await import("./commands/mcp.js")).mcpCommand(argv),
  },
  baseline: {
    usage: "baseline <model>",
    about: "record what a model comes to, for verify to compare with",
    options: baselineOptions,
    positional: aModel,
    takesModel: true,
    run: async (argv, named) => (await import("./commands/baseline.js")).baselineCommand(named!, argv),
  },
  mutate: {
    usage: "mutate <model>",
    givesVerdict: true,
    about: "change one thing of a model at a time, and list what no property notices",
    options: mutateOptions,
    positional: aModel,
    takesModel: true,
    run: async (argv, named) => (await import("./commands/mutate.js")).mutateCommand(named!, argv),
  },
  compare: {
    usage: "compare <model> <second-model>",
    givesVerdict: true,
    about: "put two models side by side: verdicts, states that only one reaches, where their runs part",
    options: compareOptions,
    positional: {
      name: "model",
      about:
        "a model as check takes it, a file in a revision of its git repository, as model.ts@HEAD~1, or one of these with parameters of its own, as 'popcorn --stage 4.6'",
    },
    takesTwoModels: true,
    run: async (argv, _, sides) => (await import("./commands/compare.js")).compareCommand(sides, argv),
  },
  inductive: {
    usage: "inductive <model>",
    givesVerdict: true,
    about: "ask whether invariants are inductive, and show the smallest step out of them",
    options: inductiveOptions,
    positional: aModel,
    takesModel: true,
    run: async (argv, named) => (await import("./commands/inductive.js")).inductiveCommand(named!, argv),
  },
  suggest: {
    usage: "suggest <model>",
    givesVerdict: true,
    about: "suggest invariants that hold, and make others inductive",
    options: suggestOptions,
    positional: aModel,
    takesModel: true,
    run: async (argv, named) => (await import("./commands/suggest.js")).suggestCommand(named!, argv),
  },
  verify: {
    usage: "verify",
    givesVerdict: true,
    about: "check the known answers and show them as a table",
    options: verifyOptions,
    run: async (argv) => (await import("./commands/verify.js")).verifyCommand(argv),
  },
};

const takingModels = Object.entries(commands).flatMap(([name, { takesModel, takesTwoModels }]) => {
  if (takesTwoModels) return [name];
  if (takesModel === undefined) return [];
  return takesModel === true ? [name] : [`${name} --graph`];
});

/** Joins names as a sentence has them: `list, check or verify`. */
function inWords(names: readonly string[], last: "and" | "or"): string {
  return `${names.slice(0, -1).join(", ")} ${last} ${names.at(-1)}`;
}

/** Runs a command line and returns the exit status. */
async function main(words: readonly string[]): Promise<number> {
  refuseStaleBuild();
  const [first = "--help"] = words;
  const command = Object.hasOwn(commands, first) ? commands[first] : undefined;
  if (command === undefined && !first.startsWith("-")) {
    const names = Object.keys(commands);
    throw new UsageError(
      `no command is called ${first}${didYouMean(first, names)}\n  The commands are ${names.join(", ")}.`,
    );
  }
  const rest = words.slice(1);
  const { takesModel = false } = command ?? {};
  const isOfModel = typeof takesModel === "function" ? takesModel(rest) : takesModel;
  const word = isOfModel ? modelWord(rest, command!.options) : undefined;
  // Only of what is loaded from then on is it known which lines run.
  if (rest.some((given) => given.startsWith("--coverage"))) (await import("../api/covered-sources.js")).beginCount();
  const named = word === undefined ? undefined : await loadModel(word);
  const sides = command?.takesTwoModels ? await (await import("./args/sides.js")).loadSides(rest, command.options) : [];
  const parameters = { ...parametersOf(named, command?.options), ...(await parametersOfBoth(sides, command?.options)) };
  demandWholeOutput(command?.givesVerdict ? EXIT.holds : EXIT.usage);
  let status = 0;
  const given = command ? tied(rest, { ...command.options, ...parameterOptions(parameters) }) : words;
  const cli = yargs([...given])
    .scriptName("popcheck")
    .detectLocale(false)
    // A dot is a part of a name, and no way into an object.
    .parserConfiguration({ "dot-notation": false })
    .version(version())
    .alias("help", "h")
    .strict()
    .exitProcess(false)
    .wrap(Math.min(110, process.stdout.columns ?? 110))
    .fail((message, error) => fail(message, error, command, named));
  if (command === undefined) declareAll(cli);
  else {
    // The command is declared as yargs' default: after any other, yargs formats the help, which takes 80 ms.
    cli.usage(`popcheck ${command.usage}\n\n${command.about}`).command(
      command.usage.replace(first, "$0"),
      command.about,
      (argv) => declared(argv, command, parameters),
      async (argv: Words) => {
        status = await command.run(once(argv, command.options), named, sides);
      },
    );
  }
  await cli.parseAsync(words.length === 0 ? ["--help"] : (undefined as never));
  return status;
}

/** Declares every command as the help that names none lists them. */
function declareAll(cli: Argv): void {
  cli
    .usage("popcheck checks models of coherency protocols.\n\npopcheck COMMAND")
    .demandCommand(1, `give a command: ${inWords(Object.keys(commands), "or")}`)
    .epilogue(
      `The parameters of a model are options of ${inWords(takingModels, "and")}: popcheck check MODEL --help shows them.`,
    );
  for (const each of Object.values(commands)) cli.command(each.usage, each.about);
}

async function parametersOfBoth(sides: readonly Side[], options?: CliOptions): Promise<Parameters> {
  for (const { named } of sides) parametersOf(named, options);
  return sides.length === 0 ? {} : (await import("./args/sides.js")).sharedParameters(sides);
}

function parametersOf(named: NamedModel | undefined, options?: CliOptions): Parameters {
  if (named === undefined) return {};
  const { name, parameters } = named.model;
  refuseNameClashes(name, parameters, options);
  return parameters;
}

function declared(argv: Argv, { options, positional }: Command, parameters: Parameters): Argv {
  if (positional) argv.positional(positional.name, { type: "string", describe: positional.about });
  for (const [name, { about, value, on }] of Object.entries(options as CliOptions)) {
    const describe = value === undefined ? about : `${about} [${value}]`;
    argv.option(name, value === undefined ? flag(describe, on) : { type: "string", requiresArg: true, describe });
  }
  for (const [name, parameter] of Object.entries(parameters)) {
    const { kind } = parameter;
    const spelling = kebabCase(name);
    const shared = {
      describe: described(parameter),
      group: "Parameters:",
      ...(spelling === name ? {} : { alias: spelling }),
    };
    if (kind === "flag")
      argv.option(name, { ...shared, type: "boolean", defaultDescription: parameter.default ? "on" : "off" });
    else
      argv.option(name, {
        ...shared,
        type: "string",
        requiresArg: true,
        defaultDescription: onOneLine(String(parameter.default)),
      });
  }
  return argv;
}

function flag(describe: string, on = false) {
  return { type: "boolean", describe, ...(on ? { defaultDescription: "on" } : {}) } as const;
}

/** Returns the arguments. @throws UsageError for an option that is given more often than it may be */
function once(argv: Words, options: CliOptions): Words {
  const result: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(argv)) {
    const repeatable = Object.entries(options).some(
      ([of, option]) => [of, camelCase(of)].includes(name) && option.repeatable,
    );
    if (name === "_" || repeatable || !Array.isArray(value)) result[name] = value;
    else if (value.every((each) => typeof each === "boolean")) result[name] = value[value.length - 1];
    else throw new UsageError(`--${name} is given more than once: ${value.join(", ")}`);
  }
  return result;
}

/** Puts yargs' complaints into this program's words. */
function fail(
  message: string,
  error: Error | undefined,
  command: Command | undefined,
  named: NamedModel | undefined,
): never {
  if (error && error.name !== "YError") throw error;
  const text = error?.message ?? message;
  const [, unknown] = /^Unknown arguments?: (.*)$/.exec(text) ?? [];
  if (unknown !== undefined) throw unknownWord(unknown.split(", ")[0]!, command, named);
  const [, unfinished] = /^Not enough arguments following: (.*)$/.exec(text) ?? [];
  if (unfinished !== undefined) throw new UsageError(`--${unfinished} needs a value`);
  const [, got] = /^Not enough non-option arguments: got (\d+)/.exec(text) ?? [];
  if (got !== undefined) {
    const demanded = [...(command?.usage ?? "").matchAll(/<([\w-]+)>/g)];
    throw new UsageError(`give a ${demanded[Number(got)]?.[1]?.replaceAll("-", " ")}`);
  }
  throw new UsageError(text.charAt(0).toLowerCase() + text.slice(1));
}

/** Returns the error for an option that is not known, or for a word too many. */
function unknownWord(word: string, command: Command | undefined, named: NamedModel | undefined): UsageError {
  const isOption = words.some(
    (given) => given.startsWith("-") && given.replace(/^--?(no-)?/, "").split("=")[0] === word,
  );
  if (!isOption) return new UsageError(`${word} is one word too many: popcheck ${command?.usage ?? "COMMAND"}`);
  const parameters = Object.keys(parametersOf(named)).map(kebabCase);
  const options = [...Object.keys(command?.options ?? commonOptions), ...reserved];
  const listed = (names: readonly string[]) => names.map((name) => `--${name}`).join(", ");
  return new UsageError(
    [
      `unknown option ${word.length === 1 ? "-" : "--"}${word}${didYouMean(kebabCase(word), [...parameters, ...options])}`,
      ...(named && parameters.length > 0 ? [`  ${named.model.name} takes ${listed(parameters)}`] : []),
      `  ${named && parameters.length > 0 ? "Other options are" : "The options are"} ${listed(options)}`,
    ].join("\n"),
  );
}

/** @throws UsageError if the working folder has been removed: paths mean nothing then */
function refuseLostFolder(): void {
  try {
    process.cwd();
  } catch (error) {
    throw new UsageError("the working folder does not exist any more: change to one that does, and begin again", {
      cause: error,
    });
  }
}

guardStandardStreams();
const words = process.argv.slice(2);
try {
  refuseLostFolder();
  process.exitCode = await main(words);
} catch (error) {
  process.stderr.write(`${messageOf(error, words.includes("--stack"))}\n`);
  process.exitCode = statusOfError(error);
}
