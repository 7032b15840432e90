import { readFileSync } from "node:fs";
import { InputError } from "../../input-error.ts";
import type { Job } from "./dma-bench.ts";
import type { ErrorRange } from "./expectation.ts";
import { Fields } from "./json-fields.ts";
import { overlapOf } from "./overlap.ts";
import { rowsOf, type Transfer, type TransferPadding } from "./transfer.ts";

const addressBits = 32;
const most = { address: 2 ** addressBits - 1, length: 2 ** 24 - 1, count: 65_535, stride: 2 ** 31 - 1 };
const mostJobs = 100_000;
const mostRows = 2 ** 20;
const mostBytes = 2 ** 26;

/**
 * The jobs of a file such as
 *
 *     { "jobs": [ { "source": "0x6e76a", "destination": "0x1f9c03", "length": 1958 } ],
 *       "errors": [ { "on": "read", "address": "0x6e800", "bytes": 1 } ] }
 *
 * A job may also have `counts`, `sourceStrides` and `destinationStrides` of up to three dimensions, `padding`, `onError`
 * ("end" or "continue") and `interrupt`. Numbers are JSON's or text such as "0x1000". The errors hold for all jobs.
 *
 * @throws InputError that names the file and what in it is wrong
 */
export function readJobs(file: string): Job[] {
  const top = new Fields(file, "", parsed(file));
  const errors = top.list("errors", 1000).map(errorOf);
  const jobs = top.list("jobs", mostJobs).map((fields) => ({ transfer: transferOf(fields), errors }));
  top.done();
  if (jobs.length === 0) throw top.wrong("jobs", "is empty or missing; give at least one job");
  return jobs;
}

function parsed(file: string): unknown {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (error) {
    throw new InputError(`${file}: cannot be read: ${error instanceof Error ? error.message : error}`);
  }
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new InputError(`${file}: is no JSON: ${error instanceof Error ? error.message : error}`);
  }
}

function errorOf(fields: Fields): ErrorRange {
  const on = fields.choice("on", ["read", "write"]);
  const address = fields.integer("address", 0, most.address);
  const bytes = fields.integer("bytes", 1, most.address, 1);
  fields.done();
  return { on, address, bytes };
}

function transferOf(fields: Fields): Transfer {
  const strides = (name: string) => fields.integers(name, -most.stride, most.stride, 0);
  const transfer: Transfer = {
    source: fields.integer("source", 0, most.address),
    destination: fields.integer("destination", 0, most.address),
    length: fields.integer("length", 0, most.length),
    counts: fields.integers("counts", 0, most.count, 1),
    sourceStrides: strides("sourceStrides"),
    destinationStrides: strides("destinationStrides"),
    padding: paddingOf(fields),
    onError: fields.choice("onError", ["end", "continue"], "end"),
    interrupt: fields.boolean("interrupt", false),
  };
  fields.done();
  checkSize(fields, transfer);
  checkRows(fields, transfer);
  return transfer;
}

function paddingOf(fields: Fields): TransferPadding | null {
  const padding = fields.object("padding");
  if (!padding) return null;
  const read = {
    top: padding.integer("top", 0, 65_535),
    bottom: padding.integer("bottom", 0, 65_535),
    left: padding.integer("left", 0, most.length),
    right: padding.integer("right", 0, most.length),
    down: padding.integers("down", 0, 255, 0),
    across: padding.integers("across", 0, 1, 0).map((one) => one === 1),
  };
  padding.done();
  return read;
}

function checkSize(fields: Fields, { length, counts, padding, sourceStrides }: Transfer): void {
  const rows = counts.reduce((product, count) => product * count, 1);
  if (rows > mostRows) throw fields.wrong("counts", `make ${rows} rows, more than ${mostRows}; split the job`);
  if (rows * length > mostBytes)
    throw fields.wrong("length", `makes ${rows * length} bytes in all, more than ${mostBytes}; split the job`);
  padding?.across.forEach((across, i) => {
    const stride = sourceStrides[i] ?? 0;
    if (across && (stride < 0 || stride > most.length))
      throw fields.wrong("padding", `moves across by ${stride} bytes; such a stride is from 0 to ${most.length}`);
  });
}

function checkRows(fields: Fields, transfer: Transfer): void {
  const rows = [...rowsOf(transfer, addressBits)];
  for (const { source, destination, data, length } of rows)
    if (source + data > 2 ** addressBits || destination + length > 2 ** addressBits)
      throw fields.wrong("length", "takes a row beyond the last address; move or shorten it");
  const overlap = overlapOf(rows);
  if (overlap !== null)
    throw fields.wrong(
      "destination",
      `overlaps the source at 0x${overlap.toString(16)}: what is read there depends on timing; keep them apart, or split the job`,
    );
}
