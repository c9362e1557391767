/**
 * A chart by uPlot. Its figures are in a table beside it, for those who do not see it.
 * @module
 */
interface Series {
  readonly label: string;
  readonly tone: "accent" | "others" | "good" | "bad" | "field";
  /** What is not a fact is a line alone. */
  readonly line?: "dashed" | "dotted";
  /** One for each time; null: nothing is drawn there. */
  readonly values: readonly (number | null)[];
}

interface ChartProps {
  /** For charts that scripts bring up to date. */
  readonly id?: string;
  /** Epoch ms, ascending. */
  readonly times: readonly number[];
  readonly series: readonly Series[];
}

export function Chart({ id, times, series }: ChartProps) {
  const seconds = times.map((at) => Math.round(at / 1_000));
  const data = JSON.stringify({
    // Each counted from the one before: pages with several charts have to load quickly.
    times: seconds.map((at, index) => at - (seconds[index - 1] ?? 0)),
    values: series.map(({ values }) => values),
    series: series.map(({ label, tone, line }) => ({ label, tone, line })),
  });
  return <div class="chart" id={id} data-chart={data} aria-hidden="true"></div>;
}
