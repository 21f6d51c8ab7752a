import type { Command } from "../command.ts";

/** The commands in the order of `--help`; each is loaded when it is called. */
export const COMMANDS: Readonly<Record<string, () => Promise<Command>>> = {
  up: async () => (await import("./up.ts")).up,
  get: async () => (await import("./get.ts")).get,
  explain: async () => (await import("./explain.ts")).explain,
  reconcile: async () => (await import("./reconcile.ts")).reconcile,
  check: async () => (await import("./check.ts")).check,
  operator: async () => (await import("./operator.ts")).operator,
  version: async () => (await import("./version.ts")).version,
  completion: async () => (await import("./completion.ts")).completion,
};
