/**
 * `popcheck explore MODEL`: serves a page to step through a model's states to a browser on this machine, until it is
 * interrupted.
 */

import { pageOf } from "../../../traces/page/html.js";
import { onOneLine } from "../../../traces/text/shown.js";
import { defaultMemory, instantiate } from "../../api/request.js";
import { UsageError } from "../../errors.js";
import { Session } from "../../explorer/session.js";
import type { NamedModel } from "../../models/models.js";
import { EXIT } from "../../reports/exit-status.js";
import { assetsOf } from "../../reports/page-assets.js";
import { bytes, givenParameters, positiveInteger, wholeNumber } from "../args/options.js";
import { inFile, readTrace } from "../args/trace-file.js";
import { messageOf } from "../errors.js";
import { noteUncheckedTypes } from "../outputs/unchecked-types.js";
import { interruptedBy } from "../watchdog.js";
import { type ExploreServer, serve } from "./explorer-server.js";

export interface WalkArguments {
  readonly [option: string]: unknown;
  readonly trace?: string;
  readonly memory?: string;
  readonly maxStates?: string;
}

/** Begins a walk on the model with the parameters given; at the end of a trace, if one is given. */
export function sessionOf({ model }: NamedModel, argv: WalkArguments): Session {
  const { trace, memory, maxStates } = argv;
  const instance = instantiate(model, givenParameters(model.parameters, argv));
  const session = new Session(instance, {
    memory: memory === undefined ? defaultMemory() : bytes("memory", memory),
    maxStates: maxStates === undefined ? undefined : positiveInteger("max-states", maxStates),
  });
  if (trace !== undefined) inFile(trace, "loaded", () => session.do({ do: "load", text: readTrace(trace) }));
  return session;
}

/** Runs the command and returns the exit status when it is interrupted. */
export async function exploreCommand(named: NamedModel, argv: WalkArguments & { port?: string }): Promise<number> {
  noteUncheckedTypes(named);
  const session = sessionOf(named, argv);
  const page = pageOf(
    `${named.model.name} · popcheck explore`,
    assetsOf("checker/explorer/page/explorer"),
    [],
    "'self'",
  );
  const port = argv.port === undefined ? 0 : wholeNumber("port", argv.port);
  const { server, address } = await listening({ session, page, port, inWords: (error) => messageOf(error, false) });
  process.stdout.write(`${address}\n`);
  process.stderr.write(
    `exploring ${onOneLine(named.model.name)}: open the address in a browser of this machine; end with Ctrl-C\n`,
  );
  let release = () => {};
  await new Promise<void>((resolve) => {
    release = interruptedBy(["SIGINT", "SIGTERM"], resolve);
  });
  release();
  server.close();
  server.closeAllConnections();
  return EXIT.holds;
}

async function listening(served: Parameters<typeof serve>[0]): Promise<ExploreServer> {
  try {
    return await serve(served);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const reason = code === "EADDRINUSE" ? "it is taken" : code === "EACCES" ? "no permission" : message;
    throw new UsageError(
      `--port ${served.port} cannot be listened on: ${reason}\n  Leave --port out, and a free one is taken.`,
    );
  }
}
