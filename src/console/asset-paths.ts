/**
 * Where the console's style sheet and scripts are. Written by `node assets/build.ts`; do not edit.
 * @module
 */
export const ASSETS = {
  style: "/console/assets/style.6dfb61fc2e3c.css",
  script: "/console/assets/script.80282a1c13a9.js",
  chart: "/console/assets/chart.3de58f2ac37e.js",
  uPlotScript: "/console/assets/uPlotScript.19c8d4c6ad88.js",
  uPlotStyle: "/console/assets/uPlotStyle.df630c6a8d6f.css",
} as const;
