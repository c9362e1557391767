/**
 * Progress bars for a terminal. Where the output is no terminal (a log of CI), a line now and then.
 * @module
 */
import { SingleBar } from "cli-progress";

export interface Progress {
  update(done: number, note: string): void;
  /** More turned out to be there than was thought. */
  total(total: number): void;
  end(): void;
}

/** In a log, one line for each tenth is enough. */
const LOG_STEPS = 10;

export function progress(title: string, total: number): Progress {
  return process.stdout.isTTY ? bar(title, total) : lines(title, total);
}

function bar(title: string, total: number): Progress {
  const shown = new SingleBar({
    format: `  ${title.padEnd(11)} {bar} {value}/{total}  {note}`,
    barCompleteChar: "█",
    barIncompleteChar: "░",
    barsize: 30,
    hideCursor: true,
    clearOnComplete: false,
  });
  shown.start(total, 0, { note: "" });
  return {
    update: (done, note) => shown.update(done, { note }),
    total: (count) => shown.setTotal(count),
    end: () => shown.stop(),
  };
}

function lines(title: string, first: number): Progress {
  let total = first;
  let step = -1;
  return {
    total: (count) => (total = count),
    update: (done, note) => {
      const now = total === 0 ? LOG_STEPS : Math.floor((done / total) * LOG_STEPS);
      if (now === step) return;
      step = now;
      console.log(`  ${title.padEnd(11)} ${done}/${total}  ${note}`);
    },
    end: () => undefined,
  };
}
