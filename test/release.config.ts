/**
 * What takes so long that it is run before a release, and not before each change: `vitest run --config
 * test/release.config.ts`. It is what the slow tests do, for more models, mutants and combinations of options.
 */
import { defineConfig } from "vitest/config";
import slow from "./slow.config.js";

export default defineConfig({ ...slow, test: { ...slow.test, include: ["test/**/*.release.ts"] } });
