import { readdir, readFile, rm, truncate } from "node:fs/promises";
import { join } from "node:path";
import { TegataError } from "@tegata/errors";
import { decodeLine, decodeRecord, type LogRecord, linesOf } from "./log-record.ts";

const SEGMENT = /^log-(\d{20})\.jsonl$/;
const SNAPSHOT = /^snapshot-(\d{20})\.jsonl$/;

/** Name of the log's segment whose first record has this version. */
export function segmentName(firstVersion: number): string {
  return `log-${digits(firstVersion)}.jsonl`;
}

/** Name of the snapshot of the state at this version. */
export function snapshotName(version: number): string {
  return `snapshot-${digits(version)}.jsonl`;
}

/** First and last line of a snapshot. */
export interface SnapshotEnd {
  readonly snapshot: number;
  readonly objects: number;
}

/** What was on disk: the objects at `version`, then the writes after it. */
export interface Recovered {
  readonly version: number;
  readonly objects: readonly LogRecord[];
  readonly writes: readonly LogRecord[];
  /** Where a write that was never acknowledged was cut off, if there was one. */
  readonly tornAt: { readonly file: string; readonly offset: number } | undefined;
}

/**
 * Reads a data folder: the newest snapshot, then the segments after it. A torn last record, which only a write that
 * was never acknowledged can leave, is cut off.
 *
 * @throws TegataError `KUBE_API_DATA_CORRUPT` for anything else that does not fit. Nothing is ever dropped silently.
 */
export async function recover(dir: string): Promise<Recovered> {
  const names = await readdir(dir);
  const snapshots = versionsIn(names, SNAPSHOT);
  const snapshot = snapshots.at(-1);
  const objects = snapshot === undefined ? [] : await readSnapshot(join(dir, snapshotName(snapshot)), snapshot);
  const version = snapshot ?? 0;
  const { writes, tornAt } = await readSegments(dir, versionsIn(names, SEGMENT), version);
  await removeLeftovers(dir, names);
  return { version, objects, writes, tornAt };
}

/** Removes the snapshots and segments that a snapshot at this version has made superfluous. */
export async function removeOlder(dir: string, version: number): Promise<void> {
  const names = await readdir(dir);
  const segments = versionsIn(names, SEGMENT);
  for (const old of versionsIn(names, SNAPSHOT)) {
    if (old < version) await rm(join(dir, snapshotName(old)));
  }
  for (const [i, first] of segments.entries()) {
    const next = segments[i + 1];
    if (next !== undefined && next <= version + 1) await rm(join(dir, segmentName(first)));
  }
}

async function readSnapshot(path: string, version: number): Promise<LogRecord[]> {
  const file = await readFile(path);
  const objects: LogRecord[] = [];
  let ends = 0;
  for (const { line, offset } of linesOf(file)) {
    const content = decodeLine(line);
    if (content === undefined) throw corruptSnapshot(path, offset, "the record's CRC does not fit");
    if (content[0] === 0x7b) {
      const end = JSON.parse(content.toString()) as SnapshotEnd;
      if (end.snapshot !== version || (ends > 0 && end.objects !== objects.length)) {
        throw corruptSnapshot(path, offset, "the snapshot is not whole");
      }
      ends++;
      continue;
    }
    const record = decodeRecord(line);
    if (record?.bytes === undefined) throw corruptSnapshot(path, offset, "the record holds no object");
    objects.push(record);
  }
  if (ends !== 2) throw corruptSnapshot(path, file.length, "the snapshot is not whole");
  return objects;
}

async function readSegments(
  dir: string,
  segments: readonly number[],
  snapshot: number,
): Promise<Pick<Recovered, "writes" | "tornAt">> {
  const writes: LogRecord[] = [];
  let tornAt: Recovered["tornAt"];
  let expected = snapshot + 1;
  for (const [i, first] of segments.entries()) {
    const path = join(dir, segmentName(first));
    const file = await readFile(path);
    for (const { line, offset, torn } of linesOf(file)) {
      const record = torn ? undefined : decodeRecord(line);
      if (record === undefined) {
        const isLast = i === segments.length - 1 && offset + line.length + 1 >= file.length;
        if (!isLast) throw corrupt(path, offset, "the record's CRC does not fit");
        await truncate(path, offset);
        tornAt = { file: path, offset };
        break;
      }
      if (record.version <= snapshot) continue;
      if (record.version !== expected) {
        throw corrupt(path, offset, `it holds version ${record.version} where ${expected} must follow`);
      }
      writes.push(record);
      expected++;
    }
  }
  return { writes, tornAt };
}

/** A crash may have left half-written snapshots; their names never match. */
async function removeLeftovers(dir: string, names: readonly string[]): Promise<void> {
  for (const name of names) if (name.endsWith(".jsonl.part")) await rm(join(dir, name), { force: true });
}

function versionsIn(names: readonly string[], pattern: RegExp): number[] {
  return names
    .flatMap((name) => pattern.exec(name)?.[1] ?? [])
    .map(Number)
    .sort((a, b) => a - b);
}

function digits(version: number): string {
  return String(version).padStart(20, "0");
}

function corrupt(path: string, offset: number, why: string): TegataError {
  return damaged(
    path,
    offset,
    why,
    "Restore the data folder from a backup; or, to go on without this record and everything behind it, " +
      `keep a copy of the folder, run \`truncate -s ${offset} ${path}\` and remove the later log files.`,
  );
}

function corruptSnapshot(path: string, offset: number, why: string): TegataError {
  return damaged(path, offset, why, "Restore the data folder from a backup: what a snapshot held is nowhere else.");
}

function damaged(path: string, offset: number, why: string, remedy: string): TegataError {
  return new TegataError({
    kind: "integrity",
    code: "KUBE_API_DATA_CORRUPT",
    message: `The stored data is damaged: ${path} at byte ${offset}: ${why}`,
    remedy,
  });
}
