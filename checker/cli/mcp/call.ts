/** Calls of tools, each in a process of its own that is ended if it takes longer than it may. */
import { fork } from "node:child_process";
import { compiledFile } from "../../package.js";
import type { Bounds, ToolError, ToolName, ToolResult } from "./tools.js";

/** What a call's process is sent. */
export interface ToolCall {
  readonly name: ToolName;
  readonly input: unknown;
  readonly bounds: Bounds;
}

/** What it sends back. */
export type ToolReply = { readonly result: ToolResult } | { readonly error: ToolError };

/** What a process may take beside its search, in seconds: to begin, to shorten a counterexample, to write it. */
const GRACE = 15;

/**
 * Calls a tool.
 * @param signal ends the call
 * @param grace the seconds that the process may take besides those of the bounds
 */
export function callTool(call: ToolCall, signal: AbortSignal, grace = GRACE): Promise<ToolReply> {
  const { bounds } = call;
  // What a model prints must not get among the server's answers, which go to its standard output.
  const child = fork(compiledFile("checker/cli/mcp/tool-process.js"), [], {
    ...{ cwd: bounds.folder, stdio: ["ignore", 2, 2, "ipc"], serialization: "advanced" },
  });
  return new Promise<ToolReply>((resolve) => {
    const end = (reply: ToolReply) => {
      clearTimeout(timer);
      signal.removeEventListener("abort", cancel);
      child.kill("SIGKILL");
      resolve(reply);
    };
    const fail = (kind: ToolError["kind"], message: string) => end({ error: { kind, message } });
    const cancel = () => fail("cancelled", "the call was cancelled");
    const timer = setTimeout(() => fail("timeout", tooLong(bounds.seconds, grace)), 1000 * (bounds.seconds + grace));
    signal.addEventListener("abort", cancel);
    child.once("message", (reply) => end(reply as ToolReply));
    child.once("error", (error) => fail("defect", `the call's process failed: ${error.message}`));
    child.once("exit", (code, killed) =>
      fail("defect", `the call's process ended before it answered: ${killed ?? `exit status ${code}`}`),
    );
    if (signal.aborted) cancel();
    else child.send(call);
  });
}

function tooLong(seconds: number, grace: number): string {
  return `the call took longer than ${seconds + grace} seconds, and was ended\n  A function of the model may loop for ever; or ask for less, or start popcheck mcp with more --seconds.`;
}
