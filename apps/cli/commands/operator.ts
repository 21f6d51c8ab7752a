import { hostname } from "node:os";
import { join } from "node:path";
import type { CaMirrorOptions } from "@tegata/ca-mirror";
import { TegataError } from "@tegata/errors";
import { findClusterAccess } from "@tegata/kube";
import { startOperator, type WebhookOptions } from "@tegata/operator";
import type { SecretSyncOptions } from "@tegata/secret-sync";
import { createLogger } from "@tegata/telemetry";
import { defineCommand, type OptionValues } from "../command.ts";

/** `tegata operator`: the operator against a real cluster. Flags of External Secrets' controller keep their names. */
export const operator = defineCommand({
  name: "operator",
  summary: "Run the operator against a cluster",
  description: [
    "In a cluster it uses its ServiceAccount; elsewhere the kubeconfig. Several replicas agree on a leader by a Lease.",
    "External Secrets' flags are understood: --concurrent, --controller-class, --namespace, --store-requeue-interval, ...",
  ].join("\n"),
  options: [
    {
      flags: "--kubeconfig <file>",
      help: "kubeconfig; unset means $KUBECONFIG, the cluster it runs in, or ~/.kube/config",
    },
    { flags: "--context <context>", help: "context of the kubeconfig" },
    { flags: "--namespace <namespace>", help: "serve only this namespace; unset means all" },
    { flags: "--leader-election-namespace <namespace>", help: "namespace of the Lease", default: "tegata-system" },
    { flags: "--no-enable-leader-election", help: "lead at once: for a single replica" },
    {
      flags: "--controller-class <class>",
      help: "serve only stores of this class and those without",
      default: "default",
    },
    { flags: "--concurrent <count>", help: "ExternalSecrets worked on at a time" },
    { flags: "--store-requeue-interval <duration>", help: "how often a store is validated", default: "5m" },
    { flags: "--no-enable-flood-gate", help: "read from stores that are not Ready, too" },
    { flags: "--template-left-delimiter <text>", help: "delimiter of templates", default: "{{" },
    { flags: "--template-right-delimiter <text>", help: "delimiter of templates", default: "}}" },
    {
      flags: "--webhook-addr <address>",
      help: "where the validating webhook is served, e.g. :10250; unset means it is not",
    },
    {
      flags: "--webhook-service <name>",
      help: "Service in front of the webhook, port 443, in the namespace of the Lease",
      default: "tegata-operator",
    },
    {
      flags: "--ca-expiry-warning-days <days>",
      help: "days before the end of a mirrored cluster CA at which a warning is given",
      default: "90,30,7",
    },
    { flags: "--metrics-addr <address>", help: "where /metrics, /healthz and /readyz are served", default: ":8080" },
    {
      flags: "--loglevel <level>",
      help: "what is logged",
      default: "info",
      choices: ["debug", "info", "warn", "error"],
    },
  ],
  usesCluster: false,
  async run(_, options, context) {
    const access = await findClusterAccess({
      environment: context.env,
      homeDir: context.env["HOME"] ?? join("/"),
      ...(typeof options["kubeconfig"] === "string" ? { kubeconfig: options["kubeconfig"] } : {}),
      ...(typeof options["context"] === "string" ? { context: options["context"] } : {}),
    });
    const [host, port] = addressOf(String(options["metricsAddr"]));
    const logger = createLogger({ level: levelOf(options["loglevel"]) });
    const running = await startOperator({
      access,
      namespace: String(options["leaderElectionNamespace"]),
      identity: `${hostname()}-${process.pid}`,
      metricsHost: host,
      metricsPort: port,
      leaderElection: options["enableLeaderElection"] !== false,
      logger,
      secretSync: await secretSyncOptions(options),
      caMirror: caMirrorOptions(options),
      ...webhookOptions(options),
    });
    logger.info("operator started", { server: access.server, metrics: running.metricsUrl });
    const stopped = new Promise<undefined>((resolve) =>
      context.signal.addEventListener("abort", () => resolve(undefined), { once: true }),
    );
    const failure = await Promise.race([running.failed, stopped]);
    await running.stop();
    if (failure !== undefined) throw failure;
    return 0;
  },
});

async function secretSyncOptions(options: OptionValues): Promise<SecretSyncOptions> {
  const { parseGoDurationMs } = await import("@tegata/secret-sync");
  const {
    namespace,
    controllerClass,
    concurrent,
    storeRequeueInterval,
    enableFloodGate,
    templateLeftDelimiter,
    templateRightDelimiter,
  } = options;
  return {
    ...(typeof namespace === "string" ? { namespace } : {}),
    ...(typeof concurrent === "string" ? { concurrency: Number(concurrent) } : {}),
    controllerClass: String(controllerClass),
    storeRequeueIntervalMs: parseGoDurationMs(String(storeRequeueInterval)),
    floodGate: enableFloodGate !== false,
    templateLeftDelimiter: String(templateLeftDelimiter),
    templateRightDelimiter: String(templateRightDelimiter),
  };
}

function webhookOptions({ webhookAddr, webhookService }: OptionValues): { webhook?: WebhookOptions } {
  if (typeof webhookAddr !== "string") return {};
  const [host, port] = addressOf(webhookAddr);
  return { webhook: { host, port, service: { name: String(webhookService), port: 443 } } };
}

function caMirrorOptions({ namespace, caExpiryWarningDays }: OptionValues): CaMirrorOptions {
  const days = String(caExpiryWarningDays).split(",").map(Number);
  if (!days.every((day) => Number.isSafeInteger(day) && day > 0))
    throw new TegataError({
      kind: "invalid-input",
      code: "EXPIRY_WARNING_DAYS_INVALID",
      message: `--ca-expiry-warning-days is "${String(caExpiryWarningDays)}"`,
      remedy: "Give whole days, separated by commas, e.g. 90,30,7.",
    });
  return { expiryWarningDays: days, ...(typeof namespace === "string" ? { namespace } : {}) };
}

/** `:8080` listens on all addresses, as in Go. */
function addressOf(text: string): [host: string, port: number] {
  const colon = text.lastIndexOf(":");
  const host = text.slice(0, Math.max(colon, 0));
  return [host === "" ? "0.0.0.0" : host, Number(text.slice(colon + 1))];
}

function levelOf(level: string | boolean | undefined): "debug" | "info" | "warn" | "error" {
  return level === "debug" || level === "warn" || level === "error" ? level : "info";
}
