/**
 * Where the console's style sheet and scripts are. Written by `node assets/build.ts`; do not edit.
 * @module
 */
export const ASSETS = {
  style: "/console/assets/style.54f0e018586c.css",
  script: "/console/assets/script.bbf425bd4e67.js",
  chart: "/console/assets/chart.e23bb65264bb.js",
  uPlotScript: "/console/assets/uPlotScript.19c8d4c6ad88.js",
  uPlotStyle: "/console/assets/uPlotStyle.df630c6a8d6f.css",
} as const;
