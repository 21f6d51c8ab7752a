import { decodeBase64, decodeUtf8 } from "@tegata/bytes";
import { asTegataError, TegataError } from "@tegata/errors";
import { configMaps, type KubeClient, secrets } from "@tegata/kube";
import type { Secret } from "@tegata/kube-types";
import type { ExternalSecret, TargetManifest } from "./api/external-secret.ts";
import { externalSecretProblems, isSecretKind } from "./admission.ts";
import { assemble } from "./assemble/assemble.ts";
import { fetchEntries, type ResolveStore } from "./fetch.ts";
import type { Content } from "./plan.ts";
import { renderTarget, type TemplateTexts, templateTextKey } from "./render.ts";
import type { TemplateEngine } from "./template-engine.ts";

/** What observing needs. */
export interface Surroundings {
  readonly client: KubeClient;
  readonly templates: TemplateEngine;
  readonly resolveStore: ResolveStore;
}

/**
 * Reads the remote values and makes the target's content of them. What can go wrong with the ExternalSecret, its stores
 * and its templates becomes part of the answer; only bugs are thrown.
 */
export async function observeContent(
  externalSecret: ExternalSecret,
  surroundings: Surroundings,
  signal: AbortSignal,
): Promise<Content> {
  const problems = externalSecretProblems(externalSecret);
  if (problems.length > 0) return { kind: "unread", error: invalidSpec(problems) };
  const { manifest } = externalSecret.spec.target ?? {};
  if (manifest !== undefined && !isSecretKind(manifest))
    return { kind: "untargetable", error: genericTarget(manifest) };
  try {
    const outcomes = await fetchEntries(externalSecret.spec, surroundings.resolveStore, signal);
    const { values, missing } = assemble(externalSecret.spec, outcomes, surroundings.templates.rewrite);
    return await observeRendered(values.size === 0, async () => {
      const texts = await readTemplateTexts(externalSecret, surroundings.client, signal);
      return {
        kind: "ready",
        rendered: renderTarget(externalSecret, values, texts, surroundings.templates.render),
        missing,
        isEmpty: values.size === 0,
      };
    });
  } catch (error) {
    return { kind: "unread", error: knownOrThrow(error) };
  }
}

async function observeRendered(isEmpty: boolean, render: () => Promise<Content>): Promise<Content> {
  try {
    return await render();
  } catch (error) {
    // With nothing read, a template that misses a key is no news: the deletion policy decides first.
    const nothing: Content = {
      kind: "ready",
      rendered: { data: new Map(), labels: {}, annotations: {}, finalizers: [], type: undefined },
      missing: [],
      isEmpty,
    };
    return isEmpty ? nothing : { kind: "unrendered", error: knownOrThrow(error) };
  }
}

async function readTemplateTexts(
  externalSecret: ExternalSecret,
  client: KubeClient,
  signal: AbortSignal,
): Promise<TemplateTexts> {
  const namespace = externalSecret.metadata.namespace ?? "";
  const texts = new Map<string, string>();
  for (const { configMap, secret } of externalSecret.spec.target?.template?.templateFrom ?? []) {
    if (configMap !== undefined) {
      const found = await client.get(configMaps, namespace, configMap.name, signal);
      for (const [key, text] of Object.entries(found?.data ?? {}))
        texts.set(templateTextKey("configmap", configMap.name, key), text);
    }
    if (secret !== undefined) {
      const found = await client.get(secrets, namespace, secret.name, signal);
      for (const [key, text] of secretTexts(found)) texts.set(templateTextKey("secret", secret.name, key), text);
    }
  }
  return texts;
}

function secretTexts(secret: Secret | undefined): [string, string][] {
  return Object.entries(secret?.data ?? {}).map(([key, value]) => [
    key,
    decodeUtf8(decodeBase64(value) ?? new Uint8Array()),
  ]);
}

function knownOrThrow(error: unknown): TegataError {
  const known = asTegataError(error);
  if (known === undefined) throw error;
  return known;
}

function genericTarget({ apiVersion, kind }: TargetManifest): TegataError {
  return new TegataError({
    kind: "invalid-input",
    code: "GENERIC_TARGETS_NOT_SERVED",
    message: `target.manifest asks for a ${kind} of ${apiVersion}, and generic targets are disabled: this version of Tegata writes Secrets only`,
    remedy:
      "Remove target.manifest, or keep this ExternalSecret with External Secrets by its store's controller class.",
  });
}

function invalidSpec(problems: readonly string[]): TegataError {
  return new TegataError({
    kind: "invalid-input",
    code: "EXTERNAL_SECRET_INVALID",
    message: `the ExternalSecret is not valid: ${problems.join("; ")}`,
    remedy: "Correct its spec; the sync follows at once.",
  });
}
