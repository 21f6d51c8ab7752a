import { TegataError } from "@tegata/errors";
import { isKubeApiError } from "@tegata/kube";
import type { KubeObject } from "@tegata/kube-types";
import { type CommandContext, defineCommand, type OptionValues } from "../command.ts";
import { findKind, LISTED_KINDS, type ListedKind } from "../kinds.ts";
import { formatObjects, type PrintOptions } from "../output/print-objects.ts";

/** `tegata get`: lists Tegata's objects as kubectl does. */
export const get = defineCommand({
  name: "get",
  summary: "List ExternalSecrets, stores and mirrored clusters",
  description: [
    `Kinds: ${LISTED_KINDS.map(({ names }) => names[0] ?? "").join(", ")} (and their short names), or all.`,
    "",
    "Examples:",
    "  tegata get externalsecrets -A",
    "  tegata get es -n harbor -o wide",
    "  tegata get css vault -o yaml",
    "  tegata get es -A --watch",
  ].join("\n"),
  arguments: [
    { name: "kind", help: "kind to list" },
    { name: "[name...]", help: "names; all if none is given" },
  ],
  options: [
    { flags: "-A, --all-namespaces", help: "in all namespaces" },
    { flags: "-o, --output <format>", help: "wide, json, yaml, jsonl, name, jsonpath=..., custom-columns=..." },
    { flags: "-l, --selector <labels>", help: "only objects with these labels, e.g. app=web,tier!=test" },
    { flags: "--field-selector <fields>", help: "only objects with these fields, e.g. spec.target.name=db" },
    { flags: "--no-headers", help: "no line with the titles" },
    { flags: "-w, --watch", help: "go on and print what changes" },
  ],
  usesCluster: true,
  async run([kindName = "", ...names], options, context) {
    const kinds = kindName === "all" ? LISTED_KINDS : [kindOrThrow(kindName)];
    let found = 0;
    for (const kind of kinds) {
      const objects = await read(kind, names, options, context).catch((error: unknown) => {
        // Of "all" only what the cluster has is listed: one without Cluster API has no clusters.
        if (kinds.length > 1 && isKubeApiError(error, "NotFound")) return [];
        throw error;
      });
      found += objects.length;
      if (objects.length > 0 || kinds.length === 1) print(kind, objects, names, options, context);
    }
    if (options["watch"] === true && kinds[0] !== undefined) return await follow(kinds[0], options, context);
    if (found === 0 && names.length === 0 && isTable(options)) await sayNothingFound(options, context);
    return 0;
  },
});

function kindOrThrow(name: string): ListedKind {
  const kind = findKind(name);
  if (kind !== undefined) return kind;
  throw new TegataError({
    kind: "invalid-input",
    code: "KIND_UNKNOWN",
    message: `there is no kind "${name}" here`,
    remedy: `Use one of ${LISTED_KINDS.flatMap(({ names }) => names).join(", ")} or all; kubectl lists everything else.`,
  });
}

async function read(
  kind: ListedKind,
  names: readonly string[],
  options: OptionValues,
  context: CommandContext,
): Promise<readonly KubeObject[]> {
  const { client, namespace } = await context.connect();
  const inNamespace = kind.resource.namespaced ? namespace : "";
  if (names.length === 0) {
    const list = await client.list(kind.resource, listOptions(kind, options, namespace), context.signal);
    return list.items.map((object) => ({
      ...object,
      apiVersion: `${kind.resource.group}/${kind.resource.version}`,
      kind: kind.resource.kind,
    }));
  }
  return await Promise.all(
    names.map(async (name) => {
      const object = await client.get(kind.resource, inNamespace, name, context.signal);
      if (object !== undefined) return object;
      throw new TegataError({
        kind: "not-ready",
        code: "OBJECT_NOT_FOUND",
        message: `${kind.resource.plural}.${kind.resource.group} "${name}" not found${inNamespace === "" ? "" : ` in namespace "${inNamespace}"`}`,
        remedy: "List them with `tegata get` and -A for all namespaces.",
      });
    }),
  );
}

function listOptions(
  { resource }: ListedKind,
  options: OptionValues,
  namespace: string,
): { namespace?: string; labelSelector?: string; fieldSelector?: string } {
  const { selector, fieldSelector } = options;
  return {
    ...(!resource.namespaced || options["allNamespaces"] === true ? {} : { namespace }),
    ...(typeof selector === "string" ? { labelSelector: selector } : {}),
    ...(typeof fieldSelector === "string" ? { fieldSelector } : {}),
  };
}

function print(
  kind: ListedKind,
  objects: readonly KubeObject[],
  names: readonly string[],
  options: OptionValues,
  context: CommandContext,
): void {
  if (objects.length === 0 && isTable(options)) return;
  context.stdout.write(formatObjects(kind, objects, printOptions(kind, options, context, names.length === 1)));
}

function printOptions(kind: ListedKind, options: OptionValues, context: CommandContext, single: boolean): PrintOptions {
  return {
    output: typeof options["output"] === "string" ? options["output"] : "",
    // commander turns --no-headers into headers: false
    noHeaders: options["headers"] === false,
    withNamespace: options["allNamespaces"] === true && kind.resource.namespaced,
    single,
    now: context.now(),
  };
}

function isTable(options: OptionValues): boolean {
  return options["output"] === undefined || options["output"] === "wide";
}

async function sayNothingFound(options: OptionValues, context: CommandContext): Promise<void> {
  const { namespace } = await context.connect();
  context.stderr.write(
    options["allNamespaces"] === true ? "No resources found.\n" : `No resources found in ${namespace} namespace.\n`,
  );
}

async function follow(kind: ListedKind, options: OptionValues, context: CommandContext): Promise<number> {
  const { client, namespace } = await context.connect();
  const selection = listOptions(kind, options, namespace);
  // A watch ends by itself now and then, and its version may have become too old: then list again and go on.
  while (!context.signal.aborted) {
    const { metadata } = await client.list(kind.resource, selection, context.signal);
    for await (const event of client.watch(
      kind.resource,
      { ...selection, resourceVersion: metadata.resourceVersion ?? "0" },
      context.signal,
    )) {
      if (event.type === "BOOKMARK") continue;
      context.stdout.write(
        formatObjects(kind, [event.object], { ...printOptions(kind, options, context, true), noHeaders: true }),
      );
    }
  }
  return 0;
}
