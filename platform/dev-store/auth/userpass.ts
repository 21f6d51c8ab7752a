import { randomBytes, scryptSync, timingSafeEqual } from "node:crypto";
import type { Backend, MountRequest } from "../core.ts";
import { textField } from "../fields.ts";
import { type ApiAnswer, badRequest } from "../protocol.ts";
import { grantToken, lastSegment, readRecord, serveRecords } from "./roles.ts";

/** `auth/userpass`, and `auth/ldap` with users of its own: a password becomes a token. Passwords are stored hashed. */
export const userpassAuth: Backend = {
  isLogin: (below) => below.startsWith("login/"),
  exists: (request) => readRecord(request, request.below.toLowerCase()) !== undefined,
  handle: (request): Promise<ApiAnswer> => {
    if (request.below.startsWith("login/")) return logIn(request);
    return serveRecords(
      { ...request, below: request.below.toLowerCase() },
      {
        hide: ["password_hash"],
        prepare: ({ password, ...record }) =>
          typeof password === "string" ? { ...record, password_hash: hashPassword(password) } : record,
      },
    );
  },
};

async function logIn(request: MountRequest): Promise<ApiAnswer> {
  const username = lastSegment(request.below).toLowerCase();
  const password = textField(request.body, "password");
  if (password === "") throw badRequest("missing password");
  const user = readRecord(request, `users/${username}`);
  // A user that does not exist takes as long as a wrong password.
  const matches = checkPassword(password, user === undefined ? hashPassword("") : textField(user, "password_hash"));
  if (user === undefined || !matches) throw badRequest("invalid username or password");
  return grantToken(request, user, { displayName: `userpass-${username}`, meta: { username } });
}

function hashPassword(password: string, salt = randomBytes(16)): string {
  return `${salt.toString("hex")}:${scryptSync(password, salt, 32).toString("hex")}`;
}

function checkPassword(password: string, hash: string): boolean {
  const [salt = ""] = hash.split(":");
  const actual = Buffer.from(hashPassword(password, Buffer.from(salt, "hex")));
  const expected = Buffer.from(hash);
  return actual.length === expected.length && timingSafeEqual(actual, expected);
}
