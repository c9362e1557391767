/**
 * Charts by uPlot; the figures are in the table below each one, for those who do not see it.
 * @module
 */
function color(name) {
  return getComputedStyle(document.body).getPropertyValue(name);
}

const DASHES = { dashed: [8, 6], dotted: [2, 4] };

function figures({ times, values }) {
  return [times, ...values];
}

for (const element of document.querySelectorAll("[data-chart]")) {
  const data = JSON.parse(element.dataset.chart);
  const axis = { stroke: color("--dim"), grid: { stroke: color("--line"), width: 1 } };
  const options = {
    width: element.clientWidth,
    height: 220,
    cursor: { drag: { x: false, y: false } },
    scales: { y: { range: (_, __, max) => [0, Math.max(1, max)] } },
    axes: [axis, { ...axis, size: 72 }],
    series: [
      {},
      ...data.series.map(({ label, tone, line }) => ({
        label,
        stroke: color(`--${tone}`),
        // What is not a fact is a line alone.
        ...(line ? { dash: DASHES[line] } : { fill: `${color(`--${tone}`)}22` }),
        width: 2,
        points: { show: false },
      })),
    ],
  };
  const chart = new uPlot(options, figures(data), element);
  element.addEventListener("fresh", () =>
    chart.setData(figures(JSON.parse(element.dataset.chart))),
  );
  addEventListener("resize", () => chart.setSize({ width: element.clientWidth, height: 220 }));
}
