import type { ConfigMap, KubeObject, ServiceAccount } from "@tegata/kube-types";
import { createIfMissing } from "../bootstrap/default-objects.ts";
import { selfContext } from "../bootstrap/self-context.ts";
import { unlessRefused } from "../http-errors.ts";
import { isTerminating } from "../registry/namespaces.ts";
import { updateObject } from "../registry/update.ts";
import { KeyQueue } from "./key-queue.ts";
import type { ControllerOptions, RunningController } from "./types.ts";

/** Name of the ServiceAccount that Pods have if they name none. */
const DEFAULT_SERVICE_ACCOUNT = "default";
/** Name of the ConfigMap from which Pods learn the API server's CA. */
const ROOT_CA_CONFIG_MAP = "kube-root-ca.crt";

const DESCRIPTION =
  "Contains a CA bundle that can be used to verify the kube-apiserver when using internal endpoints such as the internal " +
  "service IP or kubernetes.default.svc. No other usage is guaranteed across distributions of Kubernetes clusters.";

/**
 * Gives every namespace its ServiceAccount `default` and its ConfigMap `kube-root-ca.crt`, and gives them back when they
 * are deleted or changed. Resolves when the namespaces that are there have theirs.
 */
export async function startNamespaceDefaults(options: ControllerOptions, caPem: string): Promise<RunningController> {
  const { services, logger } = options;
  const { store } = services;
  const queue = new KeyQueue((name) => complete(options, name, caPem), {
    name: "namespace-defaults",
    concurrency: 8,
    logger,
  });
  const { revisions, version: fromVersion } = store.list({ collection: "namespaces", prefix: "" });
  for (const { key } of revisions) queue.add(key);
  const watch = (collection: string, namespaceOf: (key: string) => string | undefined): (() => void) =>
    store.watch({ collection, prefix: "", fromVersion }, (events) => {
      for (const { key } of events) {
        const namespace = namespaceOf(key);
        if (namespace !== undefined) queue.add(namespace);
      }
    });
  const unwatch = [
    watch("namespaces", (key) => key),
    watch("serviceaccounts", (key) => namespaceOf(key, DEFAULT_SERVICE_ACCOUNT)),
    watch("configmaps", (key) => namespaceOf(key, ROOT_CA_CONFIG_MAP)),
  ];
  await queue.idle();
  return {
    async stop() {
      for (const end of unwatch) end();
      await queue.stop();
    },
  };
}

/** The namespace of a key, if it is that of an object of this name. */
function namespaceOf(key: string, name: string): string | undefined {
  return key.endsWith(`/${name}`) ? key.slice(0, -name.length - 1) : undefined;
}

async function complete(options: ControllerOptions, namespace: string, caPem: string): Promise<void> {
  const { services, now } = options;
  const object: KubeObject | undefined = services.store.get({ collection: "namespaces", key: namespace })?.object;
  if (object === undefined || isTerminating(object)) return;
  const context = selfContext(now());
  const account: ServiceAccount = {
    apiVersion: "v1",
    kind: "ServiceAccount",
    metadata: { name: DEFAULT_SERVICE_ACCOUNT, namespace },
  };
  const configMap: ConfigMap = {
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: {
      name: ROOT_CA_CONFIG_MAP,
      namespace,
      annotations: { "kubernetes.io/description": DESCRIPTION },
    },
    data: { "ca.crt": caPem },
  };
  // The namespace may be closed, or gone, or somebody else may have been quicker.
  for (const wanted of [account, configMap]) {
    await unlessRefused(createIfMissing(services, wanted, context), 403, 404, 409);
  }
  await correctRootCa(options, namespace, caPem);
}

async function correctRootCa({ services, now }: ControllerOptions, namespace: string, caPem: string): Promise<void> {
  const stored = services.store.head({ collection: "configmaps", key: `${namespace}/${ROOT_CA_CONFIG_MAP}` });
  const definition = services.resources.find("", "v1", "configmaps");
  const configMap: ConfigMap | undefined = stored?.object;
  if (definition === undefined || configMap === undefined || configMap.data?.["ca.crt"] === caPem) return;
  await updateObject(services, {
    target: { definition, namespace, name: ROOT_CA_CONFIG_MAP, subresource: "" },
    options: { dryRun: false, fieldManager: "root-ca-cert-publisher", fieldValidation: "Ignore", force: false },
    context: selfContext(now()),
    transform: (current) => ({ ...current, data: { "ca.crt": caPem } }) as ConfigMap,
  });
}
