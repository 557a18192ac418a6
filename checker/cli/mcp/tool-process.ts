/**
 * The process of one call of a tool: it gets the call as a message, sends back what comes of it, and ends. A model's
 * functions run here and not in the server, so that a function that loops for ever can be ended, an edited file is read
 * anew, and no call leaves anything behind for the next.
 */
import { AuthorError, UsageError } from "../../errors.js";
import { messageOf } from "../errors.js";
import type { ToolCall, ToolReply } from "./call.js";
import { runTool } from "./tool-runs.js";
import type { ErrorKind } from "./tools.js";

process.once("message", async (call: ToolCall) => {
  const reply = await replyTo(call);
  process.send!(reply, () => process.disconnect());
});

async function replyTo({ name, input, bounds }: ToolCall): Promise<ToolReply> {
  try {
    return { result: await runTool(name, input, bounds) };
  } catch (error) {
    return { error: { kind: kindOf(error), message: messageOf(error, false).replace(/^error: /, "") } };
  }
}

function kindOf(error: unknown): ErrorKind {
  if (error instanceof UsageError) return "usage";
  return error instanceof AuthorError ? "model" : "defect";
}
