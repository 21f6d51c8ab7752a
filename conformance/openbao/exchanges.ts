/** One request of a conversation, in the order of the list. */
export interface Exchange {
  readonly method: string;
  /** Below `/v1/`. `{name}` stands for what an earlier answer gave. */
  readonly path: string;
  readonly body?: unknown;
  /** Name of the token to send: `root` or one that an earlier login gave. Absent: none is sent. */
  readonly as?: string;
  /** Keeps `auth.client_token` of the answer under this name. */
  readonly keepTokenAs?: string;
  /** Keeps a member of `data` of the answer under its own name. */
  readonly keep?: string;
}

const root = { as: "root" } as const;
const read =
  'path "secret/data/app/*" { capabilities = ["read"] } path "secret/metadata/*" { capabilities = ["list"] }';

/** Conversations that the dev store and OpenBao must answer alike. Each begins with a fresh server's state for its own paths. */
export const CONVERSATIONS: Readonly<Record<string, readonly Exchange[]>> = {
  "KV version 2: versions": [
    { ...root, method: "GET", path: "secret/data/v" },
    { ...root, method: "POST", path: "secret/data/v", body: { data: { a: "1", n: 12345678901234567890n.toString() } } },
    { ...root, method: "PUT", path: "secret/data/v", body: { data: { a: "2" }, options: { cas: 1 } } },
    { ...root, method: "POST", path: "secret/data/v", body: { data: { a: "3" }, options: { cas: 1 } } },
    { ...root, method: "POST", path: "secret/data/v", body: {} },
    { ...root, method: "GET", path: "secret/data/v" },
    { ...root, method: "GET", path: "secret/data/v?version=1" },
    { ...root, method: "GET", path: "secret/data/v?version=9" },
    { ...root, method: "DELETE", path: "secret/data/v" },
    { ...root, method: "GET", path: "secret/data/v" },
    { ...root, method: "POST", path: "secret/undelete/v", body: { versions: [2] } },
    { ...root, method: "GET", path: "secret/data/v" },
    { ...root, method: "POST", path: "secret/delete/v", body: { versions: [1] } },
    { ...root, method: "GET", path: "secret/data/v?version=1" },
    { ...root, method: "PUT", path: "secret/destroy/v", body: { versions: [2] } },
    { ...root, method: "GET", path: "secret/data/v" },
    { ...root, method: "DELETE", path: "secret/metadata/v" },
    { ...root, method: "GET", path: "secret/metadata/v" },
  ],
  "KV version 2: metadata and lists": [
    {
      ...root,
      method: "POST",
      path: "secret/metadata/m/a",
      body: { custom_metadata: { team: "shop" }, max_versions: 3 },
    },
    { ...root, method: "GET", path: "secret/metadata/m/a" },
    { ...root, method: "POST", path: "secret/data/m/a", body: { data: { x: { y: [1, true, null] } } } },
    { ...root, method: "GET", path: "secret/data/m/a" },
    { ...root, method: "POST", path: "secret/data/m/b/c", body: { data: {} } },
    { ...root, method: "LIST", path: "secret/metadata/m" },
    { ...root, method: "GET", path: "secret/metadata/m?list=true" },
    { ...root, method: "LIST", path: "secret/metadata/m/none" },
    { ...root, method: "GET", path: "secret/m/a" },
    { ...root, method: "POST", path: "secret/data/m/a", body: "not an object" },
  ],
  "KV version 1": [
    { ...root, method: "POST", path: "sys/mounts/kv1", body: { type: "kv" } },
    { ...root, method: "GET", path: "kv1/a" },
    { ...root, method: "POST", path: "kv1/a", body: { v: "1", n: 1.5 } },
    { ...root, method: "GET", path: "kv1/a" },
    { ...root, method: "POST", path: "kv1/b/c", body: { v: "1" } },
    { ...root, method: "LIST", path: "kv1" },
    { ...root, method: "LIST", path: "kv1/none" },
    { ...root, method: "DELETE", path: "kv1/a" },
    { ...root, method: "GET", path: "kv1/a" },
    { ...root, method: "POST", path: "sys/mounts/kv1", body: { type: "kv" } },
  ],
  "tokens and policies": [
    { method: "GET", path: "secret/data/app/a" },
    { ...root, method: "PUT", path: "sys/policies/acl/app", body: { policy: read } },
    { ...root, method: "POST", path: "secret/data/app/a", body: { data: { v: "1" } } },
    { ...root, method: "POST", path: "auth/token/create", body: { policies: ["app"], ttl: "1h" }, keepTokenAs: "app" },
    { as: "app", method: "GET", path: "secret/data/app/a" },
    { as: "app", method: "GET", path: "secret/data/web" },
    { as: "app", method: "POST", path: "secret/data/app/a", body: { data: {} } },
    { as: "app", method: "LIST", path: "secret/metadata/app" },
    { as: "app", method: "POST", path: "sys/capabilities-self", body: { paths: ["secret/data/app/a", "x"] } },
    { as: "app", method: "POST", path: "auth/token/revoke-self" },
    { as: "app", method: "GET", path: "secret/data/app/a" },
    { ...root, method: "GET", path: "nowhere/at/all" },
    { ...root, method: "GET", path: "sys/policies/acl/none" },
  ],
  AppRole: [
    { ...root, method: "POST", path: "sys/auth/approle", body: { type: "approle" } },
    { ...root, method: "POST", path: "auth/approle/role/web", body: { token_policies: "app", token_ttl: "10m" } },
    { ...root, method: "GET", path: "auth/approle/role/web/role-id", keep: "role_id" },
    { ...root, method: "POST", path: "auth/approle/role/web/secret-id", keep: "secret_id" },
    {
      method: "POST",
      path: "auth/approle/login",
      body: { role_id: "{role_id}", secret_id: "{secret_id}" },
      keepTokenAs: "web",
    },
    { as: "web", method: "GET", path: "auth/token/lookup-self" },
    { method: "POST", path: "auth/approle/login", body: { role_id: "{role_id}", secret_id: "wrong" } },
  ],
  "user name and password": [
    { ...root, method: "POST", path: "sys/auth/userpass", body: { type: "userpass" } },
    { ...root, method: "POST", path: "auth/userpass/users/ann", body: { password: "pw", token_policies: "app" } },
    { method: "POST", path: "auth/userpass/login/ann", body: { password: "pw" }, keepTokenAs: "ann" },
    { method: "POST", path: "auth/userpass/login/ann", body: { password: "no" } },
    { as: "ann", method: "GET", path: "auth/token/lookup-self" },
  ],
};
