/** A mistake of the user or of the surroundings, told in one line: a bad file, an unknown signal, a full disk. */
export class WaveError extends Error {
  override readonly name = "WaveError";
}

/** The part of a Node file system error worth showing: its code and plain words for the common ones. */
export function systemReason(error: unknown): string {
  const code = errorCode(error);
  const words = code === undefined ? undefined : plainWords[code];
  if (code !== undefined) return words === undefined ? code : `${words} (${code})`;
  return error instanceof Error ? error.message : String(error);
}

/** `ENOENT` and the like; undefined where the error is not the system's. */
export function errorCode(error: unknown): string | undefined {
  if (typeof error !== "object" || error === null || !("code" in error)) return undefined;
  return typeof error.code === "string" ? error.code : undefined;
}

const plainWords: Readonly<Record<string, string>> = {
  EACCES: "permission denied",
  EDQUOT: "disk quota exceeded",
  EFBIG: "file too large",
  EIO: "input/output error",
  EISDIR: "it is a directory",
  EMFILE: "too many open files",
  ENAMETOOLONG: "name too long",
  ENOENT: "no such file or directory",
  ENOSPC: "no space left on device",
  ENOTDIR: "a part of the path is not a directory",
  EPERM: "operation not permitted",
  EPIPE: "the reader closed the pipe",
  EROFS: "read-only file system",
};
