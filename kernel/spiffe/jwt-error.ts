import { TegataError } from "@tegata/errors";

/** A token that is not accepted, and why. Never quotes the token: it is a credential. */
export function invalidJwt(why: string, cause?: unknown): TegataError {
  return new TegataError({
    kind: "integrity",
    code: "JWT_SVID_INVALID",
    message: `the JWT-SVID is not accepted: ${why}`,
    remedy: "Fetch a fresh JWT-SVID for this audience, and check that the bundle of its trust domain is current.",
    ...(cause === undefined ? {} : { cause }),
  });
}
