import { notFound } from "../protocol.ts";
import type { DurableMap } from "../storage/durable-map.ts";

/**
 * The names directly below a folder: `name` for an entry, `name/` for a folder.
 *
 * @throws ApiRefusal 404 if there are none
 */
export function listBelow(map: DurableMap, root: string, folder: string): string[] {
  const prefix = root + (folder === "" || folder.endsWith("/") ? folder : `${folder}/`);
  const names = new Set(
    map.keys(prefix).map((key) => {
      const rest = key.slice(prefix.length);
      const slash = rest.indexOf("/");
      return slash < 0 ? rest : rest.slice(0, slash + 1);
    }),
  );
  names.delete("");
  if (names.size === 0) throw notFound();
  return [...names].sort();
}
