/** A Redis server that wants a password, and TLS with a certificate of a private authority. */
import { execFileSync, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { freePort, killAll, listening, redisConfiguration, start } from "../support/cluster-processes.js";
import { bin, root, withoutProgress } from "../support/command-line.js";

const folder = mkdtempSync(join(tmpdir(), "popcheck-redis-"));
const PASSWORD = "correct horse";

afterAll(() => {
  killAll();
  rmSync(folder, { recursive: true, force: true });
});

/** Makes an authority of its own, and a certificate by it for this machine, with openssl. */
function makeCertificates(): void {
  const openssl = (line: string) => execFileSync("openssl", line.split(" "), { cwd: folder, stdio: "ignore" });
  writeFileSync(join(folder, "names"), "subjectAltName=DNS:localhost,IP:127.0.0.1\n");
  openssl("req -x509 -newkey rsa:2048 -nodes -keyout ca.key -out ca.crt -days 2 -subj /CN=authority");
  openssl("req -newkey rsa:2048 -nodes -keyout server.key -out server.csr -subj /CN=localhost");
  openssl("x509 -req -in server.csr -CA ca.crt -CAkey ca.key -CAcreateserial -out server.crt -days 2 -extfile names");
}

/** Runs a command line of popcheck to its end. */
async function ran(words: readonly string[], env: Readonly<Record<string, string>>, onOutput = () => {}) {
  const child = spawn(process.execPath, [bin, ...words], { cwd: root, env: { ...process.env, ...env } });
  child.stdout.once("data", onOutput);
  const status = new Promise<number | null>((resolve) => {
    child.on("exit", resolve);
  });
  const [out, err] = await Promise.all([text(child.stdout), text(child.stderr)]);
  return { status: await status, out, err };
}

describe("with a password and TLS,", () => {
  let url: string;
  let authority: Readonly<Record<string, string>>;
  beforeAll(async () => {
    makeCertificates();
    const port = await freePort();
    const [, ...lines] = redisConfiguration(port, folder);
    const input = [
      ...["port 0", `tls-port ${port}`, ...lines, `requirepass "${PASSWORD}"`, "tls-auth-clients no"],
      ...["tls-cert-file server.crt", "tls-key-file server.key", "tls-ca-cert-file ca.crt"],
    ];
    // The names of the files are those in the folder that it works in.
    start("redis-server", ["-"], { input: input.join("\n").replaceAll(/ ((server|ca)\.\w+)/g, ` ${folder}/$1`) });
    url = `rediss://127.0.0.1:${port}`;
    authority = { NODE_EXTRA_CA_CERTS: join(folder, "ca.crt") };
    await listening(port);
  });

  const check = (server: string, env: Readonly<Record<string, string>>) => {
    const dir = join(folder, "runs");
    return ran(["check", "german", "--nodes", "2", "--cluster", server, "--dir", dir], env);
  };

  test("a worker and a check do what they do without", async () => {
    const dir = join(folder, "runs");
    mkdirSync(dir, { recursive: true });
    const env = { ...authority, REDIS_PASSWORD: PASSWORD };
    start(process.execPath, [bin, "worker", "--redis", url, "--dir", dir], { env });
    const { out, err, status } = await check(url, env);
    expect({ said: withoutProgress(err), status }).toEqual({ said: "", status: 0 });
    expect(out).toMatch(/\d+ distinct/);
  });

  const refusals = [
    ["a wrong password", {}, (server: string) => server.replace("//", "//:wrong@"), "refuses the password"],
    ["a wrong password in the environment", { REDIS_PASSWORD: "wrong" }, undefined, "refuses the password"],
    ["no password", { REDIS_PASSWORD: "" }, undefined, "wants a password"],
  ] as const;
  for (const [what, env, urlOf, sentence] of refusals)
    test(`${what} ends both at once, with a sentence`, async () => {
      const server = urlOf?.(url) ?? url;
      for (const each of [
        check(server, { ...authority, ...env }),
        ran(["worker", "--redis", server, "--dir", folder], { ...authority, ...env }),
      ]) {
        const { status, err } = await each;
        expect(err).toBe(`error: the Redis server at ${url} ${sentence}: set REDIS_PASSWORD\n`);
        expect(status).toBe(2);
      }
    });

  test("a certificate of an authority that is not known ends both, with a sentence that says what to set", async () => {
    for (const each of [check(url, { REDIS_PASSWORD: PASSWORD }), ran(["worker", "--redis", url, "--dir", folder], {})])
      expect((await each).err).toMatch(/has a certificate that is not trusted .*: set NODE_EXTRA_CA_CERTS to /);
  });

  test("a worker that waits ends with a sentence once the server has another password", async () => {
    const port = await freePort();
    const input = (password: string) => [...redisConfiguration(port, folder), `requirepass ${password}`].join("\n");
    const first = start("redis-server", ["-"], { input: input("one") });
    const env = { REDIS_PASSWORD: "one" };
    await listening(port);
    let worker: ReturnType<typeof ran> | undefined;
    await new Promise<void>((resolve) => {
      worker = ran(["worker", "--redis", `redis://127.0.0.1:${port}`, "--dir", folder], env, resolve);
    });
    first.kill("SIGKILL");
    start("redis-server", ["-"], { input: input("two") });
    const { status, err } = await worker!;
    expect(err).toContain("refuses the password");
    expect(status).toBe(2);
  });
});
