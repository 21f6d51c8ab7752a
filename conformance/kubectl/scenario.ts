/** Commands that build on each other, in a namespace of their own. */
export interface Scenario {
  /** Also the namespace: lower case with dashes. */
  readonly name: string;
  readonly steps: readonly Step[];
}

/** One run of kubectl and what it must say. */
export interface Step {
  /** Arguments as one would type them; single quotes group. The namespace is added. */
  readonly run: string;
  /** What is piped in, for `-f -`. */
  readonly stdin?: string;
  /** @defaultValue 0 */
  readonly exitCode?: number;
  /** A telling piece of what goes to standard output. */
  readonly prints?: string | RegExp;
  /** A telling piece of what goes to standard error. */
  readonly complains?: string | RegExp;
  /** For a command that would run for ever: it is ended as soon as its output matches. Its exit code does not count. */
  readonly until?: RegExp;
  readonly env?: Readonly<Record<string, string>>;
  /** First minor version of kubectl 1 that knows the command. */
  readonly since?: number;
}

/** Splits a command line at spaces; single quotes group. */
export function splitCommand(line: string): string[] {
  return [...line.matchAll(/(?:'[^']*'|[^ '])+/g)].map(([word]) => word.replaceAll("'", ""));
}
