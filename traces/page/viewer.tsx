/** The script of the file that `popcheck view` writes: it shows the data in the file. */
import { render } from "preact";
import type { Contents } from "./contents.js";
import { File } from "./file.js";

const contents = JSON.parse(document.getElementById("contents")!.textContent!) as Contents;
const root = document.getElementById("page")!;
root.textContent = "";
render(<File {...contents} />, root);
