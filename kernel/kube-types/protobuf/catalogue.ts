import type { GroupVersionKind } from "../objects.ts";
import { type Field, type Message, type MessagePackage, parseMessages } from "./message-package.ts";
import { ADMISSIONREGISTRATION } from "./tables/admissionregistration.ts";
import { APIEXTENSIONS } from "./tables/apiextensions.ts";
import { APIREGISTRATION } from "./tables/apiregistration.ts";
import { APPS } from "./tables/apps.ts";
import { AUTHENTICATION } from "./tables/authentication.ts";
import { AUTHORIZATION } from "./tables/authorization.ts";
import { AUTOSCALING_V1 } from "./tables/autoscaling-v1.ts";
import { AUTOSCALING_V2 } from "./tables/autoscaling-v2.ts";
import { BATCH } from "./tables/batch.ts";
import { CERTIFICATES } from "./tables/certificates.ts";
import { CERTIFICATES_V1BETA1 } from "./tables/certificates-v1beta1.ts";
import { CLUSTER } from "./tables/cluster.ts";
import { COORDINATION } from "./tables/coordination.ts";
import { CORE } from "./tables/core.ts";
import { DISCOVERY } from "./tables/discovery.ts";
import { EVENTS } from "./tables/events.ts";
import { META } from "./tables/meta.ts";
import { NETWORKING } from "./tables/networking.ts";
import { POD } from "./tables/pod.ts";
import { POD_STATUS } from "./tables/pod-status.ts";
import { POLICY } from "./tables/policy.ts";
import { RBAC } from "./tables/rbac.ts";
import { SCHEDULING } from "./tables/scheduling.ts";
import { STORAGE } from "./tables/storage.ts";
import { VOLUMES } from "./tables/volumes.ts";

const PACKAGES: readonly MessagePackage[] = [
  META,
  CORE,
  POD,
  POD_STATUS,
  VOLUMES,
  CLUSTER,
  APPS,
  BATCH,
  RBAC,
  COORDINATION,
  AUTHENTICATION,
  AUTHORIZATION,
  CERTIFICATES,
  CERTIFICATES_V1BETA1,
  ADMISSIONREGISTRATION,
  APIEXTENSIONS,
  APIREGISTRATION,
  STORAGE,
  POLICY,
  NETWORKING,
  AUTOSCALING_V1,
  AUTOSCALING_V2,
  SCHEDULING,
  EVENTS,
  DISCOVERY,
];

/** Kinds that every group accepts, whatever group and version they name. */
const META_KINDS: ReadonlySet<string> = new Set(["DeleteOptions", "Status"]);

let byDefinition: ReadonlyMap<string, Message> | undefined;

// The tables are parsed when something is first looked up, so that importing this module costs nothing.
function allMessages(): ReadonlyMap<string, Message> {
  byDefinition ??= new Map(PACKAGES.flatMap(parseMessages).map((message) => [message.definition, message]));
  return byDefinition;
}

/** Finds the message of a kind. @returns `undefined` for a kind that is not built in. */
export function findKind({ group, version, kind }: GroupVersionKind): Message | undefined {
  const from = META_KINDS.has(kind) ? META : PACKAGES.find((one) => one.group === group && one.version === version);
  const message = from === undefined ? undefined : allMessages().get(`${from.definitions}.${kind}`);
  return message?.isKind === true ? message : undefined;
}

/** Every kind in the tables. */
export function allKinds(): GroupVersionKind[] {
  const homes = new Map(PACKAGES.map((home) => [home.definitions, home]));
  return [...homes.values()].flatMap(({ definitions, group, version }) =>
    [...allMessages().values()]
      .filter(({ isKind, definition, name }) => isKind && definition === `${definitions}.${name}`)
      .map(({ name }) => ({ group, version, kind: name })),
  );
}

/** `metav1.ObjectMeta`. */
export function objectMetaMessage(): Message {
  return lookUp(`${META.definitions}.ObjectMeta`);
}

/**
 * Finds the message that a field's type names: in the package of the message around it, else in the core group, else in
 * `metav1`; `core.Name` says where.
 */
export function messageOf({ type }: Pick<Field, "type">, around: Message): Message {
  const messages = allMessages();
  const home = around.definition.slice(0, -around.name.length - 1);
  const [owner, name = ""] = type.includes(".") ? type.split(".") : [undefined, type];
  const homes = owner === undefined ? [home, CORE.definitions, META.definitions] : [OWNERS[owner] ?? owner];
  for (const prefix of homes) {
    const message = messages.get(`${prefix}.${name}`);
    if (message !== undefined) return message;
  }
  throw new Error(`${around.definition}: there is no message ${type}`);
}

const OWNERS: Readonly<Record<string, string>> = { core: CORE.definitions, meta: META.definitions };

function lookUp(definition: string): Message {
  const message = allMessages().get(definition);
  if (message === undefined) throw new Error(`there is no message ${definition}`);
  return message;
}
