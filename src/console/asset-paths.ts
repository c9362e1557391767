/**
 * Where the console's style sheet and scripts are. Written by `node assets/build.ts`; do not edit.
 * @module
 */
export const ASSETS = {
  style: "/console/assets/style.0818e447ec96.css",
  script: "/console/assets/script.53cab0545b52.js",
  chart: "/console/assets/chart.f44f66d1cf60.js",
  uPlotScript: "/console/assets/uPlotScript.19c8d4c6ad88.js",
  uPlotStyle: "/console/assets/uPlotStyle.df630c6a8d6f.css",
} as const;
