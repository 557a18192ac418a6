/** Which failures of a Redis server are waited out, and which end a process at once, with a sentence. */
import { once } from "node:events";
import { createServer } from "node:net";
import { describe, expect, test } from "vitest";
import { connected, reach, withoutPassword } from "../../checker/cluster/redis-connection.js";
import { UsageError } from "../../checker/errors.js";

/** Calls `use` with the URL of a server that answers each thing that it is sent by the next of `answers`. */
async function withServer(
  answers: readonly string[],
  use: (url: string, connections: () => number) => Promise<void>,
): Promise<void> {
  let asked = 0;
  const server = createServer((socket) => {
    socket.on("error", () => {});
    // Each connection is asked for several things at once; all of them have the same answer.
    const answer = answers[Math.min(asked++, answers.length - 1)]!;
    socket.on("data", (data) => {
      for (const _ of data.toString().matchAll(/^\*\d+\r\n/gm)) socket.write(answer);
    });
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as { port: number };
  try {
    await use(`redis://127.0.0.1:${port}`, () => asked);
  } finally {
    server.close();
  }
}

const WRONG = "-WRONGPASS invalid username-password pair or user is disabled.\r\n";

describe("a Redis server that is not to be reached", () => {
  for (const [answer, sentence] of [
    [WRONG, /^the Redis server at redis:\/\/127\.0\.0\.1:\d+ refuses the password: set REDIS_PASSWORD$/],
    ["-NOAUTH Authentication required.\r\n", /wants a password: set REDIS_PASSWORD$/],
    ["-NOPERM this user has no permissions\r\n", /refuses: NOPERM this user has no permissions$/],
  ] as const)
    test(`is told at once where it answers ${answer.split(" ")[0]}`, () =>
      withServer([answer], async (url, connections) => {
        await expect(reach(url.replace("//", "//:secret@"))).rejects.toThrow(sentence);
        expect(connections()).toBe(1);
      }));

  test("is told at once where it is no URL, without its password", async () => {
    for (const url of ["localhost:6379", "http://:secret@localhost", "redis://:sec/ret@localhost"]) {
      const error = (await reach(url).catch((error: unknown) => error)) as Error;
      expect(error).toBeInstanceOf(UsageError);
      expect(error.message).toContain("is no URL of a Redis server");
      expect(error.message).not.toContain("ret@");
    }
  });

  test("is waited for where it is only starting", () =>
    withServer(["-LOADING Redis is loading the dataset in memory\r\n", "+OK\r\n"], async (url, connections) => {
      await reach(url);
      expect(connections()).toBe(2);
    }));

  test("is told, too, where it refuses later on", () =>
    withServer([WRONG], async (url) => {
      let connection: ReturnType<typeof connected> | undefined;
      const refusal = await new Promise<Error>((resolve) => {
        connection = connected(url, resolve);
      });
      expect(refusal.message).toContain("refuses the password");
      connection?.disconnect();
    }));
});

test("a URL is shown without its password, whatever is in it", () => {
  expect(withoutPassword("redis://:secret@host:1")).toBe("redis://host:1");
  expect(withoutPassword("rediss://me:p@ss/w@rd@host")).toBe("rediss://host");
  expect(withoutPassword("redis://host:6379/1")).toBe("redis://host:6379/1");
});
