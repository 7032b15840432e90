/**
 * Where compiled code is kept from one run to the next. Keys are hexadecimal digests of everything that the code follows
 * from but the simulator itself: whoever keeps it longer than a process must tell versions of the simulator apart.
 */
export interface CompileCache {
  /** The very bytes that were put under this key, or null; it never throws. */
  get(key: string): Uint8Array<ArrayBuffer> | null;
  /** Keeps bytes if it can; it never throws. */
  put(key: string, bytes: Uint8Array): void;
}
