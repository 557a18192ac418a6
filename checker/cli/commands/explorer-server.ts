/**
 * The server behind `popcheck explore`. It walks a model at the request of a page, and code of the model's author runs
 * in it, so only that page may ask. The server listens on loopback only. A random token in the path is known to nobody
 * else. The host must be the server's own, or else a name that is made to point here (DNS rebinding) would make another
 * page's origin its own. A request from another origin is refused whatever it knows. All refusals are the same, and
 * reveal nothing.
 */
import { randomBytes, timingSafeEqual } from "node:crypto";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import * as z from "zod";
import type { Session } from "../../explorer/session.js";
import type { Answer, WalkRequest } from "../../explorer/view.js";

/** The longest request, in bytes. A recorded trace may be large. */
const LONGEST = 64 * 1024 * 1024;

/** How long a search works between two looks at the requests, in milliseconds. */
const SLICE = 30;

const number = z.number().int().min(0);
const requests = z.discriminatedUnion("do", [
  z.strictObject({ do: z.literal("look") }),
  z.strictObject({ do: z.literal("begin"), initial: number }),
  z.strictObject({ do: z.literal("take"), choice: number }),
  z.strictObject({ do: z.literal("undo") }),
  z.strictObject({ do: z.literal("redo") }),
  z.strictObject({ do: z.literal("jump"), to: number }),
  z.strictObject({ do: z.literal("load"), text: z.string(), at: number.optional() }),
  z.strictObject({ do: z.literal("find"), condition: z.string().max(10_000) }),
  z.strictObject({ do: z.literal("violate"), property: z.string() }),
  z.strictObject({ do: z.literal("cancel") }),
  z.strictObject({ do: z.literal("save"), property: z.string().optional() }),
]) satisfies z.ZodType<WalkRequest>;

export interface ExploreServer {
  readonly server: Server;
  /** `http://127.0.0.1:4321/token/` */
  readonly address: string;
}

export interface Served {
  readonly session: Session;
  readonly page: string;
  /** Puts into words whatever was thrown. */
  readonly inWords: (error: unknown) => string;
  /** The port; 0: any that is free. */
  readonly port: number;
}

/** Serves until the server is closed. @throws the error that keeps it from listening on the port */
export async function serve({ session, page, inWords, port }: Served): Promise<ExploreServer> {
  const token = randomBytes(24).toString("base64url");
  const server = createServer((request, response) => {
    const { port: own } = server.address() as AddressInfo;
    if (!isOurs(request, token, own)) return refuse(request, response);
    if (request.method === "GET") return answer(response, 200, "text/html; charset=utf-8", page);
    void body(request).then(
      (text) => {
        const { status, json } = done(session, text, inWords);
        answer(response, status, "application/json", JSON.stringify(json));
      },
      () => refuse(request, response),
    );
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", resolve);
  });
  keepSearching(session, server);
  return { server, address: `http://127.0.0.1:${(server.address() as AddressInfo).port}/${token}/` };
}

/** Tells whether a request comes from the page, or is for the page itself. */
function isOurs({ method, url = "", headers }: IncomingMessage, token: string, port: number): boolean {
  const { host, origin } = headers;
  if (host !== `127.0.0.1:${port}` && host !== `localhost:${port}`) return false;
  if (origin !== undefined && origin !== `http://${host}`) return false;
  const site = headers["sec-fetch-site"];
  if (site !== undefined && site !== "same-origin" && site !== "none") return false;
  const [, given = "", rest] = /^\/([^/]*)\/(.*)$/.exec(url) ?? [];
  if (!isSame(given, token)) return false;
  if (method === "GET") return rest === "";
  return method === "POST" && rest === "api" && headers["content-type"] === "application/json";
}

/** Compares in a time that does not reveal how much of `given` is right. */
function isSame(given: string, token: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(token)];
  return a.length === b.length && timingSafeEqual(a, b);
}

/** Returns the body of a request. @throws Error for a body that is too long */
async function body(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  let length = 0;
  for await (const part of request as AsyncIterable<Buffer>) {
    length += part.length;
    if (length > LONGEST) throw new Error("too long");
    parts.push(part);
  }
  return Buffer.concat(parts).toString("utf8");
}

function done(session: Session, text: string, inWords: (error: unknown) => string): { status: number; json: Answer } {
  try {
    const request = parsed(text);
    if (request === undefined) return { status: 400, json: { view: session.view(), error: "that is no request" } };
    const saved = session.do(request);
    return { status: 200, json: { view: session.view(), ...(saved === undefined ? {} : { saved }) } };
  } catch (error) {
    return { status: 422, json: { view: session.view(), error: inWords(error) } };
  }
}

function parsed(text: string): WalkRequest | undefined {
  try {
    return requests.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}

const HEADERS = {
  "cache-control": "no-store",
  "cross-origin-resource-policy": "same-origin",
  "cross-origin-opener-policy": "same-origin",
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
  "x-frame-options": "DENY",
};

function answer(response: ServerResponse, status: number, type: string, content: string): void {
  response.writeHead(status, { ...HEADERS, "content-type": type }).end(content);
}

/** Refuses, in the same way for everybody. It does not wait for what is still being sent. */
function refuse(request: IncomingMessage, response: ServerResponse): void {
  response.once("finish", () => request.destroy());
  response.writeHead(404, { ...HEADERS, connection: "close" }).end();
}

/** Searches in slices, so that requests are handled meanwhile. */
function keepSearching(session: Session, server: Server): void {
  let timer: NodeJS.Timeout | undefined;
  const turn = () => {
    session.work(SLICE);
    // The next slice follows at once while there is something to search.
    timer = setTimeout(turn, session.searching ? 0 : SLICE);
  };
  turn();
  server.once("close", () => clearTimeout(timer));
}
