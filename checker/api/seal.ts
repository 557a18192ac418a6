/**
 * Seals tell what was made on this account from what a stranger has made. A seal is a keyed hash (HMAC, RFC 2104) of a
 * text; the key lies in the user's folder for state, where nobody else reads it, and is made when it is first needed.
 */
import { createHmac, randomBytes, timingSafeEqual } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { isAbsolute, join } from "node:path";

const KEY_BYTES = 32;

/** Returns the path of the key, by the XDG Base Directory Specification. */
function keyFile(): string {
  const { XDG_STATE_HOME } = process.env;
  const state =
    XDG_STATE_HOME !== undefined && isAbsolute(XDG_STATE_HOME) ? XDG_STATE_HOME : join(homedir(), ".local", "state");
  return join(state, "popcheck", "key");
}

function readKey(): Buffer | undefined {
  try {
    const key = Buffer.from(readFileSync(keyFile(), "utf8").trim(), "hex");
    return key.length === KEY_BYTES ? key : undefined;
  } catch {
    return undefined;
  }
}

function makeKey(): Buffer | undefined {
  try {
    mkdirSync(join(keyFile(), ".."), { recursive: true, mode: 0o700 });
    // If another process makes the key at the same time, its key is the key.
    writeFileSync(keyFile(), `${randomBytes(KEY_BYTES).toString("hex")}\n`, { flag: "wx", mode: 0o600 });
  } catch {
    // It is there already, or cannot be made.
  }
  return readKey();
}

function hmac(key: Buffer, text: string): Buffer {
  return createHmac("sha256", key).update(text).digest();
}

/** Returns the seal of a text, in hexadecimal; undefined if this account can keep no key. */
export function sealOf(text: string): string | undefined {
  const key = readKey() ?? makeKey();
  return key && hmac(key, text).toString("hex");
}

/** Returns whether `seal` is the seal that this account has set under `text`. */
export function isSealed(text: string, seal: string | undefined): boolean {
  const key = readKey();
  if (key === undefined || seal === undefined) return false;
  const [given, right] = [Buffer.from(seal, "hex"), hmac(key, text)];
  return given.length === right.length && timingSafeEqual(given, right);
}
