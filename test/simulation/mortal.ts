/**
 * A Durable Object as a world has it: it lives on a database that survives its deaths, may die at any statement and
 * around any call, and is reached over an RPC that is late, cut off, or loses its answers.
 * @module
 */
import type { Database } from "../../src/durable/database.ts";
import type { Alarm } from "../../src/durable/alarm.ts";

import { memoryDatabase } from "../support/sqlite.ts";
import type { Death } from "./plan.ts";
import type { Timeline } from "./timeline.ts";

/** The object died: nothing of it runs on. */
class Died extends Error {}

/** A statement failed, as on a full disk: what it belonged to is undone, and the object lives on. */
class StatementFailed extends Error {}

/** What one life of the object runs on. */
export interface Body {
  readonly db: Database;
  readonly alarm: Alarm;
  /** Runs work later, in this life or not at all. */
  readonly later: (ms: number, work: () => void) => void;
  /** Makes a call that the object may die around, and whose answer reaches only this life. */
  readonly reachOut: <T>(
    call: () => { readonly answer: Promise<T> | T; readonly afterMs: number },
  ) => Promise<T>;
}

export interface Mind {
  readonly wake: () => Promise<void>;
}

export interface MortalOptions<Core extends Mind> {
  readonly timeline: Timeline;
  /** How far the object's clock is ahead of true time. */
  readonly clockOffset: () => number;
  readonly bear: (body: Body) => Core;
  readonly onDeath: () => void;
  readonly onError: (error: unknown) => void;
}

export class MortalObject<Core extends Mind> {
  core: Core;
  readonly db = memoryDatabase();
  /** How long a request takes to get here, and its answer back. */
  rpcMs = 1;
  goneUntil = 0;
  slow = { until: 0, byMs: 0 };
  /** Answers that will not arrive. */
  answersToLose = 0;
  alarmAt: number | null = null;
  /** Statements of the next request's transaction that are still well; null: all. */
  failsAfter: number | null = null;
  #isFailing = false;
  readonly #options: MortalOptions<Core>;
  #life = 0;
  #death: Death | null = null;
  #statements = 0;
  #isDead = false;

  constructor(options: MortalOptions<Core>) {
    this.#options = options;
    const { timeline, clockOffset } = options;
    this.core = options.bear(this.#body());
    timeline.hang({
      ringsAt: () => (this.alarmAt === null ? null : this.alarmAt - clockOffset()),
      ring: () => this.ring(),
    });
  }

  doom(death: Death | null): void {
    this.#death = death;
    this.#statements = 0;
  }

  /** Lets everything about it heal. */
  heal(): void {
    this.doom(null);
    this.goneUntil = 0;
    this.slow = { until: 0, byMs: 0 };
    this.answersToLose = 0;
    this.failsAfter = null;
  }

  /** Runs `work` on the object at once; false where it died of it. */
  call(work: (core: Core) => unknown): boolean {
    try {
      work(this.core);
      return true;
    } catch (error) {
      if (!(error instanceof Died)) throw error;
      this.#revive();
      return false;
    }
  }

  /** The same for work that may take its time. */
  async callAndWait(work: (core: Core) => unknown): Promise<boolean> {
    const atWork = (async () => work(this.core))();
    try {
      await this.#options.timeline.whileAtWork(atWork);
      return true;
    } catch (error) {
      if (!(error instanceof Died)) throw error;
      this.#revive();
      return false;
    }
  }

  /** Asks the object over the platform's RPC. What gets there is done, whether its answer arrives or not. */
  rpc<T>(work: (core: Core) => T): Promise<T> {
    const { timeline } = this.#options;
    const isGone = timeline.now < this.goneUntil;
    const lateMs = timeline.now < this.slow.until ? this.slow.byMs : 0;
    return new Promise((resolve, reject) => {
      timeline.at(this.rpcMs + lateMs, () => {
        if (isGone) return reject(new Error("The object is out of reach."));
        const life = this.#life;
        const told: { answer?: { readonly is: T } } = {};
        this.#failing(() => this.call((core) => (told.answer = { is: work(core) })));
        const isLost = this.answersToLose > 0;
        if (isLost) this.answersToLose -= 1;
        timeline.at(this.rpcMs + lateMs / 2, () => {
          if (told.answer && !isLost && life === this.#life) resolve(told.answer.is);
          else reject(new Error("The object died, or its answer got lost."));
        });
      });
    });
  }

  /** Runs a request, a statement of which may fail. */
  #failing(request: () => void): void {
    this.#isFailing = this.failsAfter !== null;
    try {
      request();
    } catch (error) {
      if (!(error instanceof StatementFailed)) throw error;
    } finally {
      this.#isFailing = false;
    }
  }

  ring(): void {
    this.alarmAt = null;
    const life = this.#life;
    void this.core.wake().catch((error: unknown) => {
      if (error instanceof Died) return;
      // The platform aborts the object; the watchdog alarm brings the next one.
      this.#options.onError(error);
      this.#dieIn(life);
    });
    this.#revive();
  }

  #die(): never {
    this.#options.onDeath();
    this.#death = null;
    this.#life += 1;
    this.#isDead = true;
    throw new Died();
  }

  /** Dies outside of any database statement; what called goes on waiting for ever, as after a kill. */
  #dieIn(life: number): void {
    if (life !== this.#life) return;
    this.call(() => this.#die());
  }

  /** The platform starts the object anew, once what it was doing is undone. */
  #revive(): void {
    if (!this.#isDead) return;
    this.#isDead = false;
    this.core = this.#options.bear(this.#body());
  }

  #body(): Body {
    const life = this.#life;
    return {
      db: this.#mortal(life),
      alarm: {
        at: () => this.alarmAt,
        set: (at) => {
          if (life === this.#life) this.alarmAt = at;
        },
      },
      later: (ms, work) =>
        this.#options.timeline.at(ms, () => {
          if (life === this.#life) this.call(work);
        }),
      reachOut: (call) => this.#reachOut(life, call),
    };
  }

  /** The database dies with the object: a transaction that was open is undone, and a dead object writes nothing. */
  #mortal(life: number): Database {
    const { db } = this;
    let isOpen = false;
    const check = (): void => {
      if (life !== this.#life) throw new Died();
      if (this.#death?.where === "statement" && this.#statements++ === this.#death.after)
        this.#dieAndBeBorn();
    };
    return {
      all: (statement, ...bindings) => {
        check();
        if (isOpen) this.#failIfDue();
        return db.all(statement, ...bindings);
      },
      size: () => db.size(),
      transaction: (work) => {
        isOpen = true;
        try {
          return db.transaction(work);
        } finally {
          isOpen = false;
        }
      },
    };
  }

  #failIfDue(): void {
    if (!this.#isFailing || this.failsAfter === null) return;
    if (this.failsAfter-- > 0) return;
    this.failsAfter = null;
    throw new StatementFailed();
  }

  #dieAndBeBorn(): never {
    this.#options.timeline.at(0, () => this.#revive());
    this.#die();
  }

  async #reachOut<T>(
    life: number,
    call: () => { readonly answer: Promise<T> | T; readonly afterMs: number },
  ): Promise<T> {
    if (this.#death?.where === "before_call") this.#dieIn(life);
    const { answer, afterMs } = call();
    if (this.#death?.where === "after_applied") this.#dieIn(life);
    return new Promise((resolve, reject) => {
      const hear = (go: () => void): void => {
        if (life !== this.#life) return;
        if (this.#death?.where === "after_answer") this.#dieIn(life);
        if (life === this.#life) go();
      };
      this.#options.timeline.at(afterMs, () => {
        Promise.resolve(answer).then(
          (heard) => hear(() => resolve(heard)),
          (error: unknown) => hear(() => reject(error)),
        );
      });
    });
  }
}
