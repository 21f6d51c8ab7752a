import { relative, resolve } from "node:path";
import { TegataError } from "@tegata/errors";
import { createLogger } from "@tegata/telemetry";
import { type Up, startUp } from "@tegata/up";
import { type CommandContext, defineCommand, type OptionValues } from "../command.ts";

/** `tegata up`: everything in one process, on this machine. `npm start` is the same. */
export const up = defineCommand({
  name: "up",
  summary: "Run everything on this machine: a Kubernetes API, a secret store, the operator, and the examples",
  description: [
    "State is kept in --data-dir: the next start finds everything as it was. Ctrl-C stops cleanly.",
    "Everything listens on 127.0.0.1 only. The kubeconfig is DATA-DIR/kubeconfig.",
  ].join("\n"),
  options: [
    { flags: "--data-dir <folder>", help: "where the state is kept", default: ".tegata" },
    { flags: "--once", help: "end when all examples are Ready: 0 if they are, else non-zero and the reason" },
    { flags: "--no-examples", help: "load no examples" },
    { flags: "--port <port>", help: "port of the Kubernetes API; unset means what it was, or 16443 and up" },
    { flags: "--vault-port <port>", help: "port of the dev secret store; unset means what it was, or 8200 and up" },
    { flags: "--metrics-port <port>", help: "port of the operator's metrics; unset means what it was, or 8080 and up" },
    { flags: "--timeout <seconds>", help: "longest wait for the examples", default: "60" },
    {
      flags: "--log-level <level>",
      help: "what is logged",
      default: "warn",
      choices: ["debug", "info", "warn", "error"],
    },
  ],
  usesCluster: false,
  async run(_, options, context) {
    const running = await startUp(
      {
        dataDir: resolve(context.cwd, String(options["dataDir"])),
        kubePort: portOf(options, "port"),
        vaultPort: portOf(options, "vaultPort"),
        metricsPort: portOf(options, "metricsPort"),
        withExamples: options["examples"] !== false,
        readyTimeoutSeconds: Number(options["timeout"]),
        stderr: context.stderr,
        isTerminal: context.isTerminal,
        logger: createLogger({ level: levelOf(options) }),
      },
      context.signal,
    );
    if (options["once"] === true) {
      await running.stop();
      return 0;
    }
    context.stdout.write(whatToTry(running, context.cwd));
    return await runUntilStopped(running, context);
  },
});

async function runUntilStopped(running: Up, { signal, stderr }: CommandContext): Promise<number> {
  const stopped = new Promise<undefined>((resolveStop) =>
    signal.addEventListener("abort", () => resolveStop(undefined), { once: true }),
  );
  const failure = await Promise.race([running.failed, stopped]);
  stderr.write("stopping ...\n");
  await running.stop();
  if (failure !== undefined) throw failure;
  stderr.write("stopped; the state is kept\n");
  return 0;
}

function whatToTry({ kubeconfig, vaultUrl, vaultTokenFile, metricsUrl }: Up, cwd: string): string {
  const path = (file: string): string => {
    const shown = relative(cwd, file);
    return shown.startsWith("..") ? file : shown;
  };
  return `
Everything runs. In another terminal:

  export KUBECONFIG=$PWD/${path(kubeconfig)}
  kubectl get externalsecrets -A
  kubectl get secret harbor-admin-secret -n harbor -o yaml
  ./tegata explain externalsecret harbor-secrets -n harbor
  ./tegata get clusters -A

Change a value in the store, and have it synced at once:

  curl -s -H "X-Vault-Token: $(cat ${path(vaultTokenFile)})" ${vaultUrl}/v1/kvv2/data/k8s-myhome/harbor/admin-password \\
    -d '{"data":{"value":"changed"}}'
  kubectl annotate externalsecret harbor-secrets -n harbor force-sync=$(date +%s) --overwrite

Metrics: ${metricsUrl}/metrics    Stop: Ctrl-C
`;
}

function portOf(options: OptionValues, name: string): number | undefined {
  const text = options[name];
  if (typeof text !== "string") return undefined;
  const port = Number(text);
  if (Number.isInteger(port) && port >= 0 && port <= 65_535) return port;
  throw new TegataError({
    kind: "invalid-input",
    code: "PORT_INVALID",
    message: `"${text}" is no port`,
    remedy: "Use a number from 1 to 65535, or 0 for any free one.",
  });
}

function levelOf(options: OptionValues): "debug" | "info" | "warn" | "error" {
  const level = options["logLevel"];
  return level === "debug" || level === "info" || level === "error" ? level : "warn";
}
