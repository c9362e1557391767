/**
 * The calls of every way, as bars on a logarithmic scale.
 * @module
 */
import type { Row } from "./report.ts";

const WIDTH = 760;
const LEFT = 150;
const RIGHT = 90;
const BAR = 16;
const GAP = 4;
const HEAD = 30;
const OWN = "#2a78d6";
const COLORS: Readonly<Record<string, string>> = {
  "a call an update": "#e34948",
  "… rate limited": "#eb6834",
  "… merging, knowing": "#b5700c",
  "hourly diff": "#1baf7a",
  "timer, 20 s": "#8a63c9",
  "timer, 30 s": "#8a63c9",
  "timer, 60 s": "#8a63c9",
  "timer, 300 s": "#8a63c9",
};

/** @returns an SVG document that follows the reader's light or dark theme */
export function picture(measured: readonly { title: string; rows: readonly Row[] }[]): string {
  const most = Math.max(...measured.flatMap(({ rows }) => rows.map(({ calls }) => calls)));
  const decades = Math.ceil(Math.log10(most));
  const x = (calls: number): number =>
    LEFT + (Math.log10(Math.max(1, calls)) / decades) * (WIDTH - LEFT - RIGHT);
  const marks: string[] = [];
  let y = 46;
  for (const { title, rows } of measured) {
    marks.push(text(8, y + 14, title, "title"));
    y += HEAD - GAP;
    for (const { way, calls } of rows) {
      const width = Math.max(1, x(calls) - LEFT).toFixed(1);
      marks.push(
        text(LEFT - 8, y + 12, way, "way"),
        `<rect x="${LEFT}" y="${y}" width="${width}" height="${BAR}" rx="2" fill="${COLORS[way] ?? OWN}"/>`,
        text(x(calls) + 6, y + 12, calls.toLocaleString("en-US"), "calls"),
      );
      y += BAR + GAP;
    }
    y += 12;
  }
  const grid = Array.from({ length: decades + 1 }, (_, i) => {
    const at = x(10 ** i).toFixed(1);
    const line = `<line x1="${at}" x2="${at}" y1="36" y2="${y}"/>`;
    return line + text(Number(at), 30, (10 ** i).toLocaleString("en-US"), "tick");
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${y + 8}" width="${WIDTH}" role="img" aria-label="Calls to Outreach by trace and way, logarithmic scale">
<style>
  text { font: 12px system-ui, sans-serif; fill: #52514e }
  .title { font-weight: 600; fill: #0b0b0b; paint-order: stroke; stroke: #fcfcfb; stroke-width: 4px }
  .way { text-anchor: end } .tick { text-anchor: middle; font-size: 11px } .head { font-weight: 600 }
  .back { fill: #fcfcfb } line { stroke: #e1e0d9 }
  @media (prefers-color-scheme: dark) {
    text { fill: #c3c2b7 } .title { fill: #fff; stroke: #1a1a19 } .back { fill: #1a1a19 } line { stroke: #2c2c2a }
  }
</style>
<rect class="back" width="100%" height="100%"/>
${text(8, 14, "Calls to Outreach, logarithmic scale", "head")}
${[...grid, ...marks].join("\n")}
</svg>
`;
}

function text(x: number, y: number, content: string, kind: string): string {
  return `<text x="${x.toFixed(1)}" y="${y}" class="${kind}">${content}</text>`;
}
