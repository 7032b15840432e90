import { execFileSync } from "node:child_process";
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { writeFileAtomically } from "./atomic-file.ts";
import { InputError } from "./input-error.ts";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "systole-file-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

const bytes = (text: string) => new TextEncoder().encode(text);

describe("writeFileAtomically", () => {
  it("creates and replaces, keeping the permissions", () => {
    const path = join(folder, "out");
    writeFileAtomically(path, bytes("one"));
    chmodSync(path, 0o600);
    writeFileAtomically(path, bytes("two"));
    expect([readFileSync(path, "utf8"), statSync(path).mode & 0o777]).toEqual(["two", 0o600]);
    expect(readdirSync(folder)).toEqual(["out"]);
  });

  it.skipIf(process.getuid?.() === 0)("leaves a read-only file alone", () => {
    const path = join(folder, "kept");
    writeFileSync(path, "kept", { mode: 0o444 });
    expect(() => writeFileAtomically(path, bytes("x"))).toThrow(`${path}: cannot write: permission denied`);
    expect([readFileSync(path, "utf8"), readdirSync(folder)]).toEqual(["kept", ["kept"]]);
  });

  it("writes an empty file", () => {
    writeFileAtomically(join(folder, "empty"), new Uint8Array(0));
    expect(statSync(join(folder, "empty")).size).toBe(0);
  });

  it("follows a symbolic link", () => {
    writeFileSync(join(folder, "real"), "old");
    symlinkSync("real", join(folder, "link"));
    writeFileAtomically(join(folder, "link"), bytes("new"));
    expect(readFileSync(join(folder, "real"), "utf8")).toBe("new");
    expect(readdirSync(folder).sort()).toEqual(["link", "real"]);
  });

  it("takes the longest name a file may have", () => {
    const path = join(folder, "n".repeat(255));
    writeFileAtomically(path, bytes("x"));
    expect(readFileSync(path, "utf8")).toBe("x");
  });

  it("refuses folders, devices and pipes, and leaves them alone", () => {
    mkdirSync(join(folder, "sub"));
    execFileSync("mkfifo", [join(folder, "pipe")]);
    for (const path of [join(folder, "sub"), join(folder, "pipe"), "/dev/null"]) {
      expect(() => writeFileAtomically(path, bytes("x"))).toThrow(
        `${path}: cannot write: not a regular file; give the name of a file`,
      );
    }
    expect(readdirSync(folder).sort()).toEqual(["pipe", "sub"]);
  });

  it.each([
    ["none/out", "no such file or folder; check the path"],
    ["file/out", "a part of the path is not a folder; check the path"],
    [`${"n".repeat(300)}`, "the name is too long; choose a shorter one"],
    ["loop", "its symbolic links go round in a circle; check the path"],
  ])("explains why %s cannot be written", (name, why) => {
    writeFileSync(join(folder, "file"), "kept");
    symlinkSync("loop", join(folder, "loop"));
    const path = join(folder, name);
    expect(() => writeFileAtomically(path, bytes("x"))).toThrow(new InputError(`${path}: cannot write: ${why}`));
    expect(readdirSync(folder).sort()).toEqual(["file", "loop"]);
  });
});
