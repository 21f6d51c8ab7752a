import type { Backend, MountRequest } from "../core.ts";
import { type ApiAnswer, badRequest, notFound, unsupportedOperation } from "../protocol.ts";
import { isJsonObject } from "../storage/exact-json.ts";
import { listBelow } from "./listing.ts";

/** 768 hours: a hint for readers when to read again. */
const LEASE_SECONDS = 2_764_800;

/** KV secrets engine, version 1: a path holds one object. */
export const kv1: Backend & { leaseSeconds: number } = {
  leaseSeconds: LEASE_SECONDS,
  isLogin: () => false,
  exists: (request) => request.core.map.get(storageKey(request)) !== undefined,
  handle: async (request): Promise<ApiAnswer> => {
    const { core, method, body } = request;
    const key = storageKey(request);
    switch (method) {
      case "LIST":
        return { data: { keys: listBelow(core.map, storageKey({ ...request, below: "" }), request.below) } };
      case "GET": {
        const data = core.map.get(key);
        if (!isJsonObject(data)) throw notFound();
        return { data, mountType: "kv" };
      }
      case "POST":
      case "PUT":
        if (Object.keys(body).length === 0) throw badRequest("missing data fields");
        await core.map.write([[key, body]]);
        return {};
      case "DELETE":
        await core.map.write([[key, undefined]]);
        return {};
      default:
        throw unsupportedOperation();
    }
  },
};

function storageKey({ mount, below }: Pick<MountRequest, "mount" | "below">): string {
  return `kv1/${mount.uuid}/${below}`;
}
