import type { PathRoute } from "./handler.ts";

/**
 * The version of Kubernetes that the server says it is. Clients pick their behaviour by it: 1.33 is what the answers are
 * modelled on.
 */
const KUBERNETES_VERSION = { major: "1", minor: "33", gitVersion: "v1.33.5" } as const;

/** `/version`. */
export const versionRoute: PathRoute = ({ path }) => {
  if (path !== "/version") return undefined;
  const body = {
    ...KUBERNETES_VERSION,
    gitCommit: "",
    gitTreeState: "clean",
    buildDate: "2025-09-09T00:00:00Z",
    goVersion: "",
    compiler: "",
    platform: `${process.platform}/${process.arch === "x64" ? "amd64" : process.arch}`,
  };
  return document("application/json", JSON.stringify(body, undefined, 2));
};

/** `/healthz`, `/livez`, `/readyz`, each with or without one of its checks behind it. */
export const healthRoute: PathRoute = ({ path, query }) => {
  const [, endpoint] = /^\/(healthz|livez|readyz)(?:\/[a-z-]+)?$/.exec(path) ?? [];
  if (endpoint === undefined) return undefined;
  return document("text/plain; charset=utf-8", query.has("verbose") ? `[+]ping ok\n${endpoint} check passed\n` : "ok");
};

function document(contentType: string, body: string) {
  return { contentType, body, etag: "", cacheControl: "no-cache, private" };
}
