import { defineCommand } from "../command.ts";
import { VERSION } from "../version.ts";

/** `tegata version`. */
export const version = defineCommand({
  name: "version",
  summary: "Print the versions of Tegata and of the cluster",
  options: [
    { flags: "--client", help: "only Tegata's own" },
    { flags: "-o, --output <format>", help: "json" },
  ],
  usesCluster: true,
  async run(_, options, context) {
    const server = options["client"] === true ? undefined : await serverVersion(context.connect, context.signal);
    if (options["output"] === "json") {
      context.stdout.write(
        `${JSON.stringify({ apiVersion: "cli.tegata.dev/v1", kind: "Version", tegata: VERSION, node: process.version, kubernetes: server ?? null })}\n`,
      );
      return 0;
    }
    context.stdout.write(`Tegata: v${VERSION}\nNode.js: ${process.version}\n`);
    if (server !== undefined) context.stdout.write(`Kubernetes: ${server}\n`);
    return 0;
  },
});

async function serverVersion(
  connect: () => Promise<{
    client: { getRaw(path: string, signal?: AbortSignal): Promise<{ status: number; body: string }> };
  }>,
  signal: AbortSignal,
): Promise<string | undefined> {
  try {
    const { client } = await connect();
    const { body } = await client.getRaw("/version", signal);
    const parsed: unknown = JSON.parse(body);
    return typeof parsed === "object" && parsed !== null && "gitVersion" in parsed
      ? String(parsed.gitVersion)
      : undefined;
  } catch {
    // No cluster is no error here: the command is how people find out what they have.
    return undefined;
  }
}
