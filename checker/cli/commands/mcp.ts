/** `popcheck mcp`: serves an editor or an agent that speaks the Model Context Protocol. */
import { serveStdio } from "@modelcontextprotocol/server/stdio";
import { defaultMemory } from "../../api/request.js";
import { EXIT } from "../../reports/exit-status.js";
import { bytes, positiveInteger, positiveNumber } from "../args/options.js";
import { mcpServer } from "../mcp/server.js";

export interface McpArguments {
  readonly maxStates?: string;
  readonly seconds?: string;
  readonly memory?: string;
}

/** The bounds of a call if nobody gives others. */
const MAX_STATES = 1_000_000;
const SECONDS = 30;
const MEMORY = 2 ** 31;

/** Serves until the standard input ends, and returns the exit status. */
export async function mcpCommand({ maxStates, seconds, memory }: McpArguments): Promise<number> {
  const bounds = {
    folder: process.cwd(),
    maxStates: maxStates === undefined ? MAX_STATES : positiveInteger("max-states", maxStates),
    seconds: seconds === undefined ? SECONDS : positiveNumber("seconds", seconds),
    memory: memory === undefined ? Math.min(MEMORY, defaultMemory()) : bytes("memory", memory),
  };
  const ended = new Promise<void>((resolve) => process.stdin.once("close", resolve).once("end", resolve));
  const { close } = serveStdio(() => mcpServer(bounds), {
    onerror: ({ message }) => process.stderr.write(`popcheck mcp: ${message}\n`),
  });
  process.stderr.write(`popcheck mcp: serving models below ${bounds.folder}; end with the end of the input\n`);
  await ended;
  await close();
  return EXIT.holds;
}
