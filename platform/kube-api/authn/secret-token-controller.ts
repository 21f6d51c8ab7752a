import { encodeBase64, encodeUtf8 } from "@tegata/bytes";
import type { KubeObject, Secret } from "@tegata/kube-types";
import type { Logger } from "@tegata/telemetry";
import { KeyQueue } from "../controllers/key-queue.ts";
import type { RunningController } from "../controllers/types.ts";
import { type Revision, StaleVersionError, type Store } from "../store/index.ts";
import type { SecretTokens } from "./secret-tokens.ts";

const SECRET_TYPE = "kubernetes.io/service-account-token";
const ACCOUNT_NAME = "kubernetes.io/service-account.name";
const ACCOUNT_UID = "kubernetes.io/service-account.uid";

export interface SecretTokenControllerOptions {
  readonly store: Pick<Store, "head" | "list" | "watch" | "commit">;
  readonly tokens: SecretTokens;
  /** The CA of the API server, PEM, for `ca.crt`. */
  readonly caPem: string;
  readonly logger: Logger | undefined;
}

/**
 * Fills the Secrets of type `kubernetes.io/service-account-token` with a token, the CA and the namespace, and deletes
 * those whose ServiceAccount is gone. reference: k8s.io/kubernetes `pkg/controller/serviceaccount` `TokensController`
 */
export function startSecretTokenController(options: SecretTokenControllerOptions): RunningController {
  const { store, logger } = options;
  const queue = new KeyQueue((key) => reconcile(key, options), {
    name: "service-account-token",
    concurrency: 8,
    logger,
  });
  const addSecret = ({ key, object }: Revision): void => {
    if ((object as Secret).type === SECRET_TYPE) queue.add(key);
  };
  const { revisions, version: fromVersion } = store.list({ collection: "secrets", prefix: "" });
  for (const revision of revisions) addSecret(revision);
  const stopSecrets = store.watch({ collection: "secrets", prefix: "", fromVersion }, (changes) => {
    for (const change of changes) if (!change.deleted) addSecret(change);
  });
  // Accounts come and go seldom; the Secrets of their namespace are few.
  const stopAccounts = store.watch({ collection: "serviceaccounts", prefix: "", fromVersion }, (changes) => {
    for (const { key } of changes) {
      const prefix = key.slice(0, key.indexOf("/") + 1);
      for (const revision of store.list({ collection: "secrets", prefix }).revisions) addSecret(revision);
    }
  });
  return {
    async stop() {
      stopSecrets();
      stopAccounts();
      await queue.stop();
    },
  };
}

async function reconcile(key: string, { store, tokens, caPem }: SecretTokenControllerOptions): Promise<void> {
  const place = { collection: "secrets", key };
  const revision = store.head(place);
  if (revision === undefined) return;
  const secret: Secret = revision.copy();
  const { namespace = "", name = "", annotations = {} } = secret.metadata;
  const accountName = annotations[ACCOUNT_NAME] ?? "";
  const account = store.head({ collection: "serviceaccounts", key: `${namespace}/${accountName}` })?.object;
  const accountUid = account?.metadata.uid ?? "";
  const isOrphan = account === undefined || (annotations[ACCOUNT_UID] ?? accountUid) !== accountUid;
  const owner = { namespace, accountName, accountUid, secretName: name };
  const object = isOrphan ? undefined : await complete(secret, () => tokens.issue(owner), accountUid, caPem);
  if (object === secret) return;
  try {
    await store.commit({ ...place, expectedVersion: revision.version, object });
  } catch (error) {
    // The watch tells of the write that came in between.
    if (!(error instanceof StaleVersionError)) throw error;
  }
}

/** @returns the Secret itself if it has everything. */
async function complete(
  secret: Secret,
  issue: () => Promise<string>,
  accountUid: string,
  caPem: string,
): Promise<KubeObject> {
  const encode = (text: string): string => encodeBase64(encodeUtf8(text));
  const { metadata, data = {} } = secret;
  const wanted = { "ca.crt": encode(caPem), namespace: encode(metadata.namespace ?? "") };
  const isComplete =
    metadata.annotations?.[ACCOUNT_UID] === accountUid &&
    data["token"] !== undefined &&
    data["ca.crt"] === wanted["ca.crt"] &&
    data["namespace"] === wanted.namespace;
  if (isComplete) return secret;
  const token = data["token"] ?? encode(await issue());
  const completed: Secret = {
    ...secret,
    metadata: { ...metadata, annotations: { ...metadata.annotations, [ACCOUNT_UID]: accountUid } },
    data: { ...data, ...wanted, token },
  };
  return completed;
}
