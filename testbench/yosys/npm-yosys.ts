import { scriptName, YosysFailure, type YosysFiles, type YosysRun } from "./yosys-run.ts";

interface Tree {
  [name: string]: Tree | string | Uint8Array;
}

/** Runs npm's Yosys (WebAssembly, inside this process) on virtual files. Throws a YosysFailure where it fails. */
export async function runNpmYosys(script: string, files: YosysFiles): Promise<YosysRun> {
  // Loaded on first use: the bundle and its resources are tens of megabytes.
  const { Exit, runYosys } = await import("@yowasp/yosys");
  const given = new Map<string, Uint8Array | string>([...files, [scriptName, script]]);
  const [printed, errors] = [new Printed(), new Printed()];
  try {
    const options = { stdout: printed.write, stderr: errors.write, decodeASCII: false };
    const tree = (await runYosys(["-s", scriptName], toTree(given), options)) ?? {};
    return { files: leftIn(tree, given), log: printed.text + errors.text };
  } catch (error) {
    if (error instanceof Exit) throw new YosysFailure(printed.text, errors.text);
    // A trap of the WebAssembly module itself, such as its memory running out.
    if (error instanceof Error && (error.name === "RuntimeError" || error instanceof RangeError))
      throw new YosysFailure(printed.text, `${errors.text}\nERROR: npm's Yosys broke off (${error.message})`);
    throw error;
  }
}

class Printed {
  readonly #decoder = new TextDecoder();
  text = "";

  readonly write = (bytes: Uint8Array | null): void => {
    if (bytes !== null) this.text += this.#decoder.decode(bytes, { stream: true });
  };
}

function toTree(files: YosysFiles): Tree {
  const root: Tree = Object.create(null);
  for (const [name, contents] of files) {
    const parts = name.split("/").filter((part) => part !== "" && part !== ".");
    const last = parts.pop();
    let directory = root;
    for (const part of parts) {
      const child = directory[part];
      const next: Tree =
        child === undefined || typeof child === "string" || child instanceof Uint8Array ? Object.create(null) : child;
      directory[part] = next;
      directory = next;
    }
    if (last !== undefined) directory[last] = contents;
  }
  return root;
}

function leftIn(root: Tree, given: YosysFiles): Map<string, Uint8Array> {
  const left = new Map<string, Uint8Array>();
  const open: (readonly [string, Tree])[] = [["", root]];
  for (let entry = open.pop(); entry !== undefined; entry = open.pop()) {
    const [path, tree] = entry;
    for (const [name, contents] of Object.entries(tree)) {
      const full = path === "" ? name : `${path}/${name}`;
      if (given.has(full)) continue;
      if (contents instanceof Uint8Array) left.set(full, contents);
      else if (typeof contents === "string") left.set(full, new TextEncoder().encode(contents));
      else open.push([full, contents]);
    }
  }
  return left;
}
