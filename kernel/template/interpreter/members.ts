import { quote } from "../format/quote.ts";
import { GoMap, type GoMethod, GoObject, type GoValue, INTERFACE, typeOf } from "../values/value.ts";
import { type ExecutionFailed, missingKey, refuse } from "./execution-error.ts";

/**
 * Finds what stands behind a dot: a map's entry, or a field or method of an object.
 *
 * @param seenType - the type that Go's reflection sees instead of the value's own: the element type of a map.
 * @throws ExecutionFailed
 */
export function memberOf(receiver: GoValue, name: string, seenType: string | undefined): GoValue | GoMethod {
  const type = seenType ?? typeOf(receiver);
  if (receiver === null) {
    if (seenType === INTERFACE) throw refuse(`nil pointer evaluating ${type}.${name}`);
    throw missingKey(`nil data; no entry for key ${quote(name)}`);
  }
  if (receiver instanceof GoMap) {
    const value = receiver.entries.get(name);
    if (value === undefined) throw missingKey(`map has no entry for key ${quote(name)}`);
    return value;
  }
  const member = receiver instanceof GoObject ? receiver.member(name) : undefined;
  if (member === undefined) throw refuse(`can't evaluate field ${name} in type ${type}`);
  return member;
}

/** @returns what to throw if something that is no method is given arguments. */
export function refuseArguments(receiver: GoValue, name: string): ExecutionFailed {
  if (receiver instanceof GoMap) return refuse(`${name} is not a method but has arguments`);
  return refuse(`${name} has arguments but cannot be invoked as function`);
}
