import { asTegataError, ERROR_KINDS } from "@tegata/errors";
import { CommanderError, Command as Commander, Option } from "commander";
import { clusterConnector } from "./cluster.ts";
import type { Command, CommandContext, OptionValues } from "./command.ts";
import { COMMANDS } from "./commands/index.ts";
import { VERSION } from "./version.ts";

/** Shows the stack of a bug. Understood by every command. */
const DEBUG = "--debug";
/** Exit code for wrong usage. */
const USAGE = 2;
/** Exit code for a bug in Tegata (`EX_SOFTWARE` of sysexits.h). */
const BUG = 70;
/** Exit code after Ctrl-C. */
const INTERRUPTED = 130;

/** What a command has from the process. */
export type ProcessContext = Omit<CommandContext, "connect">;

/**
 * Runs the command line.
 *
 * @param argv - the words after `tegata`.
 * @returns the exit code; the table is in `@tegata/errors`.
 */
export async function runProgram(argv: readonly string[], context: ProcessContext): Promise<number> {
  try {
    if (argv[0] === "__complete") return await complete(argv.slice(1), context);
    return await parseAndRun(
      argv.filter((word) => word !== DEBUG),
      context,
    );
  } catch (error) {
    return report(error, argv, context);
  }
}

async function parseAndRun(argv: readonly string[], context: ProcessContext): Promise<number> {
  let exitCode = 0;
  const root = new Commander("tegata")
    .description("Issues, delivers and rotates every credential of a Kubernetes fleet.")
    .version(VERSION, "-V, --version", "print Tegata's version")
    .configureOutput({ writeOut: (text) => context.stdout.write(text), writeErr: (text) => context.stderr.write(text) })
    .showHelpAfterError("Run with --help for what there is.")
    .exitOverride();
  // Only the command that is called is loaded; help needs the summaries of all.
  const wanted = argv.find((word) => !word.startsWith("-"));
  const names = wanted !== undefined && Object.hasOwn(COMMANDS, wanted) ? [wanted] : Object.keys(COMMANDS);
  for (const name of names) {
    const load = COMMANDS[name];
    if (load !== undefined) {
      addCommand(root, await load(), context, (code) => {
        exitCode = code;
      });
    }
  }
  await root.parseAsync([...argv], { from: "user" });
  return exitCode;
}

function addCommand(
  root: Commander,
  command: Command,
  context: ProcessContext,
  done: (exitCode: number) => void,
): void {
  const sub = root.command(command.name).summary(command.summary).description(describe(command)).exitOverride();
  sub.configureOutput({
    writeOut: (text) => context.stdout.write(text),
    writeErr: (text) => context.stderr.write(text),
  });
  for (const { name, help } of command.arguments ?? []) sub.argument(name.startsWith("[") ? name : `<${name}>`, help);
  for (const { flags, help, default: value, choices } of command.options ?? []) {
    const option = new Option(flags, help);
    if (value !== undefined) option.default(value);
    if (choices !== undefined) option.choices([...choices]);
    sub.addOption(option);
  }
  if (command.usesCluster) {
    sub.option("-n, --namespace <namespace>", "namespace; unset means the context's");
    sub.option("--context <context>", "context of the kubeconfig");
    sub.option("--kubeconfig <file>", "kubeconfig; unset means $KUBECONFIG, .tegata/kubeconfig, or ~/.kube/config");
  }
  sub.action(async (...received: unknown[]) => {
    const options = sub.opts<OptionValues>();
    const args = received
      .slice(0, command.arguments?.length ?? 0)
      .flat()
      .filter((arg) => typeof arg === "string");
    const connector = clusterConnector(options, context);
    try {
      done(await command.run(args, options, { ...context, connect: connector.connect }));
    } finally {
      await connector.close();
    }
  });
}

function describe({ summary, description }: Command): string {
  return description === undefined ? summary : `${summary}.\n\n${description}`;
}

function report(error: unknown, argv: readonly string[], { stderr, signal }: ProcessContext): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : USAGE;
  if (signal.aborted) return INTERRUPTED;
  const failure = asTegataError(error);
  if (failure !== undefined) {
    stderr.write(`tegata: ${failure.text} (${failure.code})\n`);
    return ERROR_KINDS[failure.kind].exitCode;
  }
  // V8's messages may quote an operand, which may be a secret: the stack is shown only on demand.
  const name = error instanceof Error ? error.name : "unknown error";
  stderr.write(`tegata: this is a bug in Tegata (${name}). Run it again with ${DEBUG} and report what it prints.\n`);
  if (argv.includes(DEBUG) && error instanceof Error) stderr.write(`${error.stack ?? ""}\n`);
  return BUG;
}

async function complete(words: readonly string[], context: ProcessContext): Promise<number> {
  const { completeWords } = await import("./commands/completion.ts");
  const commands = await Promise.all(Object.values(COMMANDS).map((load) => load()));
  const connector = clusterConnector({}, context);
  try {
    const found = await completeWords(commands, words, (kind) => connector.names(kind));
    context.stdout.write(found.map((word) => `${word}\n`).join(""));
    return 0;
  } finally {
    await connector.close();
  }
}
