/** The projects that `popcheck init` writes are those of docs/examples/: their own tests pass here, too. */
import "../../docs/examples/directory/protocol.test.js";
import "../../docs/examples/german/german.test.js";
import "../../docs/examples/popcorn/popcorn.test.js";
