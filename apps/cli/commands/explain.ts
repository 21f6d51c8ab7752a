import { TegataError } from "@tegata/errors";
import { events, secrets } from "@tegata/kube";
import type { Event, Secret } from "@tegata/kube-types";
import {
  clusterSecretStores,
  type ExternalSecret,
  externalSecrets,
  refreshCause,
  type SecretStoreObject,
  secretStores,
  targetNameOf,
  targetState,
  untilNextRefreshMs,
} from "@tegata/secret-sync";
import { type CommandContext, type ConnectedCluster, defineCommand } from "../command.ts";
import { findKind } from "../kinds.ts";
import { ERROR_CODE, explainErrorCode } from "../error-codes.ts";
import { formatAge, formatSeconds } from "../output/age.ts";

/** Everything that the explanation of an ExternalSecret looks at. */
export interface ExternalSecretFacts {
  readonly externalSecret: ExternalSecret;
  /** `undefined`: it names a store that is not there. */
  readonly store: SecretStoreObject | undefined;
  readonly target: Secret | undefined;
  /** Newest first. */
  readonly events: readonly Event[];
  readonly now: Date;
}

/** `tegata explain`: what an object does, whether it works, and if not, why and what to do. */
export const explain = defineCommand({
  name: "explain",
  summary: "Tell what an ExternalSecret does, why it is or is not synced, and what to do",
  description: [
    "An error code is explained without a cluster.",
    "",
    "Examples:",
    "  tegata explain externalsecret harbor-secrets -n harbor",
    "  tegata explain STORE_NOT_FOUND",
  ].join("\n"),
  arguments: [
    { name: "kind", help: "externalsecret, or an error code" },
    { name: "[name]", help: "name of the object" },
  ],
  usesCluster: true,
  async run([kindName = "", name = ""], _, context) {
    if (ERROR_CODE.test(kindName)) {
      context.stdout.write(await explainErrorCode(kindName));
      return 0;
    }
    if (findKind(kindName)?.resource.kind !== "ExternalSecret") throw wrongKind(kindName);
    const facts = await readFacts(name, await context.connect(), context);
    context.stdout.write(explainExternalSecret(facts));
    return readyOf(facts.externalSecret)?.status === "True" ? 0 : 1;
  },
});

async function readFacts(
  name: string,
  { client, namespace }: ConnectedCluster,
  { signal, now }: CommandContext,
): Promise<ExternalSecretFacts> {
  const externalSecret = await client.get(externalSecrets, namespace, name, signal);
  if (externalSecret === undefined) throw notFound(namespace, name);
  const { name: storeName = "", kind = "SecretStore" } = externalSecret.spec.secretStoreRef ?? {};
  const [store, target, recorded] = await Promise.all([
    storeName === ""
      ? undefined
      : kind === "ClusterSecretStore"
        ? client.get(clusterSecretStores, "", storeName, signal)
        : client.get(secretStores, namespace, storeName, signal),
    client.get(secrets, namespace, targetNameOf(externalSecret), signal),
    client.list(
      events,
      { namespace, fieldSelector: `involvedObject.uid=${externalSecret.metadata.uid ?? ""}` },
      signal,
    ),
  ]);
  const newestFirst = [...recorded.items].sort((a, b) => (b.lastTimestamp ?? "").localeCompare(a.lastTimestamp ?? ""));
  return { externalSecret, store, target, events: newestFirst, now: now() };
}

/** The explanation as text. Pure. Names keys, never values. */
export function explainExternalSecret(facts: ExternalSecretFacts): string {
  const { externalSecret, now } = facts;
  const ready = readyOf(externalSecret);
  const sections: [string, readonly string[]][] = [
    [
      "Ready",
      ready === undefined
        ? ["not looked at yet: is the operator running? (tegata check)"]
        : [
            `${ready.status}  ${ready.reason ?? ""}  since ${formatAge(ready.lastTransitionTime, now)}`,
            ready.message ?? "",
          ],
    ],
    ["Store", explainStore(facts)],
    ["Target", explainTarget(facts)],
    ["Refresh", explainRefresh(facts)],
    ["Reads", explainReads(externalSecret)],
    ["Events", explainEvents(facts)],
  ];
  const title = `ExternalSecret ${externalSecret.metadata.namespace ?? ""}/${externalSecret.metadata.name ?? ""}\n`;
  return (
    title +
    sections
      .flatMap(([name, lines]) => lines.map((line, index) => `  ${(index === 0 ? name : "").padEnd(9)}${line}\n`))
      .join("")
  );
}

function readyOf({
  status,
}: ExternalSecret | SecretStoreObject):
  | NonNullable<NonNullable<ExternalSecret["status"]>["conditions"]>[number]
  | undefined {
  return status?.conditions?.find(({ type }) => type === "Ready");
}

function explainStore({ externalSecret, store }: ExternalSecretFacts): string[] {
  const { name = "", kind = "SecretStore" } = externalSecret.spec.secretStoreRef ?? {};
  if (name === "") return ["none by default; each entry names its own"];
  const namespace = kind === "SecretStore" ? (externalSecret.metadata.namespace ?? "") : "";
  const title = `${kind} "${namespace === "" ? name : `${namespace}/${name}`}"`;
  if (store === undefined) {
    const hint =
      kind === "SecretStore"
        ? "A SecretStore serves its own namespace only: create it there, or refer to a ClusterSecretStore."
        : "Create it, or correct spec.secretStoreRef.";
    return [`${title} is not there. ${hint}`];
  }
  const ready = readyOf(store);
  const [provider = ""] = Object.keys(store.spec.provider);
  return [
    `${title}  ${provider}  Ready=${ready?.status ?? "Unknown"} (${ready?.reason ?? "not validated yet"})`,
    ...(ready?.status === "True" ? [] : [ready?.message ?? ""]),
  ];
}

function explainTarget({ externalSecret, target }: ExternalSecretFacts): string[] {
  const policy = externalSecret.spec.target?.creationPolicy ?? "Owner";
  const title = `Secret "${externalSecret.metadata.namespace ?? ""}/${targetNameOf(externalSecret)}"  creationPolicy ${policy}`;
  if (policy === "None") return [`${title}: nothing is written`];
  if (target === undefined) {
    return [
      `${title}: not there`,
      ...(policy === "Merge"
        ? ["Merge only adds to a Secret that exists: create it, or use creationPolicy CreateOrMerge."]
        : []),
    ];
  }
  const keys = Object.keys(target.data ?? {});
  const drift =
    targetState(externalSecret, target) === "valid"
      ? "as last written"
      : "changed by someone else; the next sync puts it right";
  return [`${title}: ${drift}`, `${keys.length} keys: ${keys.join(", ")}`];
}

function explainRefresh({ externalSecret, target, now }: ExternalSecretFacts): string[] {
  const { refreshTime } = externalSecret.status ?? {};
  const lastRefresh = typeof refreshTime === "string" ? new Date(refreshTime) : undefined;
  const policy = externalSecret.spec.refreshPolicy ?? "Periodic";
  const due = refreshCause({
    externalSecret,
    lastRefresh,
    target: targetState(externalSecret, target),
    inputsChanged: false,
    now,
  });
  const rhythm =
    policy === "Periodic"
      ? `every ${externalSecret.spec.refreshInterval ?? "1h0m0s"}`
      : policy === "OnChange"
        ? "when the ExternalSecret changes"
        : "once";
  const last = lastRefresh === undefined ? "never synced" : `last synced ${formatAge(refreshTime, now)} ago`;
  if (due !== undefined) return [`${rhythm}; ${last}; due now: ${due.message}`];
  const next = lastRefresh === undefined ? undefined : untilNextRefreshMs(externalSecret, lastRefresh, now);
  return [`${rhythm}; ${last}${next === undefined ? "" : `; next in about ${formatSeconds(Math.round(next / 1000))}`}`];
}

function explainReads({ spec }: ExternalSecret): string[] {
  const single = (spec.data ?? []).map(({ secretKey, remoteRef }, index) => {
    const property = remoteRef.property === undefined ? "" : `, property ${remoteRef.property}`;
    const version = remoteRef.version === undefined ? "" : `, version ${remoteRef.version}`;
    return `data[${index}]  ${secretKey}  <-  ${remoteRef.key}${property}${version}`;
  });
  const many = (spec.dataFrom ?? []).map(({ extract, find, sourceRef }, index) => {
    if (extract !== undefined) return `dataFrom[${index}]  every field of ${extract.key}`;
    if (find !== undefined)
      return `dataFrom[${index}]  every secret ${find.name?.regexp === undefined ? "" : `named like ${find.name.regexp} `}below ${find.path ?? "the root"}`;
    return `dataFrom[${index}]  generator ${sourceRef?.generatorRef?.kind ?? ""} "${sourceRef?.generatorRef?.name ?? ""}"`;
  });
  return [...many, ...single];
}

function explainEvents({ events: recorded, now }: ExternalSecretFacts): string[] {
  if (recorded.length === 0) return ["none in the last hour"];
  return recorded
    .slice(0, 5)
    .map(
      ({ lastTimestamp, type = "", reason = "", message = "", count = 1 }) =>
        `${formatAge(lastTimestamp, now)}  ${type}  ${reason}${count > 1 ? ` (x${count})` : ""}  ${message}`,
    );
}

function wrongKind(name: string): TegataError {
  return new TegataError({
    kind: "invalid-input",
    code: "KIND_UNKNOWN",
    message: `"${name}" cannot be explained`,
    remedy: "Use `tegata explain externalsecret NAME`; `kubectl explain` describes the fields of kinds.",
  });
}

function notFound(namespace: string, name: string): TegataError {
  return new TegataError({
    kind: "not-ready",
    code: "OBJECT_NOT_FOUND",
    message: `externalsecrets.external-secrets.io "${name}" not found in namespace "${namespace}"`,
    remedy: "List them with `tegata get externalsecrets -A`.",
  });
}
