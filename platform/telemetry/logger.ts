/** Fields of a log line. Values that hold secrets print as `[secret]` ({@link SecretBytes}); errors are rebuilt from safe fields. */
export type LogFields = Readonly<Record<string, unknown>>;

/** Writes log lines: one constant message plus fields. */
export interface Logger {
  debug(message: string, fields?: LogFields): void;
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  /** `error` in the fields is printed as kind, code, message and remedy if it is a TegataError, else by name and stack only. */
  error(message: string, fields?: LogFields): void;
  /** A logger that adds these fields to every line. */
  with(fields: LogFields): Logger;
}
