/** The script of the file that `popcheck view` writes: shows what the file carries. */
import { render } from "preact";
import type { Contents } from "./contents.js";
import { File } from "./file.js";

const contents = JSON.parse(document.getElementById("contents")!.textContent!) as Contents;
const root = document.getElementById("page")!;
root.textContent = "";
render(<File {...contents} />, root);
