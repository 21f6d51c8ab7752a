import type { SecretBytes } from "@tegata/bytes";
import { TegataError } from "@tegata/errors";
import type { ConversionStrategy } from "../api/external-secret.ts";

const ALLOWED = /^[-._a-zA-Z0-9]+$/;
const LONGEST_KEY = 253;

/**
 * Makes names that a Secret's key may have: each other character becomes `_` (`Default`) or `_U0041_` (`Unicode`).
 *
 * @throws TegataError `SECRET_KEYS_COLLIDE` if two names become one.
 * @see reference eso.md section 2.4
 */
export function convertKeys(
  values: ReadonlyMap<string, SecretBytes>,
  strategy: ConversionStrategy,
  where: string,
): Map<string, SecretBytes> {
  const converted = new Map<string, SecretBytes>();
  for (const [key, value] of values) {
    const name = convertKey(key, strategy);
    if (converted.has(name)) throw collision(name, where);
    converted.set(name, value);
  }
  return converted;
}

/** Two remote names want one key of the Secret. */
export function collision(name: string, where: string): TegataError {
  return new TegataError({
    kind: "invalid-input",
    code: "SECRET_KEYS_COLLIDE",
    message: `${where}: two remote keys both become "${name}"`,
    remedy: "Rename one in the store, or tell them apart with rewrite or conversionStrategy: Unicode.",
  });
}

function convertKey(key: string, strategy: ConversionStrategy): string {
  let name = "";
  for (const character of key) {
    // Letters and numbers of every script are kept, as External Secrets keeps them; checkKeys then refuses the foreign ones.
    if (/[\p{L}\p{N}._-]/u.test(character)) name += character;
    else name += strategy === "Unicode" ? `_U${(character.codePointAt(0) ?? 0).toString(16).padStart(4, "0")}_` : "_";
  }
  return name;
}

/**
 * Checks names against what a Secret allows, and drops the empty one.
 *
 * @throws TegataError `SECRET_KEY_INVALID` naming the key.
 */
export function checkKeys(values: ReadonlyMap<string, SecretBytes>, where: string): Map<string, SecretBytes> {
  const checked = new Map<string, SecretBytes>();
  for (const [key, value] of values) {
    if (key === "") continue;
    if (key.length > LONGEST_KEY || !ALLOWED.test(key)) throw invalidKey(key, where);
    checked.set(key, value);
  }
  return checked;
}

function invalidKey(key: string, where: string): TegataError {
  const shown = key.length > 80 ? `${key.slice(0, 80)}…` : key;
  return new TegataError({
    kind: "invalid-input",
    code: "SECRET_KEY_INVALID",
    message: `${where}: "${shown}" cannot be a key of a Secret: it may hold only letters, digits, dash, underscore and dot, at most ${LONGEST_KEY} of them`,
    remedy: "Rename it with rewrite, or name the keys one by one in spec.data.",
  });
}
