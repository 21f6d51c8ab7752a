import { TegataError } from "@tegata/errors";
import { dirname, resolve } from "node:path";

/** An entry of `clusters`, `users` or `contexts` as it was written, and the folder that its relative paths start from. */
export interface KubeconfigEntry {
  readonly fields: Readonly<Record<string, unknown>>;
  readonly baseDir: string;
}

/** Longest kubeconfig that is read, in UTF-16 units. */
const MAX_LENGTH = 4 * 1024 * 1024;

/** One kubeconfig, or several that were merged. */
export interface KubeconfigDocument {
  readonly currentContext: string;
  readonly clusters: ReadonlyMap<string, KubeconfigEntry>;
  readonly users: ReadonlyMap<string, KubeconfigEntry>;
  readonly contexts: ReadonlyMap<string, KubeconfigEntry>;
  /** The file names, for messages. */
  readonly origin: string;
}

/**
 * Parses one kubeconfig.
 *
 * @param path - the file it came from: for messages, and for the relative paths inside.
 * @throws TegataError `KUBECONFIG_INVALID`. The text is not quoted: it holds keys and tokens.
 */
export async function parseKubeconfigDocument(text: string, path: string): Promise<KubeconfigDocument> {
  const fields = await parseYaml(text, path);
  const baseDir = dirname(resolve(path));
  const entries = (list: string, key: string) => readEntries(fields[list], { list, key, path, baseDir });
  const currentContext = fields["current-context"];
  return {
    currentContext: typeof currentContext === "string" ? currentContext : "",
    clusters: entries("clusters", "cluster"),
    users: entries("users", "user"),
    contexts: entries("contexts", "context"),
    origin: path,
  };
}

/** Merges as kubectl does: the first file that names a cluster, user, context or the current context wins. */
export function mergeKubeconfigs(documents: readonly KubeconfigDocument[]): KubeconfigDocument {
  const merge = (pick: (document: KubeconfigDocument) => ReadonlyMap<string, KubeconfigEntry>) =>
    new Map(documents.toReversed().flatMap((document) => [...pick(document)]));
  return {
    currentContext: documents.find(({ currentContext }) => currentContext !== "")?.currentContext ?? "",
    clusters: merge(({ clusters }) => clusters),
    users: merge(({ users }) => users),
    contexts: merge(({ contexts }) => contexts),
    origin: documents.map(({ origin }) => origin).join(", "),
  };
}

/** Makes the error for a kubeconfig that cannot be used. */
export function kubeconfigInvalid(origin: string, why: string, cause?: unknown): TegataError {
  return new TegataError({
    kind: "invalid-input",
    code: "KUBECONFIG_INVALID",
    message: `kubeconfig "${origin}": ${why}`,
    remedy: "Correct the file, or name another with --kubeconfig or KUBECONFIG.",
    cause,
  });
}

// Imported when it is needed: it would double the start-up time of programs that run inside a cluster.
async function parseYaml(text: string, path: string): Promise<Readonly<Record<string, unknown>>> {
  if (text.length > MAX_LENGTH) throw kubeconfigInvalid(path, "it is longer than 4 MiB");
  const { LineCounter, parseDocument } = await import("yaml");
  const lineCounter = new LineCounter();
  let problem: { readonly code: string; readonly line: number } | undefined;
  try {
    const document = parseDocument(text, { lineCounter, prettyErrors: false, schema: "core" });
    const [error] = document.errors;
    const value: unknown = error === undefined ? document.toJS({ maxAliasCount: 100 }) : undefined;
    if (isRecord(value)) return value;
    problem = error && { code: error.code, line: lineCounter.linePos(error.pos[0]).line };
  } catch (error) {
    // The library throws plain errors, which quote the text, for an alias without anchor, too many aliases, too deep nesting.
    throw kubeconfigInvalid(path, `its YAML cannot be used (${error instanceof Error ? error.name : "unknown"})`);
  }
  if (problem !== undefined) throw kubeconfigInvalid(path, `line ${problem.line} is not YAML (${problem.code})`);
  throw kubeconfigInvalid(path, "it is empty or not a YAML mapping");
}

function readEntries(
  value: unknown,
  { list, key, path, baseDir }: { list: string; key: string; path: string; baseDir: string },
): ReadonlyMap<string, KubeconfigEntry> {
  if (value === undefined || value === null) return new Map();
  if (!Array.isArray(value)) throw kubeconfigInvalid(path, `${list} is not a list`);
  const entries = new Map<string, KubeconfigEntry>();
  for (const item of value as readonly unknown[]) {
    if (!isRecord(item) || typeof item["name"] !== "string") {
      throw kubeconfigInvalid(path, `an entry of ${list} has no name`);
    }
    const fields = item[key];
    entries.set(item["name"], { fields: isRecord(fields) ? fields : {}, baseDir });
  }
  return entries;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
