import { randomBytes } from "node:crypto";
import {
  accessSync,
  closeSync,
  constants,
  fsyncSync,
  lstatSync,
  openSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from "node:fs";
import { basename, dirname, join } from "node:path";
import { InputError } from "./input-error.ts";

/**
 * Writes a whole file or none: the bytes go to a temporary file beside `path`, reach the disk, and take its name in one
 * step. An existing file stays as it was until then, and for good where anything fails. A symbolic link is followed.
 * @throws InputError where `path` cannot be written or names something other than a file
 */
export function writeFileAtomically(path: string, bytes: Uint8Array): void {
  let temporary: string | null = null;
  try {
    const target = lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() ? realpathSync(path) : path;
    const existing = statSync(target, { throwIfNoEntry: false });
    if (existing !== undefined && !existing.isFile()) {
      throw new InputError(`${path}: cannot write: not a regular file; give the name of a file`);
    }
    // Renaming over a file asks nothing of the file itself, writing to it would.
    if (existing !== undefined) accessSync(target, constants.W_OK);
    const name = join(dirname(target), `.${basename(target).slice(0, 64)}.${randomBytes(6).toString("hex")}.tmp`);
    const file = openSync(name, "wx", existing?.mode);
    temporary = name;
    try {
      for (let at = 0; at < bytes.length; ) at += writeSync(file, bytes, at);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    renameSync(name, target);
    temporary = null;
  } catch (error) {
    if (error instanceof InputError) throw error;
    throw new InputError(`${path}: cannot write: ${explain(error)}`, { cause: error });
  } finally {
    if (temporary !== null) rmSync(temporary, { force: true });
  }
}

/** The cause of a failed file operation, with what to do about it, without the path and the system call. */
export function explain(error: unknown): string {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  switch (code) {
    case "ENOENT":
      return "no such file or folder; check the path";
    case "ENOTDIR":
      return "a part of the path is not a folder; check the path";
    case "EISDIR":
      return "it is a folder; give the name of a file";
    case "EACCES":
    case "EPERM":
      return "permission denied; choose another place or change its permissions";
    case "EROFS":
      return "the file system is read-only; choose another place";
    case "ENOSPC":
    case "EDQUOT":
      return "the disk is full; make room or choose another place";
    case "ENAMETOOLONG":
      return "the name is too long; choose a shorter one";
    case "ELOOP":
      return "its symbolic links go round in a circle; check the path";
    default:
      return error instanceof Error ? error.message : String(error);
  }
}
