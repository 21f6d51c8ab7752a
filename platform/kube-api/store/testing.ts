import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestContext } from "node:test";
import type { ConfigMap, KubeObject } from "@tegata/kube-types";
import type { Revision } from "./revision.ts";
import type { Store } from "./types.ts";

/** A folder of its own for one test. */
export async function temporaryDir(t: TestContext): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), "tegata-kube-api-"));
  t.after(() => rm(dir, { recursive: true, force: true }));
  return dir;
}

/** A small object. */
export function configMap(name: string, data: Record<string, string> = {}): KubeObject {
  const object = { apiVersion: "v1", kind: "ConfigMap", metadata: { name, namespace: "shop" }, data };
  return object;
}

/** Creates or replaces a ConfigMap, whatever is stored. */
export async function put(store: Store, name: string, data: Record<string, string> = {}): Promise<number> {
  const place = { collection: "configmaps", key: `shop/${name}` };
  const expectedVersion = store.head(place)?.version ?? 0;
  const revision = await store.commit({ ...place, expectedVersion, object: configMap(name, data) });
  return revision.version;
}

/** Removes a ConfigMap. */
export async function removeObject(store: Store, name: string): Promise<number> {
  const place = { collection: "configmaps", key: `shop/${name}` };
  const expectedVersion = store.head(place)?.version ?? 0;
  return (await store.commit({ ...place, expectedVersion, object: undefined })).version;
}

/** The names of all ConfigMaps, now or at a version. */
export function namesIn(store: Store, atVersion?: number): string[] {
  const range = { collection: "configmaps", prefix: "" };
  const { revisions } = store.list(atVersion === undefined ? range : { ...range, atVersion });
  return revisions.map(({ object }) => object.metadata.name ?? "");
}

/** The `data` of a ConfigMap. */
export function dataOf(revision: Revision | undefined): unknown {
  return revision === undefined ? undefined : (revision.object as ConfigMap).data;
}
