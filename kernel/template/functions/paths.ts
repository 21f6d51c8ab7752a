import { bytewise, define, type TemplateFunction } from "./define.ts";

/** Slash-separated paths. External Secrets runs on Linux, so the `os` functions are the same. */
export const PATH_FUNCTIONS: Readonly<Record<string, TemplateFunction>> = bytewise({
  base: define(["string"], base),
  dir: define(["string"], dir),
  clean: define(["string"], clean),
  ext: define(["string"], extension),
  isAbs: define(["string"], (path) => path.startsWith("/")),
  osBase: define(["string"], base),
  osDir: define(["string"], dir),
  osClean: define(["string"], clean),
  osExt: define(["string"], extension),
  osIsAbs: define(["string"], (path) => path.startsWith("/")),
});

/** Go's `path.Base`. */
function base(path: string): string {
  if (path === "") return ".";
  let end = path.length;
  while (path[end - 1] === "/") end--;
  return end === 0 ? "/" : path.slice(path.lastIndexOf("/", end - 1) + 1, end);
}

/** Go's `path.Dir`. */
function dir(path: string): string {
  return clean(path.slice(0, path.lastIndexOf("/") + 1));
}

/** Go's `path.Clean`. */
function clean(path: string): string {
  const isRooted = path.startsWith("/");
  const kept: string[] = [];
  for (const segment of path.split("/")) {
    if (segment === "" || segment === ".") continue;
    if (segment !== "..") kept.push(segment);
    else if (kept.length > 0 && kept.at(-1) !== "..") kept.pop();
    else if (!isRooted) kept.push(segment);
  }
  const cleaned = kept.join("/");
  if (isRooted) return `/${cleaned}`;
  return cleaned === "" ? "." : cleaned;
}

/** Go's `path.Ext`. */
function extension(path: string): string {
  const name = path.slice(path.lastIndexOf("/") + 1);
  const dot = name.lastIndexOf(".");
  return dot === -1 ? "" : name.slice(dot);
}
