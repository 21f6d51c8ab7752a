import { type CaptControlPlane, captControlPlanes } from "@tegata/ca-mirror";
import { findCondition, type Resource } from "@tegata/kube";
import type { KubeObject } from "@tegata/kube-types";
import {
  clusterSecretStores,
  type ExternalSecret,
  externalSecrets,
  type SecretStoreObject,
  secretStores,
} from "@tegata/secret-sync";
import { formatAge } from "./output/age.ts";

/** One column of `tegata get`. */
export interface KindColumn {
  readonly title: string;
  /** Shown with `-o wide` only. */
  readonly wide?: boolean;
  value(object: KubeObject, now: Date): string;
}

/** A kind that `tegata get` lists. */
export interface ListedKind {
  readonly resource: Resource;
  /** Every name that it answers to, the usual one first. */
  readonly names: readonly string[];
  readonly columns: readonly KindColumn[];
}

const readyOf = (object: KubeObject): { status?: string; reason?: string; message?: string } =>
  (object as ExternalSecret).status?.conditions?.find(({ type }) => type === "Ready") ?? {};
const NAME: KindColumn = { title: "Name", value: ({ metadata }) => metadata.name ?? "" };
const AGE: KindColumn = { title: "Age", value: ({ metadata }, now) => formatAge(metadata.creationTimestamp, now) };
const STATUS: KindColumn = { title: "Status", value: (object) => readyOf(object).reason ?? "" };
const READY: KindColumn = { title: "Ready", value: (object) => readyOf(object).status ?? "" };
const MESSAGE: KindColumn = { title: "Message", wide: true, value: (object) => readyOf(object).message ?? "" };

const EXTERNAL_SECRET_COLUMNS: readonly KindColumn[] = [
  NAME,
  { title: "StoreType", value: (object) => (object as ExternalSecret).spec.secretStoreRef?.kind ?? "SecretStore" },
  { title: "Store", value: (object) => (object as ExternalSecret).spec.secretStoreRef?.name ?? "" },
  { title: "Refresh Interval", value: (object) => (object as ExternalSecret).spec.refreshInterval ?? "" },
  STATUS,
  READY,
  { title: "Last Sync", value: (object, now) => formatAge((object as ExternalSecret).status?.refreshTime, now) },
  {
    title: "Target",
    wide: true,
    value: (object) => (object as ExternalSecret).spec.target?.name ?? object.metadata.name ?? "",
  },
  MESSAGE,
];

const STORE_COLUMNS: readonly KindColumn[] = [
  NAME,
  AGE,
  STATUS,
  { title: "Capabilities", value: (object) => (object as SecretStoreObject).status?.capabilities ?? "" },
  READY,
  {
    title: "Provider",
    wide: true,
    value: (object) => Object.keys((object as SecretStoreObject).spec.provider)[0] ?? "",
  },
  MESSAGE,
];

const clusterStatus = (object: KubeObject): NonNullable<CaptControlPlane["status"]> =>
  (object as CaptControlPlane).status ?? {};
const CLUSTER_COLUMNS: readonly KindColumn[] = [
  NAME,
  { title: "Provider", value: (object) => clusterStatus(object).mirror?.provider ?? "" },
  { title: "Endpoint", value: (object) => clusterStatus(object).mirror?.endpoint ?? "" },
  { title: "CA-Expires", value: (object) => clusterStatus(object).mirror?.certificateAuthorityNotAfter ?? "" },
  { title: "Ready", value: (object) => secretsConditionOf(object)?.status ?? "" },
  { title: "Status", wide: true, value: (object) => secretsConditionOf(object)?.reason ?? "" },
  { title: "Message", wide: true, value: (object) => secretsConditionOf(object)?.message ?? "" },
];

/** Of the two conditions that speak of a cluster's Secrets the one that is not as it should be, if one is not. */
function secretsConditionOf(object: KubeObject): ReturnType<typeof findCondition> {
  const { conditions } = clusterStatus(object);
  const both = [findCondition(conditions, "CertificateAuthorityReady"), findCondition(conditions, "KubeconfigReady")];
  return both.find((condition) => condition !== undefined && condition.status !== "True") ?? both[0];
}

/** What `tegata get` can list. */
export const LISTED_KINDS: readonly ListedKind[] = [
  { resource: externalSecrets, names: ["externalsecrets", "externalsecret", "es"], columns: EXTERNAL_SECRET_COLUMNS },
  { resource: secretStores, names: ["secretstores", "secretstore", "ss"], columns: STORE_COLUMNS },
  {
    resource: clusterSecretStores,
    names: ["clustersecretstores", "clustersecretstore", "css"],
    columns: STORE_COLUMNS,
  },
  {
    resource: captControlPlanes,
    names: ["clusters", "cluster", "captcontrolplanes", "captcontrolplane"],
    columns: CLUSTER_COLUMNS,
  },
];

/** @returns `undefined` for a name that is no kind of ours. `externalsecrets.external-secrets.io` is understood, too. */
export function findKind(name: string): ListedKind | undefined {
  const short = name.toLowerCase().split(".", 1)[0] ?? "";
  return LISTED_KINDS.find(({ names }) => names.includes(short));
}
