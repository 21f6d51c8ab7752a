import { asTegataError } from "@tegata/errors";
import { customResourceDefinitions, leases } from "@tegata/kube";
import { clusterSecretStores, externalSecrets, secretStores, secretSyncCrds } from "@tegata/secret-sync";
import { type CommandContext, type ConnectedCluster, defineCommand } from "../command.ts";

/** Lease by which the operator's replicas agree on one leader, in its own namespace. */
const OPERATOR_LEASE = "tegata-operator";

interface CheckResult {
  readonly ok: boolean;
  readonly text: string;
}

type Check = (cluster: ConnectedCluster, context: CommandContext) => Promise<CheckResult>;

/** `tegata check`: is everything there that Tegata needs, and does it work? */
export const check = defineCommand({
  name: "check",
  summary: "Check the cluster, the operator, the stores and the ExternalSecrets",
  description: "Ends with 0 if all is well, with 1 if something is not. --pre checks only what an installation needs.",
  options: [{ flags: "--pre", help: "before an installation: only the cluster" }],
  usesCluster: true,
  async run(_, options, context) {
    const cluster = await context.connect();
    const checks = options["pre"] === true ? [apiServer] : [apiServer, kinds, operator, stores, synced];
    let failures = 0;
    for (const one of checks) {
      const { ok, text } = await outcomeOf(one, cluster, context);
      if (!ok) failures += 1;
      context.stdout.write(`${ok ? "✔" : "✗"} ${text}\n`);
    }
    return failures === 0 ? 0 : 1;
  },
});

async function outcomeOf(one: Check, cluster: ConnectedCluster, context: CommandContext): Promise<CheckResult> {
  try {
    return await one(cluster, context);
  } catch (error) {
    const failure = asTegataError(error);
    if (failure === undefined) throw error;
    return { ok: false, text: failure.text };
  }
}

const apiServer: Check = async ({ client, source }, { signal }) => {
  const { status, body } = await client.getRaw("/version", signal);
  const version = /"gitVersion":\s*"([^"]*)"/.exec(body)?.[1];
  if (status !== 200 || version === undefined)
    return { ok: false, text: `Kubernetes API ${client.server}: /version answered ${status}` };
  return { ok: true, text: `Kubernetes API ${client.server} ${version} (from ${source})` };
};

const kinds: Check = async ({ client }, { signal }) => {
  const names = secretSyncCrds().map((crd) => String((crd["metadata"] as { name: string }).name));
  const found = await Promise.all(names.map((name) => client.get(customResourceDefinitions, "", name, signal)));
  const missing = names.filter((_, index) => found[index] === undefined);
  return missing.length === 0
    ? { ok: true, text: `CustomResourceDefinitions: ${names.length} installed` }
    : { ok: false, text: `CustomResourceDefinitions missing: ${missing.join(", ")}. Apply deploy/crds.` };
};

const operator: Check = async ({ client }, { signal, now }) => {
  const { items } = await client.list(leases, { fieldSelector: `metadata.name=${OPERATOR_LEASE}` }, signal);
  const lease = items.find(({ spec }) => (spec?.holderIdentity ?? "") !== "");
  if (lease === undefined)
    return { ok: false, text: "Operator: no replica holds the lease. Start one: tegata operator, or tegata up." };
  const ageSeconds = Math.round((now().getTime() - Date.parse(lease.spec?.renewTime ?? "")) / 1000);
  const alive = ageSeconds <= (lease.spec?.leaseDurationSeconds ?? 15);
  return { ok: alive, text: `Operator: ${lease.spec?.holderIdentity ?? ""} leads, last heard of ${ageSeconds} s ago` };
};

const stores: Check = async ({ client }, { signal }) => {
  const lists = await Promise.all([
    client.list(secretStores, {}, signal),
    client.list(clusterSecretStores, {}, signal),
  ]);
  const all = lists.flatMap(({ items }) => items);
  const unready = all.filter(
    ({ status }) => status?.conditions?.find(({ type }) => type === "Ready")?.status !== "True",
  );
  return summary(
    "Stores",
    all.length,
    unready.map(({ metadata }) => `${metadata.namespace ?? ""}/${metadata.name ?? ""}`),
  );
};

const synced: Check = async ({ client }, { signal }) => {
  const { items } = await client.list(externalSecrets, {}, signal);
  const unready = items.filter(
    ({ status }) => status?.conditions?.find(({ type }) => type === "Ready")?.status !== "True",
  );
  return summary(
    "ExternalSecrets",
    items.length,
    unready.map(({ metadata }) => `${metadata.namespace ?? ""}/${metadata.name ?? ""}`),
  );
};

function summary(what: string, total: number, unready: readonly string[]): CheckResult {
  if (unready.length === 0) return { ok: true, text: `${what}: ${total} of ${total} Ready` };
  const shown = unready.slice(0, 5).join(", ") + (unready.length > 5 ? `, and ${unready.length - 5} more` : "");
  return { ok: false, text: `${what}: ${total - unready.length} of ${total} Ready; not: ${shown}` };
}
