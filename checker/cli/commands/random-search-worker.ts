/** A thread of a search by chance: it loads the model, and does parts of the search until it is told to stop. */
import { parentPort, workerData } from "node:worker_threads";
import { type Message, serve } from "../../search/random/batch-workers.js";
import { errorData } from "../../search/random/batches.js";
import { partsOf } from "../../search/random/random-search.js";
import { loadModel } from "../models/models.js";
import type { SamplerData } from "./run-random-search.js";
import { instantiate } from "./run-search.js";

const { reference, given, options, shift } = workerData as SamplerData;
const tell = (message: Message) => parentPort!.postMessage(message);
try {
  const { model } = await loadModel(reference);
  serve(partsOf(instantiate(model, given), options), shift, tell);
} catch (error) {
  tell({ kind: "error", error: errorData(error) });
}
