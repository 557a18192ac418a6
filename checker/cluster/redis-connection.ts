/**
 * Connections to the Redis server that hands out the tasks: which server, with which password, and what cannot pass by
 * waiting. A server that is away is waited for; one that refuses the password or has no trusted certificate is not.
 */
import { Redis } from "ioredis";
import { UsageError } from "../errors.js";

/** The environment variable with the password, for a URL that has none: other users of a machine see its URLs. */
export const PASSWORD_VARIABLE = "REDIS_PASSWORD";

/** How long a server may take to answer at the beginning, in milliseconds, and the time between two attempts. */
const TO_ANSWER = 10_000;
const BETWEEN_ATTEMPTS = 250;

/** Returns the URL of a server as it may be shown. */
export function withoutPassword(url: string): string {
  return url.replace(/\/\/.*@/, "//");
}

/**
 * Connects to a Redis server, and again whenever the connection is lost: a command waits until it is.
 * @param url `redis://[:PASSWORD@]HOST[:PORT][/NUMBER]`, or `rediss://…` for TLS
 * @param refuse is told why the server will never answer, if that is so
 */
export function connected(url: string, refuse: (why: Error) => void): Redis {
  const connection = new Redis(url, { ...passwordOf(), maxRetriesPerRequest: null, enableReadyCheck: true });
  connection.on("error", (error) => {
    const refusal = refusalOf(error, url);
    if (refusal !== undefined) refuse(refusal);
  });
  return connection;
}

/**
 * Waits until a Redis server answers.
 * @throws UsageError if it does not within ten seconds, or at once if it refuses the password or its certificate is not
 *   trusted
 */
export async function reach(url: string): Promise<void> {
  if (!/^rediss?:\/\//.test(url) || !URL.canParse(url))
    throw new UsageError(
      `${withoutPassword(url)} is no URL of a Redis server: redis://HOST[:PORT], or rediss:// for TLS; in a password, write / as %2F, and % as %25`,
    );
  const until = performance.now() + TO_ANSWER;
  for (;;) {
    const failure = await failureOf(url);
    if (failure === undefined) return;
    const refusal = refusalOf(failure, url);
    if (refusal !== undefined) throw refusal;
    if (performance.now() > until)
      throw new UsageError(`no Redis server answers at ${withoutPassword(url)}: ${failure.message}`, {
        cause: failure,
      });
    await new Promise((resolve) => setTimeout(resolve, BETWEEN_ATTEMPTS));
  }
}

/** Asks a server for an answer once, and returns why there is none; undefined if there is one. */
async function failureOf(url: string): Promise<Error | undefined> {
  const once = { lazyConnect: true, maxRetriesPerRequest: 0, retryStrategy: () => null };
  const connection = new Redis(url, { ...passwordOf(), ...once });
  // What `connect` throws says no more than that the connection is closed.
  let failure: Error | undefined;
  connection.on("error", (error) => {
    failure = error;
  });
  try {
    await connection.connect();
    await connection.ping();
  } catch (error) {
    failure ??= error as Error;
  } finally {
    connection.disconnect();
  }
  return failure;
}

/** Returns the password of the environment, which counts where the URL has none. */
function passwordOf(): { readonly password?: string } {
  const password = process.env[PASSWORD_VARIABLE];
  return password ? { password } : {};
}

/** What a server answers that another attempt may find otherwise: it is starting, or has too much to do. */
const PASSING = /^(LOADING|BUSY|MASTERDOWN|TRYAGAIN|CLUSTERDOWN|ERR max number of clients)/;

/** Says why no attempt will ever succeed; undefined if a next one may. */
function refusalOf(error: Error, url: string): UsageError | undefined {
  const server = `the Redis server at ${withoutPassword(url)}`;
  const { code = "", message } = error as NodeJS.ErrnoException;
  if (error.name === "ReplyError" && !PASSING.test(message)) {
    const words = /^(NOAUTH|WRONGPASS)/.test(message)
      ? `${message.startsWith("NOAUTH") ? "wants a password" : "refuses the password"}: set ${PASSWORD_VARIABLE}`
      : `refuses: ${message}`;
    return new UsageError(`${server} ${words}`, { cause: error });
  }
  if (/CERT|ISSUER|SIGNATURE/.test(code))
    return new UsageError(
      `${server} has a certificate that is not trusted (${message}): set NODE_EXTRA_CA_CERTS to the file of the certificate authority`,
      { cause: error },
    );
  return undefined;
}
