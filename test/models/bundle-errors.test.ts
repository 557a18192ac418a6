/** A model's file that cannot be bundled or loaded: one message that says what is wrong, where, and what to do. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { counter, folder, popcheck } from "../support/command-line.js";

const files: Readonly<Record<string, string>> = {
  "wrong-module.ts": counter().replace(`"popcheck/model"`, `"popcheck"`),
  "no-package.ts": `import { z } from "nonesuch";\nvoid z;\n${counter()}`,
  "no-file.ts": `import { one } from "./vocabulry.js";\nvoid one;\n${counter()}`,
  "vocabulary.ts": "export const one = 1;\n",
  "syntax.ts": counter().replace("= () => ({", "= () => ({{"),
  "circle-a.ts": `import { b } from "./circle-b.js";\nexport const a = { name: "a", b };\n${counter()}`,
  "circle-b.ts": `import { a } from "./circle-c.js";\nexport const b = a.name;\n`,
  "circle-c.ts": `export { a } from "./circle-a.js";\n`,
  "throws-alone.ts": `throw new Error("not today");\n`,
  "no-export.ts": counter().replace("export const counter", "const counter"),
  "default-text.ts": `${counter().replace("export const counter", "const counter")}export default "hello";\n`,
};

mkdirSync(join(folder, "bundles"));
for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, "bundles", name), text);

test.each([
  [
    "wrong-module.ts",
    `cannot be compiled\n  bundles/wrong-module.ts:1:105  models are written with popcheck/model; popcheck is for programs`,
  ],
  ["no-package.ts", `cannot be compiled\n  bundles/no-package.ts:1:19  there is no package nonesuch: npm install it`],
  [
    "no-file.ts",
    `cannot be compiled\n  bundles/no-file.ts:1:21  there is no file ./vocabulry.js; did you mean vocabulary.ts?`,
  ],
  ["syntax.ts", `cannot be compiled\n  bundles/syntax.ts:4:27  Expected identifier but found "{"`],
  [
    "circle-a.ts",
    `threw while it was loaded: Cannot read properties of undefined (reading 'name')\n  at bundles/circle-b.ts:2\n  bundles/circle-b.ts imports bundles/circle-c.ts, which imports bundles/circle-a.ts, which imports bundles/circle-b.ts: one of them runs before`,
  ],
  ["throws-alone.ts", "threw while it was loaded: not today\n  at bundles/throws-alone.ts:1\n$"],
  ["no-export.ts", "exports no model\n  Export what `model({ … })` returns"],
  ["default-text.ts", `exports no model: its default export is "hello"\n  Export what`],
])("%s", (name, says) => {
  const { status, stdout, stderr } = popcheck("check", join("bundles", name));
  expect([status, stdout]).toEqual([2, ""]);
  expect(`${stderr}$`).toContain(`error: bundles/${name} ${says}`);
});
