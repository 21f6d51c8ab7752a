/** Fields of a log line. Values that hold secrets print as `[secret]` ({@link SecretBytes}); errors are rebuilt from safe fields. */
export type LogFields = Readonly<Record<string, unknown>>;

/** From chatty to nothing at all. */
export type LogLevel = "debug" | "info" | "warn" | "error" | "silent";

/** Writes log lines: one constant message plus fields. */
export interface Logger {
  debug(message: string, fields?: LogFields): void;
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  /**
   * An `error` in the fields, here and in the other methods, is printed as kind, code, message and remedy if it is a
   * TegataError, else by name and stack only.
   */
  error(message: string, fields?: LogFields): void;
  /** A logger that adds these fields to every line. */
  with(fields: LogFields): Logger;
}

/** Writes nothing. */
export const silentLogger: Logger = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
  with: () => silentLogger,
};
