/**
 * Charts by uPlot; the figures are in the table below each one, for those who do not see it.
 * @module
 */
function color(name) {
  return getComputedStyle(document.body).getPropertyValue(name);
}

const DASHES = { dashed: [8, 6], dotted: [2, 4] };

/** As the page writes times; under names of their own, since all scripts of a page share one scope. */
const CHART_CLOCK = new Intl.DateTimeFormat(undefined, { hour: "numeric", minute: "2-digit" });
const CHART_DAY = new Intl.DateTimeFormat(undefined, { day: "numeric", month: "short" });
const DAY_S = 86_400;

function timeTexts(_, times) {
  const areDays = times.length > 1 && times[1] - times[0] >= DAY_S;
  return times.map((time) => (areDays ? CHART_DAY : CHART_CLOCK).format(new Date(time * 1_000)));
}

function legendTime(_, time, __, index) {
  if (index === null || time === null) return "–";
  const at = new Date(time * 1_000);
  return `${CHART_DAY.format(at)}, ${CHART_CLOCK.format(at)}`;
}

/** Times come as seconds since the one before. */
function figures({ times, values }) {
  let at = 0;
  return [times.map((since) => (at += since)), ...values];
}

function draw(element) {
  const data = JSON.parse(element.dataset.chart);
  const axis = { stroke: color("--dim"), grid: { stroke: color("--line"), width: 1 } };
  const options = {
    width: element.clientWidth,
    height: 220,
    cursor: { drag: { x: false, y: false } },
    scales: { y: { range: (_, __, max) => [0, Math.max(1, max)] } },
    axes: [
      { ...axis, values: timeTexts, space: 80 },
      { ...axis, size: 72 },
    ],
    series: [
      { value: legendTime },
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
  return new uPlot(options, figures(data), element);
}

const SCHEME = matchMedia("(prefers-color-scheme: dark)");

for (const element of document.querySelectorAll("[data-chart]")) {
  let chart = draw(element);
  // A chart's colors are painted, and its legend's are set once.
  SCHEME.addEventListener("change", () => {
    chart.destroy();
    chart = draw(element);
  });
  element.addEventListener("fresh", () =>
    chart.setData(figures(JSON.parse(element.dataset.chart))),
  );
  addEventListener("resize", () => chart.setSize({ width: element.clientWidth, height: 220 }));
}
