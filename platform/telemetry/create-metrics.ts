import { Counter as PromCounter, Gauge as PromGauge, Histogram as PromHistogram, Registry } from "prom-client";
import type { Counter, Gauge, Histogram, LabelValues, MetricOptions, Metrics } from "./metrics-types.ts";

/** Series of one metric beyond which new ones are dropped and counted: a label that grows without bound must not stop us. */
export const MAX_SERIES = 20_000;

/** How the metrics of one process part are kept. */
export interface CreateMetricsOptions {
  /** @defaultValue {@link MAX_SERIES} */
  readonly maxSeries?: number;
}

/** Makes an empty set of metrics with a registry of its own. */
export function createMetrics(options: CreateMetricsOptions = {}): Metrics {
  return new RegistryMetrics(options.maxSeries ?? MAX_SERIES);
}

interface Known {
  readonly type: "counter" | "gauge" | "histogram";
  readonly labels: string;
  readonly metric: unknown;
}

class RegistryMetrics implements Metrics {
  readonly contentType: string;
  readonly #registry = new Registry();
  readonly #known = new Map<string, Known>();
  readonly #collectors: (() => void)[] = [];
  readonly #maxSeries: number;
  readonly #dropped: PromCounter;

  constructor(maxSeries: number) {
    this.#maxSeries = maxSeries;
    this.contentType = this.#registry.contentType;
    this.#dropped = new PromCounter({
      name: "tegata_metrics_dropped_series_total",
      help: "Number of updates to series beyond the limit of their metric.",
      labelNames: ["metric"],
      registers: [this.#registry],
    });
  }

  counter<L extends string>(options: MetricOptions<L>): Counter<L> {
    return this.#once("counter", options, (): Counter<L> => {
      const metric = new PromCounter<L>(this.#configuration(options));
      const series = this.#limit(options);
      return {
        add: (labels, by = 1) => series.has(labels) && metric.inc(labels, by),
        remove: (labels) => series.drop(labels) && metric.remove(labels),
      };
    });
  }

  gauge<L extends string>(options: MetricOptions<L>): Gauge<L> {
    return this.#once("gauge", options, (): Gauge<L> => {
      const metric = new PromGauge<L>(this.#configuration(options));
      const series = this.#limit(options);
      return {
        set: (labels, value) => series.has(labels) && metric.set(labels, value),
        add: (labels, by) => series.has(labels) && metric.inc(labels, by),
        remove: (labels) => series.drop(labels) && metric.remove(labels),
      };
    });
  }

  histogram<L extends string>(options: MetricOptions<L> & { readonly buckets?: readonly number[] }): Histogram<L> {
    return this.#once("histogram", options, (): Histogram<L> => {
      const buckets = options.buckets === undefined ? {} : { buckets: [...options.buckets] };
      const metric = new PromHistogram<L>({ ...this.#configuration(options), ...buckets });
      const series = this.#limit(options);
      return { observe: (labels, value) => series.has(labels) && metric.observe(labels, value) };
    });
  }

  onCollect(collect: () => void): void {
    this.#collectors.push(collect);
  }

  expose(): Promise<string> {
    for (const collect of this.#collectors) collect();
    return this.#registry.metrics();
  }

  #once<M, L extends string>(type: Known["type"], options: MetricOptions<L>, make: () => M): M {
    const labels = [...options.labels].sort().join();
    const known = this.#known.get(options.name);
    if (known === undefined) {
      const metric = make();
      this.#known.set(options.name, { type, labels, metric });
      return metric;
    }
    if (known.type !== type || known.labels !== labels) {
      throw new Error(`metric ${options.name} is a ${known.type} with the labels "${known.labels}" already`);
    }
    // Made by `make` of the same type with the same labels.
    return known.metric as M;
  }

  #configuration<L extends string>({ name, help, labels }: MetricOptions<L>) {
    return { name, help, labelNames: [...labels], registers: [this.#registry] };
  }

  #limit<L extends string>({ name, labels }: MetricOptions<L>): SeriesLimit<L> {
    return new SeriesLimit(labels, this.#maxSeries, () => this.#dropped.inc({ metric: name }));
  }
}

class SeriesLimit<L extends string> {
  readonly #labels: readonly L[];
  readonly #max: number;
  readonly #dropped: () => void;
  readonly #series = new Set<string>();

  constructor(labels: readonly L[], max: number, dropped: () => void) {
    this.#labels = labels;
    this.#max = max;
    this.#dropped = dropped;
  }

  /** @returns whether the series may be written; a new one takes a place. */
  has(values: LabelValues<L>): boolean {
    const key = this.#key(values);
    if (this.#series.has(key)) return true;
    if (this.#series.size >= this.#max) {
      this.#dropped();
      return false;
    }
    this.#series.add(key);
    return true;
  }

  /** @returns whether there was such a series. */
  drop(values: LabelValues<L>): boolean {
    return this.#series.delete(this.#key(values));
  }

  #key(values: LabelValues<L>): string {
    return this.#labels.length === 1 && this.#labels[0] !== undefined
      ? values[this.#labels[0]]
      : this.#labels.map((label) => values[label]).join("\0");
  }
}
