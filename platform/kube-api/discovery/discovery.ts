import { createHash } from "node:crypto";
import type { JsonObject } from "@tegata/kube-types";
import { formatGroupVersion } from "@tegata/kube-types";
import type { ResourceDefinition } from "../registry/types.ts";
import { parseAccept } from "../table/accept.ts";
import { aggregatedDiscovery } from "./aggregated.ts";
import { type ApiGroup, type ApiVersion, groupResources } from "./groups.ts";
import { openApiDocument, openApiIndex } from "./openapi.ts";
import { emptyOpenApiV2 } from "./openapi-v2.ts";
import { apiGroup, apiGroupList, apiResourceList, apiVersions } from "./plain.ts";

/** One document, ready to be sent. */
export interface DiscoveryAnswer {
  readonly contentType: string;
  /** Quoted, as in the `ETag` header; answer 304 when `If-None-Match` carries it. */
  readonly etag: string;
  /** Value of `Cache-Control`. */
  readonly cacheControl: string;
  readonly body: string;
}

/** What a request for a document says. */
export interface DiscoveryRequest {
  /** Path without query and without trailing slash, e.g. `/apis/apps/v1`. */
  readonly path: string;
  readonly accept: string | undefined;
  /** The query parameter `hash`, which OpenAPI clients copy from the index. */
  readonly hash?: string | undefined;
}

type Document = Pick<DiscoveryAnswer, "etag" | "body">;

const JSON_TYPE = "application/json";
/** For a document under its own hash. Without an age kubectl would ask again each time whether it changed. */
const FOR_A_YEAR = "public, immutable, max-age=31536000";
const OPENAPI_V3 = "/openapi/v3";

/**
 * Everything that the server tells about itself: discovery in its three forms and OpenAPI v3. OpenAPI v2 is empty.
 * Documents are written when they are first asked for and then kept; make a new Discovery when the resources change.
 */
export class Discovery {
  readonly #groups: readonly ApiGroup[];
  readonly #documents = new Map<string, Document>();

  constructor(resources: readonly ResourceDefinition[]) {
    this.#groups = groupResources(resources);
  }

  /** @returns the document at the path, or `undefined` if there is none (404). */
  get({ path, accept, hash }: DiscoveryRequest): DiscoveryAnswer | undefined {
    if (path === "/api" || path === "/apis") return this.#root(path, accept);
    if (path === "/openapi/v2") return emptyOpenApiV2(accept);
    if (path === OPENAPI_V3) return answer(this.#document(path, () => openApiIndex(this.#openApiHashes())));
    const openApi = this.#openApi(path);
    if (openApi !== undefined) return answer(openApi, JSON_TYPE, hash === hashOf(openApi));
    return this.#plain(path);
  }

  #root(path: string, accept: string | undefined): DiscoveryAnswer | undefined {
    const isCore = path === "/api";
    const groups = this.#groups.filter(({ name }) => (name === "") === isCore);
    for (const { type, parameters } of parseAccept(accept)) {
      if (type !== JSON_TYPE && type !== "*/*" && type !== "application/*") continue;
      const { as, g, v } = parameters;
      if (as === undefined) {
        const [core = { name: "", versions: [] }] = groups;
        return answer(this.#document(path, () => (isCore ? apiVersions(core) : apiGroupList(groups))));
      }
      if (as !== "APIGroupDiscoveryList" || g !== "apidiscovery.k8s.io" || (v !== "v2" && v !== "v2beta1")) continue;
      return answer(
        this.#document(`${path} ${v}`, () => aggregatedDiscovery(groups, v)),
        `${JSON_TYPE};g=${g};v=${v};as=${as}`,
      );
    }
    return undefined;
  }

  #plain(path: string): DiscoveryAnswer | undefined {
    for (const group of this.#groups) {
      if (path === `/apis/${group.name}` && group.name !== "")
        return answer(this.#document(path, () => apiGroup(group)));
      for (const version of group.versions) {
        if (path !== `/${versionPath(group, version)}`) continue;
        return answer(this.#document(path, () => apiResourceList(group.name, version)));
      }
    }
    return undefined;
  }

  #openApi(path: string): Document | undefined {
    for (const group of this.#groups) {
      for (const version of group.versions) {
        if (path !== `${OPENAPI_V3}/${versionPath(group, version)}`) continue;
        return this.#document(path, () => openApiDocument(version.resources));
      }
    }
    return undefined;
  }

  #openApiHashes(): Map<string, string> {
    const hashes = new Map<string, string>();
    for (const group of this.#groups) {
      for (const version of group.versions) {
        const path = versionPath(group, version);
        const document = this.#openApi(`${OPENAPI_V3}/${path}`);
        if (document !== undefined) hashes.set(path, hashOf(document));
      }
    }
    return hashes;
  }

  #document(key: string, write: () => JsonObject): Document {
    const kept = this.#documents.get(key);
    if (kept !== undefined) return kept;
    const body = JSON.stringify(write());
    const document = { body, etag: `"${createHash("sha256").update(body).digest("hex").toUpperCase()}"` };
    this.#documents.set(key, document);
    return document;
  }
}

function answer(document: Document, contentType = JSON_TYPE, isImmutable = false): DiscoveryAnswer {
  return { ...document, contentType, cacheControl: isImmutable ? FOR_A_YEAR : "no-cache, private" };
}

function hashOf({ etag }: Document): string {
  return etag.slice(1, -1);
}

function versionPath({ name }: ApiGroup, { version }: ApiVersion): string {
  return `${name === "" ? "api" : "apis"}/${formatGroupVersion({ group: name, version })}`;
}
