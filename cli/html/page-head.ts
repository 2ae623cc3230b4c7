import { escapeHtml } from './escape.js';

/** Colours are told twice, for light and for dark; the arms also differ by their dashes. */
const STYLE = `
:root { color-scheme: light dark; --bg: #fff; --fg: #1c2733; --muted: #5b6875; --rule: #dde3e9; --bad: #b3361c; --good: #17694f; --warn: #8a6100;
  --undefended: #c2501f; --defended: #1769aa; --fault: #f6e3c5; }
@media (prefers-color-scheme: dark) { :root { --bg: #12181e; --fg: #e4e9ee; --muted: #98a5b1; --rule: #2c3640; --bad: #f0866b; --good: #5fc8a3;
  --warn: #e0b04c; --undefended: #f0935f; --defended: #6db3ec; --fault: #3a2f1b; } }
body { margin: 0 auto; max-width: 46rem; padding: 2rem 1rem 4rem; background: var(--bg); color: var(--fg); font: 16px/1.5 system-ui, sans-serif; }
h1 { font-size: 1.6rem; margin: 0 0 .25rem; } h2 { font-size: 1.1rem; margin: 2rem 0 .5rem; }
.muted, figcaption { color: var(--muted); } .proved, .passed { color: var(--good); } .refuted, .failed { color: var(--bad); }
.inconclusive, .interrupted, .undecided, .measured { color: var(--warn); }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; } td, th { text-align: left; padding: .3rem .6rem .3rem 0; border-bottom: 1px solid var(--rule); vertical-align: top; }
figure { margin: 1rem 0; } svg { width: 100%; height: auto; } .tick, .label { fill: var(--muted); font: 12px system-ui, sans-serif; } .label { fill: var(--fg); }
.grid { stroke: var(--rule); } .fault { fill: var(--fault); } .line { fill: none; stroke-width: 2; } .line.undefended { stroke: var(--undefended); stroke-dasharray: 5 4; }
.line.defended { stroke: var(--defended); } .bar.undefended { fill: var(--undefended); } .bar.defended { fill: var(--defended); }
.legend span { margin-right: 1.2rem; } .legend .undefended { color: var(--undefended); } .legend .defended { color: var(--defended); }
@media print { body { max-width: none; } }
`;

/** How every exported page begins, up to its body. */
export const pageHead = (title: string): string =>
  [
    '<!doctype html>',
    '<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">',
    `<title>${escapeHtml(title)}</title><style>${STYLE}</style></head><body>`,
  ].join('\n');
