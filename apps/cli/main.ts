// Entry of the command `tegata`: hands the process over to the program, and nothing else.
import { runProgram } from "./program.ts";

const interrupt = new AbortController();
// The first signal asks for a clean stop; a second one ends the process at once.
for (const signal of ["SIGINT", "SIGTERM"] as const) {
  process.on(signal, () => (interrupt.signal.aborted ? process.exit(130) : interrupt.abort(new Error(signal))));
}
// `tegata get | head` closes our output early; that is no failure.
process.stdout.on("error", (error: NodeJS.ErrnoException) => process.exit(error.code === "EPIPE" ? 0 : 70));

process.exitCode = await runProgram(process.argv.slice(2), {
  stdout: process.stdout,
  stderr: process.stderr,
  stdin: process.stdin,
  signal: interrupt.signal,
  cwd: process.cwd(),
  env: process.env,
  isTerminal: process.stdout.isTTY,
  now: () => new Date(),
});
