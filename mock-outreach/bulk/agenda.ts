/**
 * Bulk jobs by when each is due next: a binary heap, so that hundreds of jobs that take turns cost little more than one.
 * @module
 */
interface Turn {
  readonly dueAt: number;
  /** Of two that are due at once, the lower one comes first. */
  readonly order: number;
}

export class Agenda<J extends { readonly dueAt: number }> {
  /** The children of place n are at 2n + 1 and 2n + 2, and never due before it. */
  readonly #jobs: (Turn & { readonly job: J })[] = [];

  add(job: J, order: number): void {
    const entry = { job, dueAt: job.dueAt, order };
    let place = this.#jobs.length;
    while (place > 0) {
      const above = (place - 1) >> 1;
      const parent = this.#jobs[above];
      if (!parent || !isBefore(entry, parent)) break;
      this.#jobs[place] = parent;
      place = above;
    }
    this.#jobs[place] = entry;
  }

  /** When the first one is due, in epoch milliseconds; infinite where there is none. */
  get dueAt(): number {
    return this.#jobs[0]?.dueAt ?? Number.POSITIVE_INFINITY;
  }

  /** Takes out the one that is due first. */
  take(): { readonly job: J; readonly order: number } | undefined {
    const first = this.#jobs[0];
    const last = this.#jobs.pop();
    if (!last || last === first) return first;
    let place = 0;
    for (;;) {
      const child = this.#earlierChild(place);
      const entry = this.#jobs[child];
      if (!entry || !isBefore(entry, last)) break;
      this.#jobs[place] = entry;
      place = child;
    }
    this.#jobs[place] = last;
    return first;
  }

  #earlierChild(place: number): number {
    const left = 2 * place + 1;
    const [one, other] = [this.#jobs[left], this.#jobs[left + 1]];
    return one && other && isBefore(other, one) ? left + 1 : left;
  }
}

function isBefore(a: Turn, b: Turn): boolean {
  return a.dueAt < b.dueAt || (a.dueAt === b.dueAt && a.order < b.order);
}
