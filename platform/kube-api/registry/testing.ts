import { once } from "node:events";
import { Agent, type RequestOptions, request as httpsRequest } from "node:https";
import type { IncomingHttpHeaders, IncomingMessage } from "node:http";
import { createInterface } from "node:readline";
import { after, type TestContext } from "node:test";
import type { JsonObject, KubeObject, KubeStatus } from "@tegata/kube-types";
import type { KubeApi, KubeApiOptions } from "../kube-api.ts";
import { startKubeApiForTest } from "../testing.ts";

/** Lets the tests of one `describe` share what is stopped after the last of them. To be called in its body. */
export function suiteContext(): Pick<TestContext, "after"> {
  const ends: (() => unknown)[] = [];
  after(async () => {
    for (const end of ends.reverse()) await end();
  });
  return { after: (end) => void ends.push(end as () => unknown) };
}

/** One answer. `body` is the parsed JSON, or the text if it is not JSON. */
export interface TestAnswer<T = KubeObject & KubeStatus & JsonObject> {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: T;
  readonly text: string;
}

/** A running server and a plain HTTP/1.1 client of it, which sends what it is told and checks nothing. */
export class TestApi {
  readonly api: KubeApi;
  readonly #agent: Agent;
  readonly #t: Pick<TestContext, "after">;

  /** @param credentials - null: none. */
  constructor(t: Pick<TestContext, "after">, api: KubeApi, credentials: typeof api.admin | null = api.admin) {
    this.api = api;
    this.#t = t;
    this.#agent = new Agent({
      keepAlive: true,
      ca: api.caPem,
      ...(credentials === null ? {} : { cert: credentials.certificatePem, key: credentials.privateKeyPem }),
    });
    t.after(() => this.#agent.destroy());
  }

  static async start(t: Pick<TestContext, "after">, options: Partial<KubeApiOptions> = {}): Promise<TestApi> {
    return new TestApi(t, await startKubeApiForTest(t, options));
  }

  /** The same server seen by another user. */
  async as(username: string, groups: readonly string[] = []): Promise<TestApi> {
    return new TestApi(this.#t, this.api, await this.api.credentialsFor(username, groups));
  }

  get = (path: string, headers: Record<string, string> = {}) => this.send("GET", path, undefined, headers);
  post = (path: string, body: unknown, headers = {}) => this.send("POST", path, body, headers);
  put = (path: string, body: unknown, headers = {}) => this.send("PUT", path, body, headers);
  delete = (path: string, body?: unknown) => this.send("DELETE", path, body);
  /** @param type - e.g. `merge` for `application/merge-patch+json` */
  patch = (type: "json" | "merge" | "strategic-merge" | "apply", path: string, body: unknown) =>
    this.send("PATCH", path, body, {
      "content-type": type === "apply" ? "application/apply-patch+yaml" : `application/${type}-patch+json`,
    });

  async send(method: string, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<TestAnswer> {
    const text = body === undefined || typeof body === "string" || Buffer.isBuffer(body) ? body : JSON.stringify(body);
    const response = await this.#open(
      { method, path, headers: { "content-type": "application/json", ...headers } },
      text,
    );
    const chunks: Buffer[] = [];
    for await (const chunk of response) chunks.push(chunk as Buffer);
    const answer = Buffer.concat(chunks).toString();
    return { status: response.statusCode ?? 0, headers: response.headers, text: answer, body: parseIfJson(answer) };
  }

  /** Opens a watch. Its events are read one by one with `next`; undefined is the end. */
  async watch(path: string, headers: Record<string, string> = {}): Promise<TestWatch> {
    const response = await this.#open({ method: "GET", path, headers });
    const watch = new TestWatch(response);
    this.#t.after(() => watch.close());
    return watch;
  }

  async #open(
    { headers: given, ...options }: Omit<RequestOptions, "headers"> & { headers: Record<string, string> },
    body?: string | Buffer,
  ): Promise<IncomingMessage> {
    // Node.js frames the body of a DELETE only if it is told to.
    const length = body === undefined ? {} : { "content-length": Buffer.byteLength(body) };
    const headers = { ...given, ...length };
    const url = new URL(this.api.url + (options.path ?? ""));
    const request = httpsRequest(url, { ...options, headers, agent: this.#agent });
    request.end(body);
    const [response] = (await once(request, "response")) as [IncomingMessage];
    return response;
  }
}

/** One event of a watch. */
export interface TestEvent {
  readonly type: string;
  readonly object: KubeObject & KubeStatus & JsonObject;
}

/** A watch that is read one event at a time. */
export class TestWatch {
  readonly response: IncomingMessage;
  readonly #lines: AsyncIterator<string>;

  constructor(response: IncomingMessage) {
    this.response = response;
    // A connection that is cut ends the watch like one that is ended; the tests tell them apart by `response.complete`.
    response.on("error", () => undefined);
    this.#lines = createInterface({ input: response, crlfDelay: Number.POSITIVE_INFINITY })[Symbol.asyncIterator]();
  }

  async next(): Promise<TestEvent | undefined> {
    const line = await this.#lines.next();
    return line.done === true ? undefined : (JSON.parse(line.value) as TestEvent);
  }

  /** The next events as `TYPE name`. */
  async take(count: number): Promise<string[]> {
    const events: string[] = [];
    for (let i = 0; i < count; i++) {
      const event = await this.next();
      events.push(event === undefined ? "END" : `${event.type} ${event.object.metadata.name ?? ""}`.trim());
    }
    return events;
  }

  close(): void {
    this.response.destroy();
  }
}

/** A ConfigMap for a request's body. */
export function configMap(
  name: string,
  fields: { metadata?: JsonObject; data?: Record<string, string> } = {},
): JsonObject {
  return { apiVersion: "v1", kind: "ConfigMap", metadata: { name, ...fields.metadata }, data: fields.data ?? {} };
}

function parseIfJson(text: string): TestAnswer["body"] {
  try {
    return JSON.parse(text) as TestAnswer["body"];
  } catch {
    return {} as TestAnswer["body"];
  }
}
