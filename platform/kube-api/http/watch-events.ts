import { formatGroupVersion, type KubeObject } from "@tegata/kube-types";
import type { ResourceDefinition } from "../registry/types.ts";
import type { WatchEvent } from "../registry/watch-session.ts";
import { eventTable, parseIncludeObject, partialObject } from "../table/index.ts";
import type { AnswerRequest } from "./respond.ts";

/** Annotation of the bookmark that ends the initial events of a WatchList. */
const INITIAL_EVENTS_END = "k8s.io/initial-events-end";

const LINE_END = Buffer.from("}\n");

/** Encodes the events of one watch, a JSON object per line, in the form in which the client wants the objects. */
export class EventEncoder {
  readonly #definition: ResourceDefinition;
  readonly #request: AnswerRequest;
  #isFirst = true;

  constructor(definition: ResourceDefinition, request: AnswerRequest) {
    this.#definition = definition;
    this.#request = request;
  }

  /** The lines of some events. Whole objects are not serialised again: their bytes are joined as they are. */
  encode(events: readonly WatchEvent[]): Buffer {
    return Buffer.concat(events.flatMap((event) => this.#encodeEvent(event)));
  }

  #encodeEvent(event: WatchEvent): Buffer[] {
    switch (event.type) {
      case "ERROR":
        return [Buffer.from(`${JSON.stringify({ type: event.type, object: event.status })}\n`)];
      case "BOOKMARK":
        return [head(event.type), this.#formed(this.#bookmark(event)), LINE_END];
      default:
        return [head(event.type), this.#isWhole ? event.object.bytes : this.#formed(event.object.object), LINE_END];
    }
  }

  get #isWhole(): boolean {
    return this.#request.form.as === undefined;
  }

  #formed(object: KubeObject): Buffer {
    return Buffer.from(JSON.stringify(this.#isWhole ? object : this.#inForm(object)));
  }

  #inForm(object: KubeObject): object {
    const { form, query, now } = this.#request;
    const version = form.version ?? "v1";
    if (form.as !== "Table") return partialObject(object, version);
    const isFirst = this.#isFirst;
    this.#isFirst = false;
    const includeObject = parseIncludeObject(query.get("includeObject"));
    return eventTable(this.#definition, object, isFirst, { version, now, includeObject });
  }

  #bookmark({ version, initialEventsEnd }: Extract<WatchEvent, { type: "BOOKMARK" }>): KubeObject {
    return {
      kind: this.#definition.kind,
      apiVersion: formatGroupVersion(this.#definition),
      metadata: {
        resourceVersion: String(version),
        ...(initialEventsEnd ? { annotations: { [INITIAL_EVENTS_END]: "true" } } : {}),
      },
    };
  }
}

function head(type: string): Buffer {
  return Buffer.from(`{"type":"${type}","object":`);
}
