import { pino } from "pino";
import type { LogFields, Logger, LogLevel } from "./logger.ts";
import { createLineFormatter } from "./pretty-line.ts";
import { safeField, type SafeValue } from "./safe-value.ts";

/** Takes whole lines, each with its newline. */
export interface LogDestination {
  write(line: string): void;
}

/** How and where a logger writes. */
export interface LoggerOptions {
  /** @defaultValue info */
  readonly level?: LogLevel;
  /** `auto`: for people if standard error is a terminal, else JSON. @defaultValue auto */
  readonly format?: "auto" | "json" | "pretty";
  /** @defaultValue standard error, written at once */
  readonly destination?: LogDestination;
  /** In every line, e.g. the program's name. */
  readonly fields?: LogFields;
  /** Wall clock. */
  readonly now?: () => Date;
}

// pino writes these itself; a field of the same name would make the JSON ambiguous.
const RESERVED = new Set(["level", "time", "msg"]);

/** Makes a logger. Lines are written when they are logged, so that none is lost in a crash. */
export function createLogger(options: LoggerOptions = {}): Logger {
  const { level = "info", fields = {}, now = () => new Date() } = options;
  const logger = pino(
    {
      level,
      base: null,
      timestamp: () => `,"time":"${now().toISOString()}"`,
      formatters: { level: (label) => ({ level: label }) },
      // Fields come here without anything unsafe; pino's own treatment of `err` would only undo that.
      serializers: {},
    },
    destinationOf(options),
  );
  return wrap(logger.child(safeFields(fields)));
}

function destinationOf({ format = "auto", destination }: LoggerOptions): LogDestination {
  const isPretty = format === "pretty" || (format === "auto" && destination === undefined && process.stderr.isTTY);
  const sink = destination ?? pino.destination({ dest: 2, sync: true });
  if (!isPretty) return sink;
  const formatLine = createLineFormatter({ color: destination === undefined && process.stderr.isTTY });
  return { write: (line) => sink.write(formatLine(line)) };
}

function wrap(logger: pino.Logger): Logger {
  const at = (level: "debug" | "info" | "warn" | "error") => (message: string, fields?: LogFields) => {
    if (!logger.isLevelEnabled(level)) return;
    if (fields === undefined) logger[level](message);
    else logger[level](safeFields(fields), message);
  };
  return {
    debug: at("debug"),
    info: at("info"),
    warn: at("warn"),
    error: at("error"),
    with: (fields) => wrap(logger.child(safeFields(fields))),
  };
}

function safeFields(fields: LogFields): Record<string, SafeValue | undefined> {
  const safe: Record<string, SafeValue | undefined> = {};
  for (const [key, value] of Object.entries(fields)) safe[RESERVED.has(key) ? `${key}_` : key] = safeField(key, value);
  return safe;
}
