import { open, rename } from "node:fs/promises";
import { join } from "node:path";
import { encodeLine, encodeRecord, recordOf } from "./log-record.ts";
import { removeOlder, type SnapshotEnd, snapshotName } from "./recovery.ts";
import type { Revision } from "./revision.ts";
import { syncDir } from "./sync-dir.ts";

/** How many bytes go to the file in one write. */
const CHUNK_BYTES = 1 << 20;

/**
 * Writes all objects as they are at a version, and then removes what that makes superfluous. The file gets its name
 * only when it is whole and on disk, so a crash at any point leaves the older files valid.
 *
 * @returns the file's length in bytes.
 */
export async function writeSnapshot(dir: string, version: number, revisions: readonly Revision[]): Promise<number> {
  const path = join(dir, snapshotName(version));
  const handle = await open(`${path}.part`, "w", 0o600);
  let length = 0;
  try {
    for (const chunk of chunks(version, revisions)) {
      await handle.appendFile(chunk);
      length += chunk.length;
    }
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(`${path}.part`, path);
  await syncDir(dir);
  await removeOlder(dir, version);
  return length;
}

function* chunks(version: number, revisions: readonly Revision[]): Iterable<Buffer> {
  const end: SnapshotEnd = { snapshot: version, objects: revisions.length };
  const endLine = encodeLine(Buffer.from(JSON.stringify(end)));
  let lines: Buffer[] = [endLine];
  let length = 0;
  for (const revision of revisions) {
    const line = encodeRecord(recordOf(revision));
    lines.push(line);
    length += line.length;
    if (length < CHUNK_BYTES) continue;
    yield Buffer.concat(lines);
    lines = [];
    length = 0;
  }
  yield Buffer.concat([...lines, endLine]);
}
