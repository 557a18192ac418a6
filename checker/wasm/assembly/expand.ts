/** The module `expand`: what TypeScript calls of the expander. */
export { canonicalize, expand, init, keysOfInput, loadRow, seed } from "./expansion";
export { contentOfInput, enabledTrees, transitions } from "./graph";
export { rebuildNodeTable } from "./pairs";
