import type { Writable } from "node:stream";
import type { KubeClient } from "@tegata/kube";

/** The texts of one option; the parser is in `program.ts`. */
export interface OptionSpec {
  /** As commander writes it, e.g. `-o, --output <format>`. */
  readonly flags: string;
  readonly help: string;
  readonly default?: string | boolean;
  /** The only values that it takes; also what completion offers. */
  readonly choices?: readonly string[];
}

/** An argument. A name in square brackets is optional; `...` takes many. */
export interface ArgumentSpec {
  readonly name: string;
  readonly help: string;
}

/** Where a command reads and writes. It never touches `process`. */
export interface CommandContext {
  /** Results, and nothing else. */
  readonly stdout: Writable;
  /** Everything else: narration, progress, warnings, hints. */
  readonly stderr: Writable;
  readonly stdin: NodeJS.ReadableStream;
  /** Aborts on Ctrl-C. */
  readonly signal: AbortSignal;
  /** Folder in which the command was called. */
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Whether `stdout` is a terminal. */
  readonly isTerminal: boolean;
  readonly now: () => Date;
  /** Connects on first use, as `--kubeconfig` and `--context` say. @throws TegataError */
  readonly connect: () => Promise<ConnectedCluster>;
}

/** The cluster that a command speaks to. */
export interface ConnectedCluster {
  readonly client: KubeClient;
  /** `-n`, or else the namespace of the context. */
  readonly namespace: string;
  /** Where the address came from, e.g. `.tegata/kubeconfig`. */
  readonly source: string;
}

export type OptionValues = Readonly<Record<string, string | boolean | undefined>>;

/** A command: data plus `run`. */
export interface Command {
  /** Words after `tegata`, e.g. `get`. */
  readonly name: string;
  readonly summary: string;
  /** Longer text and examples for `--help`. */
  readonly description?: string;
  readonly arguments?: readonly ArgumentSpec[];
  readonly options?: readonly OptionSpec[];
  /** Whether `-n`, `--context` and `--kubeconfig` belong to it. */
  readonly usesCluster: boolean;
  /** @returns the exit code; see the table in `@tegata/errors`. @throws TegataError, which is printed and becomes its exit code */
  run(args: readonly string[], options: OptionValues, context: CommandContext): Promise<number>;
}

/** Gives a command its type. */
export function defineCommand(command: Command): Command {
  return command;
}
