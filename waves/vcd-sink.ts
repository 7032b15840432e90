import { closeSync, fstatSync, ftruncateSync, openSync, unlinkSync, writeSync } from "node:fs";
import { errorCode, systemReason, WaveError } from "./wave-error.ts";

/** Where a VCD's bytes go. Every write is one or more whole lines. */
export interface VcdSink {
  /** Takes the bytes before it returns: the caller reuses their memory. Throws a WaveError when it cannot. */
  write(lines: Uint8Array): void;
  close(): void;
  /** Closes and removes what was written, since it is not yet a VCD. */
  discard(): void;
  /** Where there is one: gives the open file away, to be written and closed elsewhere before this sink is closed. */
  handOver?(): OpenFile;
}

/** A file that is being written: its descriptor, valid in all threads, and the bytes that it has. */
export interface OpenFile {
  readonly path: string;
  readonly descriptor: number;
  readonly length: number;
}

/**
 * A file written synchronously, so that nothing queues up in memory. It is created by the first write. When a write
 * fails (disk full, file size limit), the file is cut after its last whole line.
 */
export class FileSink implements VcdSink {
  private descriptor: number | null = null;
  private length = 0;

  constructor(readonly path: string) {}

  /** Goes on with a file that was handed over. */
  static adopt({ path, descriptor, length }: OpenFile): FileSink {
    const sink = new FileSink(path);
    sink.descriptor = descriptor;
    sink.length = length;
    return sink;
  }

  handOver(): OpenFile {
    const descriptor = this.descriptor ?? this.open();
    this.descriptor = null;
    return { path: this.path, descriptor, length: this.length };
  }

  write(lines: Uint8Array): void {
    this.descriptor ??= this.open();
    let done = 0;
    try {
      while (done < lines.length) done += writeSome(this.descriptor, lines, done);
    } catch (error) {
      this.length += lines.subarray(0, done).lastIndexOf(newline) + 1;
      this.cut(this.descriptor);
      throw new WaveError(`cannot write ${this.path}: ${systemReason(error)}; it ends after ${this.length} bytes`);
    }
    this.length += done;
  }

  close(): void {
    if (this.descriptor === null) return;
    const open = this.descriptor;
    this.descriptor = null;
    try {
      closeSync(open);
    } catch (error) {
      throw new WaveError(`cannot finish ${this.path}: ${systemReason(error)}`);
    }
  }

  discard(): void {
    const regular = this.descriptor !== null && fstatSync(this.descriptor).isFile();
    this.close();
    if (regular) unlinkSync(this.path);
  }

  private open(): number {
    try {
      return openSync(this.path, "w");
    } catch (error) {
      throw new WaveError(`cannot create ${this.path}: ${systemReason(error)}`);
    }
  }

  /** Pipes and devices cannot be cut: what they took is gone. */
  private cut(descriptor: number): void {
    if (fstatSync(descriptor).isFile()) ftruncateSync(descriptor, this.length);
  }
}

const newline = 10;
const pause = new Int32Array(new SharedArrayBuffer(4));

/** Writes what fits now; waits a moment where a pipe is full. */
function writeSome(descriptor: number, lines: Uint8Array, from: number): number {
  try {
    return writeSync(descriptor, lines, from, lines.length - from);
  } catch (error) {
    if (errorCode(error) !== "EAGAIN") throw error;
    Atomics.wait(pause, 0, 0, 1);
    return 0;
  }
}

/** Keeps everything in memory: for tests and for small windows. */
export class MemorySink implements VcdSink {
  private readonly parts: Uint8Array[] = [];

  write(lines: Uint8Array): void {
    this.parts.push(lines.slice());
  }

  close(): void {}

  discard(): void {
    this.parts.length = 0;
  }

  bytes(): Uint8Array {
    return Buffer.concat(this.parts);
  }

  text(): string {
    return Buffer.concat(this.parts).toString("latin1");
  }
}
