/** The script of the page that `popcheck explore` serves. */
import { render } from "preact";
import { Explorer } from "./explorer-page.js";

const root = document.getElementById("page")!;
root.textContent = "";
render(<Explorer />, root);
