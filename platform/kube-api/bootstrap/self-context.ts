import type { RequestContext } from "../registry/context.ts";

/** The server acting for itself. */
export function selfContext(now: Date): RequestContext {
  return {
    user: { username: "system:apiserver", groups: ["system:masters"] },
    now,
    signal: new AbortController().signal,
    userAgent: "kube-apiserver",
    warn: () => undefined,
  };
}
