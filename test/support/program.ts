/** Where popcheck lies, for those that run it in a process of its own. */
import { join } from "node:path";
import { packageRoot } from "../../checker/package.js";

export const root = packageRoot;
export const bin = join(root, "dist", "checker", "cli", "popcheck.js");
