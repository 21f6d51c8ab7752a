import { TegataError } from "@tegata/errors";

/**
 * Reads a cluster's endpoint: a URL, or a host with or without a port, as the providers give it. CAPT keeps the URL where
 * a host belongs (reference cluster-ca.md 1.4, defect 4), so one reader serves every use.
 *
 * @returns e.g. `https://abc.gr7.eu-west-1.eks.amazonaws.com`; the port is left out if it is 443.
 * @throws TegataError `ENDPOINT_INVALID`
 */
export function parseEndpoint(text: string): string {
  const trimmed = text.trim();
  const url = URL.parse(trimmed.includes("://") ? trimmed : `https://${trimmed}`);
  if (url === null || url.hostname === "") throw invalid("it is neither a URL nor a host");
  if (url.protocol !== "https:") throw invalid(`its scheme is "${url.protocol.slice(0, -1)}", not https`);
  // What stands there is not repeated: it may be a password.
  if (url.username !== "" || url.password !== "") throw invalid("it has a user or a password");
  if (url.pathname !== "/" || url.search !== "" || url.hash !== "")
    throw invalid("it has a path, a query or a fragment");
  return url.origin;
}

function invalid(why: string): TegataError {
  return new TegataError({
    kind: "invalid-input",
    code: "ENDPOINT_INVALID",
    message: `the cluster's endpoint cannot be used: ${why}`,
    remedy: "Give it as the provider does, e.g. https://abc.gr7.eu-west-1.eks.amazonaws.com.",
  });
}
