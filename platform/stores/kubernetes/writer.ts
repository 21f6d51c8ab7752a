import { encodeBase64, type SecretBytes } from "@tegata/bytes";
import { secrets } from "@tegata/kube";
import type { Secret } from "@tegata/kube-types";
import type { RemoteRef, SecretWriter } from "../contract.ts";
import { parseJson, stringBytes } from "../json/json-node.ts";
import { notAnObject } from "../json/json-secret.ts";
import { valueBytes } from "../json/value-bytes.ts";
import type { KubernetesConnection } from "./connection.ts";

/** Writes keys of Secrets in one namespace. What is equal already is not written again. */
export class KubernetesWriter implements SecretWriter {
  readonly #connection: KubernetesConnection;
  readonly #namespace: string;

  constructor(connection: KubernetesConnection, namespace: string) {
    this.#connection = connection;
    this.#namespace = namespace;
  }

  /** Without a property, `bytes` must be a JSON object, whose members become all of the Secret's keys. */
  async write(ref: RemoteRef, bytes: SecretBytes, signal: AbortSignal): Promise<void> {
    const current = await this.#connection.getSecret(ref.key, signal);
    const data =
      ref.property === "" ? dataOf(bytes) : { ...current?.data, [ref.property]: encodeBase64(bytes.reveal()) };
    if (current === undefined) {
      const namespace = this.#namespace;
      const secret: Secret = {
        apiVersion: "v1",
        kind: "Secret",
        metadata: { name: ref.key, namespace },
        type: "Opaque",
        data,
      };
      await this.#connection.call("CreateSecret", signal, (client) => client.create(secrets, secret, {}, signal));
    } else if (!sameData(current.data ?? {}, data)) {
      await this.#connection.call("UpdateSecret", signal, (client) =>
        client.update(secrets, { ...current, data }, {}, signal),
      );
    }
  }

  /** Removes one key, or, without a property or when it was the last, the Secret. */
  async remove(ref: RemoteRef, signal: AbortSignal): Promise<void> {
    const current = await this.#connection.getSecret(ref.key, signal);
    if (current === undefined || (ref.property !== "" && current.data?.[ref.property] === undefined)) return;
    const { [ref.property]: _, ...data } = current.data ?? {};
    if (ref.property !== "" && Object.keys(data).length > 0) {
      await this.#connection.call("UpdateSecret", signal, (client) =>
        client.update(secrets, { ...current, data }, {}, signal),
      );
      return;
    }
    const { uid } = current.metadata;
    const precondition = uid === undefined ? {} : { uid };
    await this.#connection.call("DeleteSecret", signal, (client) =>
      client.delete(secrets, this.#namespace, ref.key, precondition, signal),
    );
  }

  async exists(ref: RemoteRef, signal: AbortSignal): Promise<boolean> {
    const secret = await this.#connection.getSecret(ref.key, signal);
    return secret !== undefined && (ref.property === "" || secret.data?.[ref.property] !== undefined);
  }
}

function dataOf(bytes: SecretBytes): Record<string, string> {
  const object = parseJson(bytes.reveal());
  if (object?.kind !== "object") throw notAnObject();
  return Object.fromEntries(
    object.members.map(({ key, value }) => [
      Buffer.from(stringBytes(key)).toString("utf8"),
      encodeBase64(valueBytes(value)),
    ]),
  );
}

function sameData(a: Readonly<Record<string, string>>, b: Readonly<Record<string, string>>): boolean {
  const names = Object.keys(a);
  return names.length === Object.keys(b).length && names.every((name) => a[name] === b[name]);
}
