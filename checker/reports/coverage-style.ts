/** The style of the page of a coverage, for light and for dark. */
export const coverageStyle = `
:root { color-scheme: light dark; --ink: #1b1f24; --paper: #fff; --line: #d0d7de; --faint: #656d76; --bad: #b3261e;
  --bad-paper: #ffe9e7; --half-paper: #fff4d6; --heat: 17, 99, 160; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e6e6e6; --paper: #14181d; --line: #3a424c; --faint: #9aa4af; --bad: #ff9d94; --bad-paper: #4a1f1c;
    --half-paper: #453a17; --heat: 90, 170, 235; }
}
body { margin: 0; background: var(--paper); color: var(--ink); font: 15px/1.5 system-ui, sans-serif; }
main { max-width: 78rem; margin: 0 auto; padding: 1rem; }
h1 { font-size: 1.4rem; } h2 { font-size: 1.15rem; margin-top: 2rem; }
a { color: inherit; }
.bad { color: var(--bad); }
dt { font-weight: 600; } dd { margin: 0 0 .5rem 1rem; }
.wide { overflow-x: auto; }
table { border-collapse: collapse; }
th, td { border: 1px solid var(--line); padding: .2rem .5rem; text-align: left; font-weight: 400; white-space: nowrap; }
td { text-align: right; font-variant-numeric: tabular-nums; }
.found td { text-align: left; white-space: normal; }
.heat th { font-weight: 600; } .inner { padding-left: 1.5rem; }
.impossible { color: var(--faint); } .stalled { color: var(--faint); font-style: italic; }
.never, .met { background: var(--bad-paper); color: var(--bad); font-weight: 600; }
${Array.from({ length: 8 }, (_, shade) => `.heat${shade} { background: rgba(var(--heat), ${(0.06 + shade * 0.055).toFixed(3)}); }`).join("\n")}
summary { cursor: pointer; margin-top: .5rem; }
pre { overflow-x: auto; border: 1px solid var(--line); padding: .5rem 0; font: 13px/1.45 ui-monospace, monospace; }
pre span { display: inline-block; min-width: 100%; }
pre i, pre b { display: inline-block; width: 4.5ch; margin-right: 1ch; text-align: right; color: var(--faint);
  font-style: normal; font-weight: 400; user-select: none; }
pre b { width: 7ch; }
pre .unrun { background: var(--bad-paper); } pre .partly { background: var(--half-paper); }
pre span:target { outline: 2px solid rgb(var(--heat)); }
`;
