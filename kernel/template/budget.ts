/** What one rendering may use. The defaults keep any template under 50 ms and 1 MiB, except for the operations on keys. */
export interface RenderBudget {
  /** Work, in steps of very roughly 50 ns: nodes evaluated, and bytes and list elements made, by their number. */
  readonly steps: number;
  /** Bytes of the output. */
  readonly outputBytes: number;
  /** Bytes of any one string that the template makes on the way. */
  readonly stringBytes: number;
  /** Elements of any one list that the template makes. */
  readonly listItems: number;
  /** Nested templates, and nested values when printed, copied or compared. */
  readonly depth: number;
  /** Operations that are slow by design: key generation, signing, `bcrypt`, `derivePassword`, PKCS#12. */
  readonly keyOperations: number;
}

/** See {@link RenderBudget}. */
export const DEFAULT_BUDGET: RenderBudget = {
  steps: 600_000,
  outputBytes: 1_048_576,
  stringBytes: 4_194_304,
  listItems: 100_000,
  depth: 100,
  keyOperations: 8,
};

/** Thrown by {@link BudgetMeter}; the executor turns it into `TEMPLATE_BUDGET`. */
export class BudgetExceeded extends Error {
  /** Which of the limits it was. */
  readonly limit: keyof RenderBudget;
  readonly allowed: number;

  constructor(limit: keyof RenderBudget, allowed: number) {
    super(`more than ${allowed} ${limit}`);
    this.limit = limit;
    this.allowed = allowed;
  }
}

/** How many bytes are handled in the time of one step. */
const BYTES_PER_STEP = 32;

/** What it costs to put one key of a map in order. */
export const STEPS_PER_SORTED_KEY = 6;

/** Counts what one rendering uses, and stops it. Work is counted rather than timed, so the outcome is always the same. */
export class BudgetMeter {
  readonly #budget: RenderBudget;
  #steps = 0;
  #keyOperations = 0;
  #depth = 0;

  constructor(budget: RenderBudget) {
    this.#budget = budget;
  }

  /** Counts work. Call it before doing the work. */
  spend(steps: number): void {
    this.#steps += steps;
    if (this.#steps > this.#budget.steps) throw new BudgetExceeded("steps", this.#budget.steps);
  }

  /** Counts the making of one string of this length. Call it before making one that may be much longer than its parts. */
  string(bytes: number): void {
    if (bytes > this.#budget.stringBytes) throw new BudgetExceeded("stringBytes", this.#budget.stringBytes);
    this.spend(bytes / BYTES_PER_STEP);
  }

  /** Counts the making of one list of this many elements. */
  list(items: number): void {
    if (items > this.#budget.listItems) throw new BudgetExceeded("listItems", this.#budget.listItems);
    this.spend(items);
  }

  /** Checks the length of the whole output. */
  output(bytes: number): void {
    if (bytes > this.#budget.outputBytes) throw new BudgetExceeded("outputBytes", this.#budget.outputBytes);
  }

  /** Counts an operation that is slow by design. */
  keyOperation(): void {
    this.#keyOperations++;
    if (this.#keyOperations > this.#budget.keyOperations) {
      throw new BudgetExceeded("keyOperations", this.#budget.keyOperations);
    }
  }

  /** Checks a depth that the caller has counted. */
  checkDepth(depth: number): void {
    if (depth > this.#budget.depth) throw new BudgetExceeded("depth", this.#budget.depth);
  }

  /** Runs one level deeper. */
  nested<T>(run: () => T): T {
    this.checkDepth(++this.#depth);
    try {
      return run();
    } finally {
      this.#depth--;
    }
  }
}
