/** The MCP server of `popcheck mcp`: the tools, over the standard input and output. */
import { McpServer, type ServerContext } from "@modelcontextprotocol/server";
import { version } from "../../package.js";
import { callTool, type ToolReply } from "./call.js";
import { type Bounds, TOOLS, type ToolName } from "./tools.js";

const INSTRUCTIONS = `popcheck checks models of page- and cache-coherency protocols: it explores every state.
Begin with describe. check decides the properties; trace shows the run that violates one; step and why lead through the states.
Read the first line of a report: an incomplete search is no pass. Models of your own are TypeScript files that import popcheck/model.`;

/** Makes a server that offers the tools, whose calls keep within `bounds`. */
export function mcpServer(bounds: Bounds): McpServer {
  const server = new McpServer({ name: "popcheck", version: version() }, { instructions: INSTRUCTIONS });
  for (const name of Object.keys(TOOLS) as ToolName[]) {
    const { title, about, input } = TOOLS[name];
    const annotations = { readOnlyHint: true, openWorldHint: false };
    server.registerTool(
      name,
      { title, description: about, inputSchema: input, annotations },
      async (given: unknown, { mcpReq }: ServerContext) =>
        answerOf(await callTool({ name, input: given, bounds }, mcpReq.signal)),
    );
  }
  return server;
}

function answerOf(reply: ToolReply) {
  if ("error" in reply) {
    const { error } = reply;
    return { ...textAnswer(error.message), structuredContent: { error: { ...error } }, isError: true };
  }
  return { ...textAnswer(reply.result.text), structuredContent: { ...reply.result.data } };
}

function textAnswer(text: string) {
  return { content: [{ type: "text" as const, text }] };
}
