/** `popcheck step MODEL`: steps through a model's states by hand, in the terminal or by commands from a pipe. */

import { createInterface } from "node:readline";
import { counted } from "../../../traces/text/columns.js";
import { shown } from "../../../traces/text/shown.js";
import { textOfTrace } from "../../../traces/text/text.js";
import { isWalk, lengthOf, type Trace } from "../../../traces/trace.js";
import { UsageError } from "../../errors.js";
import type { Session } from "../../explorer/session.js";
import type { WalkRequest } from "../../explorer/view.js";
import type { NamedModel } from "../../models/models.js";
import { didYouMean } from "../../nearest.js";
import { EXIT } from "../../reports/exit-status.js";
import { type Look, lookOf } from "../../reports/terminal.js";
import { wholeNumber } from "../args/options.js";
import { readTrace } from "../args/trace-file.js";
import { messageOf } from "../errors.js";
import { prepareFile, writeJson } from "../outputs/outputs.js";
import { noteUncheckedTypes } from "../outputs/unchecked-types.js";
import { interruptedBy } from "../watchdog.js";
import { sessionOf, type WalkArguments } from "./explore.js";
import { enabledLines, helpLines, judgementLines, searchLines, stateLines, whyLines } from "./step-text.js";

/** Does a command, and returns the lines to print. */
type Do = (session: Session, rest: string, look: Look) => Promise<string[]> | string[];

const commands: Readonly<Record<string, { readonly takes: string; readonly about: string; readonly run: Do }>> = {
  take: { takes: "N", about: "take the step of that number; the number alone will do", run: take },
  undo: { takes: "", about: "take the last step back", run: moving(() => ({ do: "undo" })) },
  redo: { takes: "", about: "take it again", run: moving(() => ({ do: "redo" })) },
  goto: {
    takes: "N",
    about: "go to the state of that number on the run",
    run: moving((rest) => ({ do: "jump", to: numberIn(rest) })),
  },
  begin: {
    takes: "N",
    about: "begin anew, at the initial state of that number (0)",
    run: moving((rest) => ({ do: "begin", initial: rest === "" ? 0 : numberIn(rest) })),
  },
  state: { takes: "", about: "the whole state", run: (session, _, look) => stateLines(session.view(), look, true) },
  why: {
    takes: "[WORD]",
    about: "why other steps cannot be taken; only those with a word, as K1 or Invalid",
    run: (session, rest, look) => whyLines(session.view(), rest, look),
  },
  check: {
    takes: "[PROPERTY]",
    about: "the properties here",
    run: (session, rest, look) => judgementLines(session.view(), rest, look),
  },
  find: {
    takes: "CONDITION",
    about: "go the shortest way to where a condition holds, or: find violation of PROPERTY",
    run: find,
  },
  trace: {
    takes: "",
    about: "the run so far",
    run: (session, _, look) => textOfTrace(session.walk.traceToHere(), { width: look.width, styles: look }).split("\n"),
  },
  save: {
    takes: "FILE [PROPERTY]",
    about: "write the run so far as a trace; as a counterexample, if a property is named that it violates",
    run: save,
  },
  load: {
    takes: "FILE [at N]",
    about: "go along a recorded trace, to its end or to the state of that number",
    run: load,
  },
  help: { takes: "", about: "this list", run: (_session, _rest, look) => helpLines(commands, look) },
  quit: { takes: "", about: "end", run: () => [] },
};

/** Runs the command and returns the exit status when the input is over. */
export async function stepCommand(named: NamedModel, argv: WalkArguments): Promise<number> {
  noteUncheckedTypes(named);
  const session = sessionOf(named, argv);
  const look = lookOf(process.stdout);
  const print = (lines: readonly string[]) => process.stdout.write(lines.map((line) => `${line}\n`).join(""));
  print(here(session, look));
  const isTerminal = process.stdin.isTTY === true;
  const input = createInterface({
    input: process.stdin,
    output: isTerminal ? process.stdout : undefined,
    prompt: "> ",
  });
  if (isTerminal) input.prompt();
  for await (const line of input) {
    const words = line.trim();
    if (words !== "") {
      const { name, rest } = commandIn(words);
      if (name === "quit") break;
      print(await linesOf(session, name, rest, look));
    }
    if (isTerminal) input.prompt();
  }
  input.close();
  return EXIT.holds;
}

/** Does what was typed, and returns its lines or those of its error. */
async function linesOf(session: Session, name: string, rest: string, look: Look): Promise<string[]> {
  try {
    const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
    if (command === undefined)
      throw new UsageError(`no command is called ${name}${didYouMean(name, Object.keys(commands))}; help lists them`);
    return await command.run(session, rest, look);
  } catch (error) {
    return messageOf(error, false)
      .split("\n")
      .map((line) => look.bad(line));
  }
}

/** Returns the command that was typed, by any beginning that no other command has; a number alone is a step. */
function commandIn(words: string): { name: string; rest: string } {
  if (/^\d+$/.test(words)) return { name: "take", rest: words };
  const [, given = "", rest = ""] = /^(\S+)\s*(.*)$/s.exec(words) ?? [];
  const begun = Object.keys(commands).filter((name) => name.startsWith(given));
  return { name: begun.length === 1 ? begun[0]! : given, rest: rest.trim() };
}

function here(session: Session, look: Look): string[] {
  const view = session.view();
  return [...stateLines(view, look, false), ...enabledLines(view, look)];
}

function numberIn(text: string): number {
  if (!/^\d+$/.test(text)) throw new UsageError(`a number is needed, not ${text || "nothing"}`);
  return Number(text);
}

function moving(request: (rest: string) => WalkRequest): Do {
  return (session, rest, look) => {
    session.do(request(rest));
    return here(session, look);
  };
}

/** Takes a step. Where people type them, steps are counted from 1. */
function take(session: Session, rest: string, look: Look): string[] {
  const number = numberIn(rest);
  if (number < 1 || number > session.view().enabled.length) throw new UsageError(`there is no step ${rest} here`);
  session.do({ do: "take", choice: number - 1 });
  return here(session, look);
}

/** Searches on from here. An interrupt ends the search, and not the walk. */
async function find(session: Session, rest: string, look: Look): Promise<string[]> {
  if (rest === "") {
    const { model, properties } = session.view();
    const named = properties.find(({ verdict }) => verdict !== "open")?.name;
    const violation = named === undefined ? "" : `, or: find violation of ${named}`;
    throw new UsageError(`say what to find: find ${model.example}${violation}`);
  }
  const [, property] = /^(?:a )?violation of (.+)$/.exec(rest) ?? [];
  const from = session.walk.at;
  session.do(property === undefined ? { do: "find", condition: rest } : { do: "violate", property });
  const release = interruptedBy(["SIGINT"], () => session.do({ do: "cancel" }));
  while (session.searching) {
    session.work(50);
    await new Promise((resolve) => setImmediate(resolve));
  }
  release();
  const lines = searchLines(session.view(), look);
  return session.walk.at === from ? lines : [...lines, ...here(session, look)];
}

function save(session: Session, rest: string): string[] {
  const [, file = "", property] = /^(\S+)(?:\s+(.+))?$/.exec(rest) ?? [];
  if (file === "") throw new UsageError("say where to: save FILE");
  const trace = session.do({ do: "save", property }) as Trace;
  prepareFile("save", file);
  writeJson("save", file, trace);
  return [
    shown(
      `${file}: ${isWalk(trace) ? "a walk" : `a violation of ${trace["#meta"].property.name}`} of ${counted(lengthOf(trace), "step")}`,
    ),
  ];
}

function load(session: Session, rest: string, look: Look): string[] {
  const [, file = "", at] = /^(.+?)(?:\s+at\s+(\d+))?$/.exec(rest) ?? [];
  if (file === "") throw new UsageError("say which trace: load FILE");
  session.do({ do: "load", text: readTrace(file), ...(at === undefined ? {} : { at: wholeNumber("at", at) }) });
  return here(session, look);
}
