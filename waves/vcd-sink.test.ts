import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { sketchScope, sketchSignal } from "./trace-sketch.fuzz.ts";
import { FileSink } from "./vcd-sink.ts";
import { VcdWriter } from "./vcd-writer.ts";
import { WaveError } from "./wave-error.ts";

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "systole-waves-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** Samples noise on 64 signals of 32 bits, about 2.3 kB a time. */
function noise(path: string) {
  const signals = Array.from({ length: 64 }, (_, i) => sketchSignal(`s${i}`, 32));
  const writer = new VcdWriter(new FileSink(path), [sketchScope("top", signals)]);
  let seed = 1;
  let time = 0;
  const sample = (times: number) => {
    for (let i = 0; i < times; i++) {
      for (const { words } of signals) {
        seed = (Math.imul(seed, 1664525) + 1013904223) | 0;
        words[0] = seed;
      }
      writer.sample(time++);
    }
  };
  return { writer, sample };
}

/** The command of a process that samples a growing counter until something fails, then prints what did. */
function untilFailure(path: string): string[] {
  const from = (file: string) => JSON.stringify(new URL(file, import.meta.url).href);
  const code = `
    import { FileSink } from ${from("./vcd-sink.ts")};
    import { VcdWriter } from ${from("./vcd-writer.ts")};
    import { sketchScope, sketchSignal } from ${from("./trace-sketch.fuzz.ts")};
    const signal = sketchSignal("count", 32);
    const writer = new VcdWriter(new FileSink(${JSON.stringify(path)}), [sketchScope("top", [signal])]);
    const attempt = (act) => { try { act(); } catch (error) { process.stderr.write(String(error) + "\\n"); } };
    attempt(() => { for (let time = 0; ; time++) { signal.words[0] = time; writer.sample(time); } });
    attempt(() => writer.sample(Number.MAX_SAFE_INTEGER));
    attempt(() => writer.close());`;
  return [process.execPath, "--import", "tsx", "--input-type=module", "-e", code];
}

const shell = (script: string, path: string) =>
  spawnSync("bash", ["-c", script, "bash", ...untilFailure(path)], { encoding: "utf8" });

describe("file sink", () => {
  it("names the path and the reason where a file cannot be made, and leaves none", () => {
    const path = join(folder, "missing", "out.vcd");
    expect(() => noise(path)).toThrow(new WaveError(`cannot create ${path}: no such file or directory (ENOENT)`));
    expect(() => noise(folder)).toThrow(`cannot create ${folder}: it is a directory (EISDIR)`);
  });

  it("creates no file for a trace that is refused", () => {
    const path = join(folder, "refused.vcd");
    const scope = sketchScope("t", [sketchSignal("s", 1)]);
    expect(() => new VcdWriter(new FileSink(path), [scope], { timescale: "1 hour" })).toThrow(WaveError);
    expect(existsSync(path)).toBe(false);
  });

  it.skipIf(!existsSync("/dev/full"))("reports a full disk in one line, again on every later use", () => {
    expect(() => noise("/dev/full")).toThrow(
      new WaveError("cannot write /dev/full: no space left on device (ENOSPC); it ends after 0 bytes"),
    );
    expect(existsSync("/dev/full")).toBe(true);
  });

  // A long trace is written by a thread of its own.
  it.skipIf(process.platform === "win32").each([
    ["short", 2000],
    ["long", 80_000],
  ])("cuts a %s file that cannot grow after its last whole line", (_, blocks) => {
    const path = join(folder, `limited-${blocks}.vcd`);
    const { stderr } = shell(`trap '' XFSZ; ulimit -f ${blocks}; exec "$@"`, path);
    const written = readFileSync(path, "latin1");
    const line = `WaveError: cannot write ${path}: file too large (EFBIG); it ends after ${written.length} bytes\n`;
    expect(stderr).toBe(line + line);
    expect(written.length).toBeGreaterThan(450 * blocks);
    expect(written).toMatch(/\nb[01]{1,32} !\n$|\n#\d+\n$/);
  });

  it.skipIf(process.platform === "win32").each([100, 40_000_000])(
    "reports a reader that went away after %i bytes",
    (n) => {
      const { stderr } = shell(`"$@" | head -c ${n} > /dev/null`, "/dev/stdout");
      const line =
        /^WaveError: cannot write \/dev\/stdout: the reader closed the pipe \(EPIPE\); it ends after \d+ bytes$/;
      const lines = stderr.trimEnd().split("\n");
      expect(lines).toHaveLength(2);
      for (const each of lines) expect(each).toMatch(line);
    },
  );

  it("keeps memory flat", () => {
    const { writer, sample } = noise("/dev/null");
    sample(30_000);
    const before = process.memoryUsage();
    sample(90_000);
    const after = process.memoryUsage();
    writer.close();
    expect(after.rss - before.rss).toBeLessThan(24e6);
    expect(after.arrayBuffers - before.arrayBuffers).toBeLessThan(4e6);
  });

  it("writes a file that is there after close", () => {
    const path = join(folder, "whole.vcd");
    writeFileSync(path, "old contents");
    const { writer, sample } = noise(path);
    sample(3000);
    writer.close(5000);
    const written = readFileSync(path, "latin1");
    expect(written.startsWith("$version systole $end\n")).toBe(true);
    expect(written.endsWith("\n#5000\n")).toBe(true);
    expect(written.length).toBeGreaterThan(6_000_000);
  });
});
