/** A map that keeps the entries used last and forgets the others. */
export class LeastRecent<V> {
  readonly #entries = new Map<string, V>();
  readonly #limit: number;
  readonly #forgotten: (value: V) => void;

  /** @param forgotten - called with each value that had to make room. */
  constructor(limit: number, forgotten: (value: V) => void = () => undefined) {
    this.#limit = limit;
    this.#forgotten = forgotten;
  }

  get(key: string): V | undefined {
    const value = this.#entries.get(key);
    if (value === undefined) return undefined;
    this.#entries.delete(key);
    this.#entries.set(key, value);
    return value;
  }

  set(key: string, value: V): void {
    this.#entries.delete(key);
    this.#entries.set(key, value);
    for (const [oldest, old] of this.#entries) {
      if (this.#entries.size <= this.#limit) return;
      this.#entries.delete(oldest);
      this.#forgotten(old);
    }
  }

  values(): Iterable<V> {
    return this.#entries.values();
  }
}
