import { spawnSync } from "node:child_process";
import { rmSync } from "node:fs";
import { FileSink, type OpenFile, type VcdSink } from "./vcd-sink.ts";
import { errorCode, systemReason, WaveError } from "./wave-error.ts";

const converter = "vcd2fst";

/**
 * GTKWave's compressed FST file, by its own converter: the VCD goes to a file beside it, `<path>.vcd`, which is converted
 * and removed when the trace ends.
 */
export class FstSink implements VcdSink {
  private readonly vcd: FileSink;

  /** @throws WaveError where there is no converter, before anything is written */
  constructor(readonly path: string) {
    const { error } = spawnSync(converter, ["--help"], { stdio: "ignore" });
    if (error)
      throw new WaveError(
        errorCode(error) === "ENOENT"
          ? `cannot write ${path}: an .fst file needs ${converter} of GTKWave (Debian: apt-get install gtkwave); or give a .vcd file`
          : `cannot write ${path}: ${converter} does not start: ${systemReason(error)}`,
      );
    this.vcd = new FileSink(`${path}.vcd`);
  }

  write(lines: Uint8Array): void {
    this.vcd.write(lines);
  }

  handOver(): OpenFile {
    return this.vcd.handOver();
  }

  close(): void {
    this.vcd.close();
    const { status, stderr, error } = spawnSync(converter, [this.vcd.path, this.path], { encoding: "utf8" });
    if (error || status !== 0) {
      const reason = error ? systemReason(error) : (stderr.trim().split("\n")[0] ?? `exit code ${status}`);
      throw new WaveError(`cannot finish ${this.path}: ${converter}: ${reason}; the waves are in ${this.vcd.path}`);
    }
    rmSync(this.vcd.path, { force: true });
  }

  discard(): void {
    this.vcd.discard();
  }
}

/** Where waves go by their file's name: FST where it ends in `.fst`, else VCD. Throws as `FstSink`. */
export function waveSink(path: string): VcdSink {
  return path.toLowerCase().endsWith(".fst") ? new FstSink(path) : new FileSink(path);
}
