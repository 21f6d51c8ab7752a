import type { KubeObject } from "@tegata/kube-types";
import type { Store } from "../store/index.ts";
import { WebhookCallError } from "./webhook-call-error.ts";
import type { WebhookClientConfig } from "./webhook-types.ts";

/** Where a Service is really reached. */
export interface ServiceEndpoint {
  /** IP address or host name. */
  readonly host: string;
  readonly port: number;
}

/** Finds out where a Service is reached. @throws WebhookCallError if it is not there, or nothing stands behind it */
export type ServiceResolver = (service: NonNullable<WebhookClientConfig["service"]>) => ServiceEndpoint;

interface Service extends KubeObject {
  spec?: {
    type?: string;
    externalName?: string;
    ports?: { name?: string; port: number }[];
  };
}

interface Endpoints extends KubeObject {
  subsets?: { addresses?: { ip: string }[]; ports?: { name?: string; port: number }[] }[];
}

/**
 * Looks Services up among the stored objects: there is no cluster network here, so that a Service leads where its
 * Endpoints (or its `externalName`) say. Nobody but whoever runs a webhook beside this server writes them.
 */
export function serviceEndpoints(store: Pick<Store, "get">): ServiceResolver {
  return ({ namespace = "", name = "", port = 443 }) => {
    const key = `${namespace}/${name}`;
    const service: Service | undefined = store.get({ collection: "services", key })?.object;
    if (service === undefined)
      throw new WebhookCallError(`failed to call webhook: service ${JSON.stringify(name)} not found`);
    const servicePort = service.spec?.ports?.find((one) => one.port === port);
    if (service.spec?.type === "ExternalName") return { host: service.spec.externalName ?? "", port };
    if (servicePort === undefined)
      throw new WebhookCallError(
        `failed to call webhook: no service port ${port} found for service ${JSON.stringify(name)}`,
      );
    const endpoints: Endpoints | undefined = store.get({ collection: "endpoints", key })?.object;
    for (const { addresses = [], ports = [] } of endpoints?.subsets ?? []) {
      const [address] = addresses;
      const target = ports.find((one) => (one.name ?? "") === (servicePort.name ?? ""));
      if (address !== undefined && target !== undefined) return { host: address.ip, port: target.port };
    }
    throw new WebhookCallError(
      `failed to call webhook: no endpoints available for service ${JSON.stringify(name)}; write its Endpoints, or use clientConfig.url, because this API server has no cluster network`,
    );
  };
}
