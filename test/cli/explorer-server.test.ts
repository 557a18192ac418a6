/** The server of `popcheck explore`: it does what its page asks, and nothing for anybody else. */
import { type ChildProcess, spawn } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { type IncomingHttpHeaders, request } from "node:http";
import { connect } from "node:net";
import { networkInterfaces } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Answer, WalkRequest } from "../../checker/explorer/view.js";
import { bin, counter, folder, popcheck } from "../support/command-line.js";

interface Explorer {
  readonly process: ChildProcess;
  readonly address: URL;
}

async function explorer(...words: string[]): Promise<Explorer> {
  const process_ = spawn(process.execPath, [bin, "explore", ...words], {
    cwd: folder,
    stdio: ["ignore", "pipe", "ignore"],
  });
  const line = await new Promise<string>((resolve, reject) => {
    process_.stdout!.once("data", (data) => resolve(String(data)));
    process_.once("exit", (status) => reject(new Error(`it ended with ${status}`)));
  });
  expect(line).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/[\w-]{32,}\/\n$/);
  return { process: process_, address: new URL(line.trim()) };
}

function ended({ process }: Explorer, signal: NodeJS.Signals = "SIGINT"): Promise<number | null> {
  return new Promise((resolve) => {
    process.once("exit", resolve);
    process.kill(signal);
  });
}

interface Response {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

interface Sent {
  readonly method?: string;
  readonly path?: string;
  readonly headers?: Record<string, string>;
  readonly body?: string;
}

function send(
  { address }: Explorer,
  { method = "POST", path, headers, body = '{"do":"look"}' }: Sent = {},
): Promise<Response> {
  return new Promise((resolve, reject) => {
    const sent = request(
      {
        ...{ host: "127.0.0.1", port: address.port, method, path: path ?? `${address.pathname}api` },
        headers: method === "GET" ? { ...headers } : { "content-type": "application/json", ...headers },
      },
      (response) => {
        let text = "";
        response.setEncoding("utf8").on("data", (part) => {
          text += part;
        });
        response.on("end", () => resolve({ status: response.statusCode!, headers: response.headers, body: text }));
        response.on("error", reject);
      },
    );
    sent.on("error", reject);
    sent.end(method === "GET" ? undefined : body);
  });
}

async function ask(of: Explorer, request: WalkRequest): Promise<Answer & { status: number }> {
  const { status, body } = await send(of, { body: JSON.stringify(request) });
  return { status, ...(JSON.parse(body) as Answer) };
}

let popcorn: Explorer;
beforeAll(async () => {
  popcorn = await explorer("popcorn", "--stage", "4.2", "--kernels", "2");
});
afterAll(() => popcorn.process.kill());

describe("for its page", () => {
  test("it has the page, with a policy that allows no other script and no other address", async () => {
    const { status, headers, body } = await send(popcorn, { method: "GET", path: popcorn.address.pathname });
    expect(status).toBe(200);
    expect(headers).toMatchObject({
      "content-type": "text/html; charset=utf-8",
      "cache-control": "no-store",
      "x-frame-options": "DENY",
      "x-content-type-options": "nosniff",
      "referrer-policy": "no-referrer",
      "cross-origin-resource-policy": "same-origin",
    });
    expect(body).toMatch(
      /default-src 'none'; script-src 'sha256-[^']+'; style-src 'sha256-[^']+'; img-src data:; connect-src 'self'/,
    );
  });

  test("it walks, searches, saves and loads", async () => {
    const first = await ask(popcorn, { do: "take", choice: 0 });
    expect(first).toMatchObject({ status: 200, view: { at: 1 } });
    await ask(popcorn, { do: "violate", property: "SWMR" });
    await expect.poll(async () => (await ask(popcorn, { do: "look" })).view.search.state).toBe("found");
    const { saved } = await ask(popcorn, { do: "save", property: "SWMR" });
    writeFileSync(join(folder, "explored.json"), JSON.stringify(saved));
    expect(popcheck("replay", "explored.json").status).toBe(12);
    await ask(popcorn, { do: "begin", initial: 1 });
    const loaded = await ask(popcorn, { do: "load", text: readFileSync(join(folder, "explored.json"), "utf8"), at: 3 });
    expect(loaded.view.at).toBe(3);
    expect(loaded.view.revision).toBeGreaterThan(first.view.revision);
  });

  test("what cannot be done is said, and changes nothing", async () => {
    const before = (await ask(popcorn, { do: "look" })).view;
    const refused: [WalkRequest, RegExp][] = [
      [{ do: "take", choice: 99 }, /there is no step 99 here/],
      [{ do: "find", condition: "copy[" }, /no kernel is called nothing/],
      [{ do: "load", text: '{"#meta":{}}' }, /format/],
      [{ do: "load", text: "<script>" }, /not JSON/],
    ];
    for (const [request, reason] of refused) {
      const { status, error, view } = await ask(popcorn, request);
      expect({ status, error }).toEqual({ status: 422, error: expect.stringMatching(reason) });
      expect(view).toEqual(before);
    }
  });

  test.each([
    "",
    "{",
    "[]",
    "null",
    '{"do":"fly"}',
    '{"do":"take"}',
    '{"do":"take","choice":-1}',
    '{"do":"take","choice":"0"}',
    '{"do":"look","more":1}',
  ])("%s is no request", async (body) => {
    const { status, body: text } = await send(popcorn, { body });
    expect({ status, error: JSON.parse(text).error }).toEqual({ status: 400, error: "that is no request" });
  });
});

describe("for anybody else there is nothing", () => {
  const token = () => popcorn.address.pathname.slice(1, -1);
  const port = () => popcorn.address.port;
  test.each<[string, () => Sent]>([
    ["no token", () => ({ path: "/api" })],
    ["the root", () => ({ method: "GET", path: "/" })],
    ["another token", () => ({ path: `/${"x".repeat(token().length)}/api` })],
    ["a part of the token", () => ({ path: `/${token().slice(0, -1)}/api` })],
    ["the token in the query", () => ({ path: `/api?token=${token()}` })],
    ["another path", () => ({ method: "GET", path: `/${token()}/package.json` })],
    ["a path that goes up", () => ({ method: "GET", path: `/${token()}/../../package.json` })],
    ["the API by GET", () => ({ method: "GET", path: `/${token()}/api` })],
    ["the page by POST", () => ({ path: `/${token()}/` })],
    ["another method", () => ({ method: "PUT" })],
    [
      "OPTIONS, as another origin's page asks first",
      () => ({
        method: "OPTIONS",
        headers: { origin: "http://evil.example", "access-control-request-method": "POST" },
      }),
    ],
    ["another host, as after DNS rebinding", () => ({ headers: { host: `evil.example:${port()}` } })],
    ["this host at another port", () => ({ headers: { host: "127.0.0.1:1" } })],
    [
      "the page for another host",
      () => ({ method: "GET", path: `/${token()}/`, headers: { host: `evil.example:${port()}` } }),
    ],
    ["another origin", () => ({ headers: { origin: "http://evil.example" } })],
    ["no origin at all, as of a sandboxed frame", () => ({ headers: { origin: "null" } })],
    ["this origin over https", () => ({ headers: { origin: `https://127.0.0.1:${port()}` } })],
    ["another site", () => ({ headers: { "sec-fetch-site": "cross-site" } })],
    ["the same site", () => ({ headers: { "sec-fetch-site": "same-site" } })],
    ["a form", () => ({ headers: { "content-type": "application/x-www-form-urlencoded" } })],
    ["plain text, which needs no leave", () => ({ headers: { "content-type": "text/plain" } })],
  ])("%s", async (_, sent) => {
    const { status, headers, body } = await send(popcorn, sent());
    expect({ status, body }).toEqual({ status: 404, body: "" });
    expect(headers["access-control-allow-origin"]).toBeUndefined();
  });

  test("its own origin, by name or by number, is answered", async () => {
    for (const name of ["127.0.0.1", "localhost"]) {
      const host = `${name}:${port()}`;
      expect(
        (await send(popcorn, { headers: { host, origin: `http://${host}`, "sec-fetch-site": "same-origin" } })).status,
      ).toBe(200);
    }
  });

  test("a body without end is cut off, and the next request is answered", async () => {
    const body = JSON.stringify({ do: "load", text: "x".repeat(65 * 1024 * 1024) });
    const cut = await send(popcorn, { body }).catch((error: NodeJS.ErrnoException) => error.code);
    expect(typeof cut === "string" ? ["EPIPE", "ECONNRESET"].includes(cut) : cut!.status === 404).toBe(true);
    expect((await ask(popcorn, { do: "look" })).status).toBe(200);
  });

  test("it listens on loopback alone", async () => {
    // Where packets are dropped, nothing ever answers; where it listens, it does, sooner or later.
    const reaches = (host: string, timeout = 0) =>
      new Promise<boolean>((resolve) => {
        const socket = connect({ host, port: Number(port()), timeout });
        const end = (reached: boolean) => () => {
          socket.destroy();
          resolve(reached);
        };
        socket.once("connect", end(true)).once("error", end(false)).once("timeout", end(false));
      });
    const own = Object.values(networkInterfaces()).flatMap((all) => all ?? []);
    const others = own.filter(({ internal, family }) => !internal && family === "IPv4").map(({ address }) => address);
    expect(await reaches("127.0.0.1")).toBe(true);
    for (const address of [...others, "127.0.0.2"])
      expect({ address, reached: await reaches(address, 1000) }).toEqual({ address, reached: false });
  });
});

test("an author's function that throws ends nothing", async () => {
  writeFileSync(
    join(folder, "thrower.ts"),
    counter({ step: `if (state.count() === 1) throw new Error("not this one");` }),
  );
  const thrower = await explorer("thrower.ts");
  await ask(thrower, { do: "take", choice: 0 });
  const { status, error, view } = await ask(thrower, { do: "take", choice: 0 });
  expect({ status, error, at: view.at }).toEqual({ status: 200, error: undefined, at: 2 });
  expect(JSON.stringify(view)).toContain("not this one");
  expect((await ask(thrower, { do: "look" })).view.at).toBe(2);
  expect(await ended(thrower)).toBe(0);
});

test("two that run know nothing of each other's tokens, and a port that is taken is told", async () => {
  const other = await explorer("german");
  expect((await send({ ...other, address: new URL(popcorn.address.pathname, other.address) })).status).toBe(404);
  const taken = popcheck("explore", "german", "--port", other.address.port);
  expect({ status: taken.status, err: taken.stderr }).toEqual({
    status: 2,
    err: expect.stringContaining("it is taken"),
  });
  expect(await ended(other, "SIGTERM")).toBe(0);
});
