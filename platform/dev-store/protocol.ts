import type { JsonValue } from "@tegata/kube-types";

/** A request below `/v1/`, parsed. */
export interface ApiRequest {
  /** HTTP method; `LIST` also for `GET` with `?list=true`. */
  readonly method: string;
  /** Below `/v1/`, percent-decoded, without a slash before it; one behind it is kept. */
  readonly path: string;
  readonly query: URLSearchParams;
  /** The body, or an empty object. */
  readonly body: Readonly<Record<string, JsonValue>>;
  readonly token: string;
  /** PEM of the client's certificate, if TLS brought one. */
  readonly clientCertificate: string | undefined;
}

/** What is answered. */
export interface ApiAnswer {
  /** @defaultValue 200, or 204 without `data` and `auth` */
  readonly status?: number;
  readonly data?: Readonly<Record<string, JsonValue>>;
  readonly auth?: Readonly<Record<string, JsonValue>>;
  readonly warnings?: readonly string[];
  readonly mountType?: string;
  /** The body itself, where it does not have the usual form (`sys/health`). */
  readonly plain?: Readonly<Record<string, JsonValue>>;
}

/** A refusal, which goes out as `{"errors":[...]}`. Its texts are those of Vault. */
export class ApiRefusal extends Error {
  override readonly name = "ApiRefusal";
  readonly status: number;
  readonly errors: readonly string[];
  /** Sent beside the errors: a deleted version's metadata, for example. */
  readonly data: Readonly<Record<string, JsonValue>> | undefined;
  readonly warnings: readonly string[];

  constructor(
    status: number,
    errors: readonly string[],
    data?: Readonly<Record<string, JsonValue>>,
    warnings: readonly string[] = [],
  ) {
    super(`HTTP ${status}`);
    this.status = status;
    this.errors = errors;
    this.data = data;
    this.warnings = warnings;
  }
}

/** "Does not exist". */
export function notFound(): ApiRefusal {
  return new ApiRefusal(404, []);
}

export function badRequest(error: string): ApiRefusal {
  return new ApiRefusal(400, [error]);
}

export function permissionDenied(): ApiRefusal {
  return new ApiRefusal(403, ["1 error occurred:\n\t* permission denied\n\n"]);
}

export function unsupportedOperation(): ApiRefusal {
  return new ApiRefusal(405, ["1 error occurred:\n\t* unsupported operation\n\n"]);
}
