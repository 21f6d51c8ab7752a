import type { KubeObject } from "../objects.ts";
import type { Schema } from "../schema/types.ts";

/** What holds for one write, whether it updates or applies. */
export interface WriteRequest {
  /** The kind's schema; undefined for a kind without one: maps are then granular and lists atomic. */
  readonly schema: Schema | undefined;
  /** Version in which the request talks, e.g. `apps/v1`. Entries are recorded in it. */
  readonly apiVersion: string;
  readonly kind: string;
  /** Who writes: `fieldManager`, else the start of the User-Agent ({@link managerOf}). Empty is recorded as `unknown`. */
  readonly manager: string;
  /** e.g. `status` or `scale`; absent or empty: the object itself. */
  readonly subresource?: string;
  /** Becomes the entry's `time`, in whole seconds, where the write changes something. */
  readonly now: Date;
  /**
   * Paths that this endpoint resets and that are therefore neither tracked nor applied, as lists of field names: see
   * {@link resetFieldsOf}. @defaultValue none
   */
  readonly resetFields?: readonly (readonly string[])[];
}

/** One server-side apply. */
export interface ApplyRequest extends WriteRequest {
  /** Take fields over from other managers, where it would else be a conflict. */
  readonly force: boolean;
}

/** Outcome of an apply. */
export interface ApplyResult {
  /** The object to default, validate and store, with its `managedFields`. Shares structure with the inputs. */
  readonly object: KubeObject;
  /** Whether anything differs from the live object, `managedFields` included. If not, nothing is written. */
  readonly changed: boolean;
}
