/** The module `expand`: what TypeScript calls of the expander. */
export { expand, init } from "./expansion";
export { canonicalize, keysOfInput, loadRow, putInput, seed } from "./given-rows";
export { contentOfInput, enabledTrees, transitions } from "./graph";
export { rebuildNodeTable } from "./pairs";
