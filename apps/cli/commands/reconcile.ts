import { TegataError } from "@tegata/errors";
import { type ExternalSecret, externalSecrets } from "@tegata/secret-sync";
import { type CommandContext, type ConnectedCluster, defineCommand } from "../command.ts";
import { findKind } from "../kinds.ts";

/** How often the answer is looked for, in milliseconds. */
const POLL_MS = 200;
/** An ExternalSecret that was failing before, and still is after this time, has failed again: its condition does not change. */
const STILL_FAILING_MS = 3_000;

/** `tegata reconcile`: reads the remote values now, and waits until that is done. */
export const reconcile = defineCommand({
  name: "reconcile",
  summary: "Sync ExternalSecrets now and wait for the outcome",
  description: [
    "Sets the annotation force-sync, as `kubectl annotate externalsecret NAME force-sync=$(date +%s)` does, and waits.",
    "Ends with 0 if all are synced, with 1 if one is not (the reason is printed), with 6 if it took too long.",
  ].join("\n"),
  arguments: [
    { name: "kind", help: "externalsecret" },
    { name: "[name...]", help: "names; with --all every one of the namespace" },
  ],
  options: [
    { flags: "--all", help: "every ExternalSecret of the namespace" },
    { flags: "--timeout <seconds>", help: "longest wait", default: "30" },
  ],
  usesCluster: true,
  async run([kindName = "", ...names], options, context) {
    if (findKind(kindName)?.resource.kind !== "ExternalSecret") throw wrongKind(kindName);
    const cluster = await context.connect();
    const wanted = options["all"] === true ? await allNames(cluster, context.signal) : names;
    if (wanted.length === 0) throw nothingNamed();
    const outcomes = await Promise.all(
      wanted.map((name) => syncOne(name, cluster, Number(options["timeout"]), context)),
    );
    return Math.max(...outcomes);
  },
});

async function allNames({ client, namespace }: ConnectedCluster, signal: AbortSignal): Promise<string[]> {
  const { items } = await client.list(externalSecrets, { namespace }, signal);
  return items.map(({ metadata }) => metadata.name ?? "");
}

/** @returns the exit code for this one. */
async function syncOne(
  name: string,
  { client, namespace }: ConnectedCluster,
  timeoutSeconds: number,
  context: CommandContext,
): Promise<number> {
  const annotated = await client.patch(
    externalSecrets,
    namespace,
    name,
    "merge",
    { metadata: { annotations: { "force-sync": String(context.now().getTime()) } } },
    { fieldManager: "tegata-cli" },
    context.signal,
  );
  const startedAt = context.now().getTime();
  const before = annotated.status?.syncedResourceVersion ?? "";
  while (context.now().getTime() - startedAt < timeoutSeconds * 1000) {
    const current = await client.get(externalSecrets, namespace, name, context.signal);
    const waitedMs = context.now().getTime() - startedAt;
    const answer = current === undefined ? undefined : answerOf(current, before, { startedAt, waitedMs });
    if (answer !== undefined) {
      context.stdout.write(`externalsecret.external-secrets.io/${name} ${answer.text}\n`);
      return answer.exitCode;
    }
    await pause(context.signal);
  }
  context.stderr.write(
    `externalsecret "${name}": no outcome after ${timeoutSeconds} s. Is the operator running? \`tegata check\` tells.\n`,
  );
  return 6;
}

function answerOf(
  { status }: ExternalSecret,
  before: string,
  { startedAt, waitedMs }: { readonly startedAt: number; readonly waitedMs: number },
): { text: string; exitCode: number } | undefined {
  const ready = status?.conditions?.find(({ type }) => type === "Ready");
  if (ready?.status === "True" && status?.syncedResourceVersion !== before) return { text: "synced", exitCode: 0 };
  if (ready?.status !== "False") return undefined;
  const failedSince = Date.parse(ready.lastTransitionTime ?? "") >= startedAt - 1000;
  return failedSince || waitedMs > STILL_FAILING_MS
    ? { text: `not synced: ${ready.message ?? ""}`, exitCode: 1 }
    : undefined;
}

async function pause(signal: AbortSignal): Promise<void> {
  const { setTimeout } = await import("node:timers/promises");
  await setTimeout(POLL_MS, undefined, { signal });
}

function wrongKind(name: string): TegataError {
  return new TegataError({
    kind: "invalid-input",
    code: "KIND_UNKNOWN",
    message: `"${name}" cannot be reconciled by hand`,
    remedy: "Use `tegata reconcile externalsecret NAME`.",
  });
}

function nothingNamed(): TegataError {
  return new TegataError({
    kind: "invalid-input",
    code: "NAME_MISSING",
    message: "no ExternalSecret is named",
    remedy: "Name one, or use --all for every one of the namespace.",
  });
}
