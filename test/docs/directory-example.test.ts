/** The project that `popcheck init` writes is docs/examples/directory/: its own test passes here, too. */
import "../../docs/examples/directory/protocol.test.js";
