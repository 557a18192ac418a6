/** A thread of a search by chance: it loads the model, and does parts of the search until it is told to stop. */

import { parentPort, workerData } from "node:worker_threads";
import { errorData } from "../../errors.js";
import { type BatchMessage, serveBatches } from "../../search/random/batch-workers.js";
import { batchRunner } from "../../search/random/random-search.js";
import { loadModel } from "../models/models.js";
import type { RandomSearchWorkerData } from "./run-random-search.js";
import { instantiate } from "./run-search.js";

const { reference, given, options, shift } = workerData as RandomSearchWorkerData;
const tell = (message: BatchMessage) => parentPort!.postMessage(message);
try {
  const { model } = await loadModel(reference);
  serveBatches(batchRunner(instantiate(model, given), options), shift, tell);
} catch (error) {
  tell({ kind: "error", error: errorData(error) });
}
