import { decodeUtf8 } from "@tegata/bytes";
import { encodeGoJsonString } from "../json/go-json.ts";
import { type JsonNode, parseJson, parseJsonSequence, stringBytes } from "../json/json-node.ts";
import {
  type ArrayComponent,
  balancedLength,
  MODIFIER_NAMES,
  parseSelectors,
  type Query,
  type Selector,
  splitArrayComponent,
  splitObjectComponent,
  splitPipe,
} from "./components.ts";
import { matchGlob } from "./glob.ts";
import { applyModifier, type PathSearch } from "./modifiers.ts";
import {
  type ByteText,
  joinBytes,
  ofNode,
  ofText,
  type PathValue,
  toBytes,
  toByteText,
  tooComplex,
} from "./path-value.ts";
import { matchesQuery } from "./query.ts";

/** What a search has come to. A pipe is noted when its component is reached, and applied at the end, found or not. */
interface Search {
  value: PathValue | undefined;
  pipe: ByteText | undefined;
  readonly work: Work;
}

const NOTHING = new Uint8Array(0);

/** How much is still read for one path: each step into a value reads it again, and some paths take many. */
export interface Work {
  bytesLeft: number;
}

/**
 * Finds what a path leads to.
 *
 * @returns `undefined` if it leads nowhere
 * @throws TegataError `PROPERTY_TOO_COMPLEX` if there is more to read than `work` allows
 */
export function search(json: Uint8Array, path: ByteText, work: Work): PathValue | undefined {
  work.bytesLeft -= json.length;
  if (work.bytesLeft < 0) throw tooComplex("takes too much work");
  if (path.length > 1) {
    const special = searchSpecial(json, path, work);
    if (special !== "ordinary") return special.value;
  }
  const state: Search = { value: undefined, pipe: undefined, work };
  if (path.startsWith("..")) searchArray(state, parseJsonSequence(json), path.slice(2));
  else searchNode(state, parseJsonSequence(json)[0], path);
  return state.pipe === undefined ? state.value : search(state.value?.raw ?? NOTHING, state.pipe, work);
}

/** Paths that begin with a modifier, a literal or a multipath. */
function searchSpecial(json: Uint8Array, path: ByteText, work: Work): { value: PathValue | undefined } | "ordinary" {
  const made = path[0] === "@" ? runModifier(json, path, work) : path[0] === "!" ? readLiteral(path) : undefined;
  if (made !== undefined) {
    const goesOn = made.rest[0] === "|" || made.rest[0] === ".";
    return { value: goesOn ? search(made.json, made.rest.slice(1), work) : ofText(made.json) };
  }
  if (path[0] !== "[" && path[0] !== "{") return "ordinary";
  const parsed = parseSelectors(path);
  if (parsed === undefined || (parsed.rest !== "" && parsed.rest[0] !== "|" && parsed.rest[0] !== "."))
    return "ordinary";
  const built = buildMultipath(json, path[0], parsed.selectors, work);
  return { value: parsed.rest === "" ? built : search(built.raw, parsed.rest.slice(1), work) };
}

function runModifier(json: Uint8Array, path: ByteText, work: Work): { json: Uint8Array; rest: ByteText } | undefined {
  const [head = "", name = "", mark] = /^@([^:|.]*)([:|.])?/s.exec(path) ?? [];
  if (!MODIFIER_NAMES.has(name)) return undefined;
  const searchInside: PathSearch = (inner, innerPath) => search(inner, innerPath, work);
  if (mark !== ":")
    return {
      json: applyModifier(name, json, "", searchInside),
      rest: mark === undefined ? "" : path.slice(head.length - 1),
    };
  const after = path.slice(head.length);
  const length = argumentLength(after);
  return { json: applyModifier(name, json, after.slice(0, length), searchInside), rest: after.slice(length) };
}

/** An argument is one JSON value, or else everything up to a `|` outside of brackets. */
function argumentLength(text: ByteText): number {
  if (text !== "" && '{["'.includes(text.charAt(0))) return balancedLength(text);
  for (let i = 0; i < text.length; i++) {
    if (text[i] === "|") return i;
    if ('{["('.includes(text.charAt(i))) i += balancedLength(text.slice(i)) - 1;
  }
  return text.length;
}

/** `!value`: the value itself, whatever the JSON is. */
function readLiteral(path: ByteText): { json: Uint8Array; rest: ByteText } | undefined {
  const text = path.slice(1);
  if (/^[[{"]/.test(text)) {
    const length = balancedLength(text);
    return { json: toBytes(text.slice(0, length)), rest: text.slice(length) };
  }
  if (/^[-+0-9]/.test(text)) return { json: toBytes(text), rest: "" };
  const word = /^[^|.]*/s.exec(text)?.[0] ?? "";
  return /^(true|false|null|nan|inf)$/i.test(word) ? { json: toBytes(word), rest: text.slice(word.length) } : undefined;
}

function buildMultipath(json: Uint8Array, bracket: "[" | "{", selectors: readonly Selector[], work: Work): PathValue {
  const pieces: (Uint8Array | ByteText)[] = [];
  for (const selector of selectors) {
    const value = search(json, selector.path, work);
    if (value === undefined) continue;
    if (pieces.length > 0) pieces.push(",");
    if (bracket === "{") pieces.push(memberName(selector), ":");
    pieces.push(value.raw);
  }
  const raw = joinBytes([bracket, ...pieces, bracket === "{" ? "}" : "]"]);
  return { kind: bracket === "{" ? "object" : "array", raw };
}

function memberName({ name, path }: Selector): Uint8Array {
  if (name !== "")
    return name.startsWith('"') && parseJson(toBytes(name)) !== undefined
      ? toBytes(name)
      : encodeGoJsonString(toBytes(name));
  const last = lastComponent(path);
  // oxlint-disable-next-line no-control-regex -- a name with control characters is not usable as one
  return encodeGoJsonString(toBytes(/[\x00-\x1f[\]{}()#|!]/.test(last) ? "_" : last));
}

function lastComponent(path: ByteText): ByteText {
  for (let i = path.length - 1; i >= 0; i--) {
    if ((path[i] === "|" || path[i] === ".") && path[i - 1] !== "\\") return path.slice(i + 1);
  }
  return path;
}

/** @returns whether the search is over. A query for all matches leaves its value and lets the search go on. */
function searchNode(state: Search, node: JsonNode | undefined, path: ByteText): boolean {
  if (node?.kind === "object") return searchObject(state, node, path);
  return node?.kind === "array" && searchArray(state, node.items, path);
}

function searchObject(state: Search, object: JsonNode, path: ByteText): boolean {
  const { part, wild, rest, pipe } = splitObjectComponent(path);
  if (pipe !== undefined) state.pipe = pipe;
  const pattern = wild ? decodeUtf8(toBytes(part)) : "";
  for (const { key, value } of object.members) {
    const name = stringBytes(key);
    if (wild ? !matchGlob(decodeUtf8(name), pattern) : toByteText(name) !== part) continue;
    if (rest === undefined) {
      state.value = ofNode(value);
      return true;
    }
    // With a wildcard (or a repeated key), the first key that matches may lead nowhere, and a later one somewhere.
    if (searchNode(state, value, rest)) return true;
  }
  return false;
}

function searchArray(state: Search, items: readonly JsonNode[], path: ByteText): boolean {
  const component = splitArrayComponent(path);
  const { part, rest, pipe, query, mapped } = component;
  if (pipe !== undefined) state.pipe = pipe;
  if (query !== undefined) return runQuery(state, items, query, component);
  if (component.hash) {
    if (part !== "#") return false;
    state.value = mapped === undefined ? countOf(items) : mapItems(state, items, mapped);
    return true;
  }
  const item = /^\d+$/.test(part) ? items[Number(part)] : undefined;
  if (item === undefined) return false;
  if (rest !== undefined) return searchNode(state, item, rest);
  state.value = ofNode(item);
  return true;
}

function countOf(items: readonly JsonNode[]): PathValue {
  return { kind: "number", raw: toBytes(String(items.length)) };
}

/** `#.path`: what the path leads to in each item, as far as it leads somewhere. */
function mapItems(state: Search, items: readonly JsonNode[], path: ByteText): PathValue {
  const [below, pipe] = splitPipe(path);
  if (pipe !== undefined) state.pipe = pipe;
  const found = items.map((item) => search(ofNode(item).raw, below, state.work)).filter((value) => value !== undefined);
  return arrayOf(found.map(({ raw }) => raw));
}

function runQuery(state: Search, items: readonly JsonNode[], query: Query, { rest }: ArrayComponent): boolean {
  const matches: Uint8Array[] = [];
  for (const item of items) {
    const whole = ofNode(item);
    const isContainer = item.kind === "object" || item.kind === "array";
    if (!isContainer && query.path !== "") continue;
    if (!matchesQuery(query, isContainer ? search(whole.raw, query.path, state.work) : whole)) continue;
    const result = rest === undefined ? whole : takeBelow(state, whole, rest);
    if (!query.all) {
      state.value = result;
      return true;
    }
    if (result !== undefined) matches.push(result.raw);
  }
  if (query.all) state.value ??= arrayOf(matches);
  return false;
}

function takeBelow(state: Search, whole: PathValue, rest: ByteText): PathValue | undefined {
  const [below, pipe] = splitPipe(rest);
  if (pipe !== undefined) state.pipe = pipe;
  return search(whole.raw, below, state.work);
}

function arrayOf(raws: readonly Uint8Array[]): PathValue {
  return { kind: "array", raw: joinBytes(["[", ...raws.flatMap((raw, i) => (i === 0 ? [raw] : [",", raw])), "]"]) };
}
