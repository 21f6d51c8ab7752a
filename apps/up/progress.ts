import type { Writable } from "node:stream";

/** Shows what is being done: one line a step. On a terminal the running step has a mark that is replaced when it is done. */
export interface Progress {
  /** Does one step and shows how long it took. */
  step<T>(title: string, work: () => Promise<T>, describe?: (result: T) => string): Promise<T>;
  /** Replaces the text beside the running step, e.g. `3 of 5 Ready`. Only shown on a terminal. */
  note(text: string): void;
  /** A line of its own. */
  say(text: string): void;
}

/** Milliseconds under which a step's time is not worth showing. */
const WORTH_SHOWING_MS = 100;

/** @param stream - standard error: results go to standard output. */
export function createProgress(stream: Writable, isTerminal: boolean): Progress {
  let running = "";
  const showRunning = (text: string): void => {
    if (isTerminal) stream.write(`\r\u001b[K… ${text}`);
  };
  const finish = (mark: string, text: string): void => {
    stream.write(`${isTerminal ? "\r\u001b[K" : ""}${mark} ${text}\n`);
    running = "";
  };
  return {
    async step(title, work, describe) {
      const startedAt = performance.now();
      running = title;
      showRunning(title);
      try {
        const result = await work();
        const detail = describe?.(result) ?? "";
        const took = performance.now() - startedAt;
        finish(
          "✔",
          `${title}${detail === "" ? "" : `  ${detail}`}${took < WORTH_SHOWING_MS ? "" : `  (${(took / 1000).toFixed(1)} s)`}`,
        );
        return result;
      } catch (error) {
        finish("✗", title);
        throw error;
      }
    },
    note(text) {
      if (running !== "") showRunning(`${running}  ${text}`);
    },
    say(text) {
      stream.write(`${isTerminal && running !== "" ? "\r\u001b[K" : ""}${text}\n`);
    },
  };
}
