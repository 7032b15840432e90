/** Compiles a module's bytes on a memory; what it returns calls the export of this name. */
export function instantiate(
  bytes: Uint8Array<ArrayBuffer>,
  memory: WebAssembly.Memory,
  name: string,
): (argument?: number) => unknown {
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(bytes), { env: { memory } });
  const exported = exports[name];
  if (typeof exported !== "function") throw new TypeError(`the compiled module has no function ${name}`);
  return (argument) => exported(argument);
}
