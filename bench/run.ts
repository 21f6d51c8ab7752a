// `npm run bench`: lists the measurements. `npm run bench -- NAME [ARG ...]` runs one; `npm run bench -- all` runs each.
const BENCHES: Readonly<Record<string, { readonly summary: string; run(args: readonly string[]): Promise<void> }>> = {
  certificates: {
    summary: "X.509 leaves issued and requests checked, per CPU-second, beside the bare signature",
    run: async (args) => (await import("./certificates.ts")).benchCertificates(args),
  },
  "kube-api": {
    summary: "embedded Kubernetes API: durable creates, list of 10,000, watch fan-out",
    run: async (args) => (await import("./kube-api.ts")).benchKubeApi(args),
  },
  "secret-sync": {
    summary: "10,000 ExternalSecrets over 1,000 remote keys: first sync, calls, writes at rest, memory",
    run: async (args) => (await import("./secret-sync.ts")).benchSecretSync(args),
  },
};

const [name = "", ...args] = process.argv.slice(2);
const chosen = name === "all" ? Object.values(BENCHES) : Object.hasOwn(BENCHES, name) ? [BENCHES[name]] : [];
if (chosen.length === 0) {
  for (const [key, { summary }] of Object.entries(BENCHES)) process.stdout.write(`${key.padEnd(14)}${summary}\n`);
  process.exitCode = name === "" ? 0 : 2;
}
for (const bench of chosen) await bench?.run(args);
