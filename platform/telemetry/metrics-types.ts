/** Label values of one series: exactly the metric's label names. */
export type LabelValues<L extends string> = Readonly<Record<L, string>>;

/** What every metric says of itself. Asking again for the same name gives the same metric. */
export interface MetricOptions<L extends string> {
  /** Prometheus name, e.g. `workqueue_depth`. */
  readonly name: string;
  readonly help: string;
  readonly labels: readonly L[];
}

/** A count that only grows. */
export interface Counter<L extends string> {
  /** @param by - not negative. @defaultValue 1 */
  add(labels: LabelValues<L>, by?: number): void;
  /** Drops one series, e.g. that of a deleted object. */
  remove(labels: LabelValues<L>): void;
}

/** A value that goes up and down. */
export interface Gauge<L extends string> {
  set(labels: LabelValues<L>, value: number): void;
  add(labels: LabelValues<L>, by: number): void;
  /** Drops one series, e.g. that of a deleted object. */
  remove(labels: LabelValues<L>): void;
}

/** A distribution. */
export interface Histogram<L extends string> {
  observe(labels: LabelValues<L>, value: number): void;
}

/** The metrics of one process part. There is no global registry: two parts in one process do not see each other. */
export interface Metrics {
  /** @throws Error if the name is taken by a metric of another type or with other labels: that is a bug. */
  counter<L extends string>(options: MetricOptions<L>): Counter<L>;
  gauge<L extends string>(options: MetricOptions<L>): Gauge<L>;
  /** @param options - `buckets`: upper bounds, ascending, without infinity. */
  histogram<L extends string>(options: MetricOptions<L> & { readonly buckets?: readonly number[] }): Histogram<L>;
  /** Called before each {@link expose}, to set gauges that are cheaper to read than to keep. */
  onCollect(collect: () => void): void;
  /** The Prometheus text format, version 0.0.4. */
  expose(): Promise<string>;
  /** `Content-Type` of {@link expose}. */
  readonly contentType: string;
}
