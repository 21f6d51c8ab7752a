import { readFile } from "node:fs/promises";
import { TegataError } from "@tegata/errors";
import { CREDENTIAL_RELOAD_SECONDS } from "./cluster-access.ts";

/** A text that may change: a token, certificate, key or CA. */
export interface CredentialText {
  /** Milliseconds on the monotonic clock until which {@link read} need not be called again. */
  readonly freshUntilMs: number;
  read(): Promise<string>;
  /** @returns false if it never changes. */
  invalidate(): boolean;
}

/** A text that was given as it is. */
export function constantText(text: string): CredentialText {
  return { freshUntilMs: Number.POSITIVE_INFINITY, read: () => Promise.resolve(text), invalidate: () => false };
}

/**
 * A text in a file that others replace, such as a projected ServiceAccount token.
 *
 * A file that cannot be read for a moment keeps its last content: kubelet swaps the files of a volume under us.
 *
 * @param nowMs - monotonic clock.
 */
export function fileText(path: string, nowMs: () => number): CredentialText {
  return new FileText(path, nowMs);
}

class FileText implements CredentialText {
  freshUntilMs = 0;
  readonly #path: string;
  readonly #nowMs: () => number;
  #last: string | undefined;

  constructor(path: string, nowMs: () => number) {
    this.#path = path;
    this.#nowMs = nowMs;
  }

  async read(): Promise<string> {
    if (this.#last !== undefined && this.#nowMs() < this.freshUntilMs) return this.#last;
    try {
      this.#last = await readFile(this.#path, "utf8");
      this.freshUntilMs = this.#nowMs() + CREDENTIAL_RELOAD_SECONDS * 1000;
      return this.#last;
    } catch (error) {
      if (this.#last !== undefined) return this.#last;
      throw unreadable(this.#path, error);
    }
  }

  invalidate(): boolean {
    this.freshUntilMs = 0;
    return true;
  }
}

function unreadable(path: string, cause: unknown): TegataError {
  const why = cause instanceof Error && "code" in cause ? String(cause.code) : "it cannot be read";
  return new TegataError({
    kind: "denied",
    code: "KUBE_CREDENTIALS_UNREADABLE",
    message: `cannot read the credential file "${path}": ${why}`,
    remedy: "Check the path in the kubeconfig, or that the ServiceAccount's token is mounted, and the file's mode.",
    cause,
  });
}
