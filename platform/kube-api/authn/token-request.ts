import type { FieldError, JsonObject, KubeObject } from "@tegata/kube-types";
import { invalidError } from "@tegata/kube-types/schema";
import { badRequest, conflict, invalid, notFound } from "../http-errors.ts";
import type { SubresourceHandler, SubresourceRequest } from "../registry/types.ts";
import type { Store } from "../store/index.ts";
import type { ServiceAccountTokens, TokenGrant } from "./service-account-tokens.ts";

/** Lifetime of a token whose request names none, in seconds. */
const DEFAULT_TOKEN_SECONDS = 3600;
/** Shortest lifetime that may be asked for, in seconds. */
const MIN_TOKEN_SECONDS = 600;

const GROUP = "authentication.k8s.io";

interface TokenRequestSpec {
  audiences?: string[];
  expirationSeconds?: number;
  boundObjectRef?: { kind?: string; apiVersion?: string; name?: string; uid?: string } | null;
}

interface Pod extends KubeObject {
  spec?: { serviceAccountName?: string; nodeName?: string };
}

/** `serviceaccounts/NAME/token`: issues a token. reference: k8s.io/kubernetes `registry/core/serviceaccount/storage` */
export function tokenRequest(tokens: ServiceAccountTokens, store: Pick<Store, "get">): SubresourceHandler {
  return {
    name: "token",
    group: GROUP,
    version: "v1",
    kind: "TokenRequest",
    verbs: ["create"],
    handle: async (request) => issue(request, tokens, store),
  };
}

async function issue(
  { body, namespace, name, dryRun, now }: SubresourceRequest,
  tokens: ServiceAccountTokens,
  store: Pick<Store, "get">,
): Promise<KubeObject> {
  const spec = (body?.["spec"] ?? {}) as TokenRequestSpec;
  const lifetimeSeconds = spec.expirationSeconds ?? DEFAULT_TOKEN_SECONDS;
  const errors = validate(lifetimeSeconds);
  if (errors.length > 0) throw invalid({ group: GROUP, plural: "", kind: "TokenRequest" }, "", errors);
  const account = find(store, { plural: "serviceaccounts", kind: "ServiceAccount" }, namespace, name);
  const bound = spec.boundObjectRef ? bind(spec.boundObjectRef, namespace, name, store) : {};
  const audiences = (spec.audiences ?? []).length === 0 ? [tokens.issuer] : (spec.audiences ?? []);
  const serviceAccount = { name, uid: account.metadata.uid ?? "" };
  const grant: TokenGrant = { namespace, serviceAccount, audiences, lifetimeSeconds, ...bound };
  const { token, expiresAt } = await tokens.issue(grant);
  const answer: JsonObject = {
    apiVersion: `${GROUP}/v1`,
    kind: "TokenRequest",
    metadata: { name, namespace, creationTimestamp: seconds(now) },
    spec: {
      audiences,
      expirationSeconds: lifetimeSeconds,
      boundObjectRef: (spec.boundObjectRef ?? null) as JsonObject | null,
    },
    // A dry run must leave nothing behind, and a token cannot be taken back.
    status: { token: dryRun ? "" : token, expirationTimestamp: seconds(expiresAt) },
  };
  return answer as unknown as KubeObject;
}

function validate(lifetimeSeconds: number): FieldError[] {
  const field = "spec.expirationSeconds";
  if (!Number.isInteger(lifetimeSeconds) || lifetimeSeconds < MIN_TOKEN_SECONDS)
    return [invalidError(field, lifetimeSeconds, "may not specify a duration less than 10 minutes")];
  if (lifetimeSeconds > 2 ** 32)
    return [invalidError(field, lifetimeSeconds, "may not specify a duration larger than 2^32 seconds")];
  return [];
}

function bind(
  ref: NonNullable<TokenRequestSpec["boundObjectRef"]>,
  namespace: string,
  accountName: string,
  store: Pick<Store, "get">,
): Pick<TokenGrant, "pod" | "secret" | "node"> {
  const kind = ref.apiVersion === "v1" ? ref.kind : undefined;
  const subject = BINDABLE.find((one) => one.kind === kind);
  if (subject === undefined)
    throw badRequest(`cannot bind token to object of type ${ref.apiVersion}, Kind=${ref.kind}`);
  const name = ref.name ?? "";
  const object = find(store, subject, subject.kind === "Node" ? "" : namespace, name);
  const uid = object.metadata.uid ?? "";
  if (ref.uid !== undefined && ref.uid !== "" && ref.uid !== uid)
    throw conflict(
      { group: "", ...subject },
      name,
      `the UID in the bound object reference (${ref.uid}) does not match the UID in record. The object might have been deleted and then recreated`,
    );
  if (subject.kind === "Secret") return { secret: { name, uid } };
  if (subject.kind === "Node") return { node: { name, uid } };
  const { serviceAccountName = "default", nodeName } = (object as Pod).spec ?? {};
  if (serviceAccountName !== accountName)
    throw badRequest(
      `cannot bind token for serviceaccount "${accountName}" to pod running with different serviceaccount name.`,
    );
  return { pod: { name, uid }, ...(nodeName === undefined ? {} : { node: nodeOf(nodeName, store) }) };
}

const BINDABLE = [
  { kind: "Pod", plural: "pods" },
  { kind: "Secret", plural: "secrets" },
  { kind: "Node", plural: "nodes" },
] as const;

function nodeOf(name: string, store: Pick<Store, "get">): { name: string; uid?: string } {
  const uid = store.get({ collection: "nodes", key: name })?.object.metadata.uid;
  return uid === undefined ? { name } : { name, uid };
}

function find(
  store: Pick<Store, "get">,
  subject: { readonly plural: string; readonly kind: string },
  namespace: string,
  name: string,
): KubeObject {
  const key = namespace === "" ? name : `${namespace}/${name}`;
  const object = store.get({ collection: subject.plural, key })?.object;
  if (object === undefined) throw notFound({ group: "", ...subject }, name);
  return object;
}

function seconds(time: Date): string {
  return time.toISOString().replace(/\.\d+Z$/, "Z");
}
