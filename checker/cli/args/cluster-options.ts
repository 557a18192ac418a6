/** The options of the commands around a cluster, as data. */
import { type CliOptions, commonOptions } from "./options.js";

export const workerOptions = {
  redis: {
    about:
      "the Redis server to take tasks from: redis://HOST[:PORT], rediss:// for TLS; its password in REDIS_PASSWORD",
    value: "URL",
  },
  dir: { about: "the folder that all workers see", value: "DIR" },
  memory: {
    about: "a ceiling for the states that this worker holds, as 500M or 4G; by default half of the machine",
    value: "BYTES",
  },
  lease: {
    about: "after so many seconds without a sign of life its task is given to another worker (30)",
    value: "SECONDS",
  },
  ...commonOptions,
} as const satisfies CliOptions;

export const runsOptions = {
  dir: { about: "the folder of the runs", value: "DIR" },
  remove: { about: "remove this run and its files; may be given several times", value: "RUN", repeatable: true },
  ...commonOptions,
} as const satisfies CliOptions;
