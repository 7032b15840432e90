import type { DmaConfig } from "../../../hdl/index.ts";
import type { SparseMemory } from "../../models/sparse-memory.ts";
import type { TransferStatus } from "./dma-device.ts";
import { illegality, type Row, rowsOf, type Transfer } from "./transfer.ts";

/** Bytes at which the memory answers with an error. */
export interface ErrorRange {
  readonly on: "read" | "write";
  readonly address: number;
  readonly bytes: number;
}

/** What a transfer is to do, by its definition, to the last byte. */
export interface Expectation {
  readonly error: TransferStatus["error"];
  /** Of the first beat whose read, or the first burst whose write fails; 0 without a bus error. */
  readonly address: number;
  /** What `bytes` of its status says, if it does not end early. */
  readonly bytes: number;
}

/**
 * Carries out a transfer on `memory`, which holds what the DRAM does before it, as the hardware is to when it goes on
 * after errors. `written` hears of each byte in order, with what it was.
 */
export function carryOut(
  transfer: Transfer,
  memory: SparseMemory,
  { dataBytes, addressBits, burstBeats }: DmaConfig,
  errors: readonly ErrorRange[],
  written: (address: number, before: number, after: number) => void = () => {},
): Expectation {
  const illegal = illegality(transfer);
  if (illegal) return { error: illegal, address: 0, bytes: 0 };
  const beatOf = (address: number) => address - (address % dataBytes);
  const fails = (on: ErrorRange["on"], address: number) =>
    errors.some(
      (one) => one.on === on && one.address < beatOf(address) + dataBytes && beatOf(address) < one.address + one.bytes,
    );
  const someRead = errors.some(({ on }) => on === "read");
  const someWrite = errors.some(({ on }) => on === "write");
  const block = Math.min(4096, burstBeats * dataBytes);
  let read: number | null = null;
  let write: number | null = null;
  let bytes = 0;
  for (const row of rowsOf(transfer, addressBits)) {
    const data = rowBytes(row, memory);
    for (let i = 0; i < row.length; i++) {
      const [from, to] = [row.source + i - row.zeros, row.destination + i];
      if (someRead && i >= row.zeros && i < row.zeros + row.data && fails("read", from)) {
        read ??= beatOf(from);
        if (someWrite && fails("write", to)) write ??= Math.max(row.destination, to - (to % block));
        continue;
      }
      bytes++;
      if (someWrite && fails("write", to)) {
        write ??= Math.max(row.destination, to - (to % block));
        continue;
      }
      written(to, memory.byte(to), data[i] ?? 0);
      memory.setByte(to, data[i] ?? 0);
    }
  }
  if (read !== null) return { error: "Read", address: read, bytes };
  if (write !== null) return { error: "Write", address: write, bytes };
  return { error: "None", address: 0, bytes };
}

function rowBytes({ source, zeros, data, length }: Row, memory: SparseMemory): Uint8Array {
  const bytes = new Uint8Array(length);
  if (data > 0) bytes.set(memory.read(source, data), zeros);
  return bytes;
}
