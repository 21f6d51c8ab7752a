import { encodeUtf8, SecretBytes } from "@tegata/bytes";
import { TegataError } from "@tegata/errors";
import type { StoreReferences } from "../references.ts";

/** What {@link staticReferences} answers with. */
export interface StaticObjects {
  /** `secret/key` → value. */
  readonly secrets?: Readonly<Record<string, string | Uint8Array>>;
  /** ServiceAccount → its token. */
  readonly tokens?: Readonly<Record<string, string>>;
  /** `object/key` → PEM. */
  readonly caBundles?: Readonly<Record<string, string>>;
  readonly operatorToken?: string;
}

/** References that are resolved from maps rather than from a cluster. The maps may change while a store is open. */
export function staticReferences(objects: StaticObjects): StoreReferences {
  const { operatorToken } = objects;
  return {
    secretKey: async ({ name, key }) => secretOf(objects.secrets?.[`${name}/${key}`], `Secret "${name}", key "${key}"`),
    secret: async ({ name }) => {
      const keys = Object.entries(objects.secrets ?? {}).filter(([path]) => path.startsWith(`${name}/`));
      if (keys.length === 0) throw missing(`Secret "${name}"`);
      return new Map(keys.map(([path, value]) => [path.slice(name.length + 1), secretOf(value, path)]));
    },
    caBundle: async ({ name, key }) =>
      secretOf(objects.caBundles?.[`${name}/${key}`], `${name}, key "${key}"`).reveal(),
    serviceAccountToken: async ({ name }) => secretOf(objects.tokens?.[name], `ServiceAccount "${name}"`),
    ...(operatorToken === undefined
      ? {}
      : { operatorToken: async () => secretOf(operatorToken, "the operator's token") }),
  };
}

function secretOf(value: string | Uint8Array | undefined, what: string): SecretBytes {
  if (value === undefined) throw missing(what);
  return new SecretBytes(typeof value === "string" ? encodeUtf8(value) : value.slice());
}

function missing(what: string): TegataError {
  return new TegataError({
    kind: "not-ready",
    code: "REFERENCE_NOT_FOUND",
    message: `${what} does not exist`,
    remedy: "Create it",
  });
}
