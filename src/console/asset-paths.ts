/**
 * Where the console's style sheet and scripts are. Written by `node assets/build.ts`; do not edit.
 * @module
 */
export const ASSETS = {
  style: "/console/assets/style.796655de0eea.css",
  script: "/console/assets/script.ec94d252754f.js",
  chart: "/console/assets/chart.3de58f2ac37e.js",
  uPlotScript: "/console/assets/uPlotScript.19c8d4c6ad88.js",
  uPlotStyle: "/console/assets/uPlotStyle.df630c6a8d6f.css",
} as const;
