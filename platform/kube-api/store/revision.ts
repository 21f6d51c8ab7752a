import type { KubeObject } from "@tegata/kube-types";

/** An object together with its JSON, so that it is serialised once however often it is read. */
export interface EncodedObject {
  /** UTF-8 JSON of `object`. */
  readonly bytes: Buffer;
  /** Shared: never to be changed. */
  readonly object: KubeObject;
}

/** What a {@link Revision} is made of. */
export interface RevisionFields {
  readonly collection: string;
  readonly key: string;
  readonly version: number;
  readonly deleted: boolean;
  readonly bytes: Buffer;
  readonly previous: Revision | undefined;
}

/**
 * One state of one object: what one committed write left. It is at the same time the event that a watch replays; so
 * the history of the store is nothing but its revisions, in order.
 */
export class Revision implements EncodedObject {
  /** Which kind of object, e.g. `secrets` or `roles.rbac.authorization.k8s.io`. */
  readonly collection: string;
  /** `namespace/name`, or `name` for a cluster-scoped object. */
  readonly key: string;
  /** The store's counter after the write: the object's `resourceVersion`. */
  readonly version: number;
  /** The write removed the object; `bytes` then hold its last state, with the `resourceVersion` of the removal. */
  readonly deleted: boolean;
  readonly bytes: Buffer;
  #previous: Revision | undefined;
  /** Weak, because a parsed object takes several times the space of its bytes, and most are read by nobody for long. */
  #object: WeakRef<KubeObject> | undefined;

  constructor(fields: RevisionFields) {
    this.collection = fields.collection;
    this.key = fields.key;
    this.version = fields.version;
    this.deleted = fields.deleted;
    this.bytes = fields.bytes;
    this.#previous = fields.previous;
  }

  /** What the write replaced. Undefined if it created the object, or if that is older than the window of history. */
  get previous(): Revision | undefined {
    return this.#previous;
  }

  /** The object, shared by all readers: never to be changed. See {@link Revision.copy}. */
  get object(): KubeObject {
    const known = this.#object?.deref();
    if (known !== undefined) return known;
    const object = this.copy();
    this.#object = new WeakRef(object);
    return object;
  }

  /** A copy of the object that its caller owns. */
  copy(): KubeObject {
    return JSON.parse(this.bytes.toString()) as KubeObject;
  }

  /** Cuts the history before this revision. */
  forgetPrevious(): void {
    this.#previous = undefined;
  }
}
