import { Bool, Bundle, clog2, module, mux, UInt, unpack } from "../../lang/index.ts";
import { Access, Sram } from "../../lib/index.ts";
import { type NpuConfig, Sums } from "../npu-config.ts";
import { hostReads, hostWrites, RowAccess } from "../row-access.ts";

/** Rows of bias and of scales. */
export const parameterRows = 256;

/** A write of the bias or the scale memory: a row of int32, or of words with a multiplier in bits 23:0 and a shift in 28:24. */
export const ParameterWrite = (config: NpuConfig) =>
  Bundle({ enable: Bool, address: UInt(clog2(parameterRows)), row: Sums(config) });

/**
 * The bias or the scale memory of the vector unit, one read and one write port. What the unit reads, and what the host
 * reads by `access`, is `row` in the next cycle. The host is there when the unit is not.
 */
export const ParameterMemory = (config: NpuConfig, name: "bias" | "scale") => {
  const Rows = Sram(Sums(config), parameterRows);

  return module(
    "ParameterMemory",
    {
      params: { side: config.side, name },
      in: { write: ParameterWrite(config), read: Access(parameterRows), access: RowAccess(config) },
      out: { row: Sums(config) },
    },
    ({ write, read, access }) => {
      const [looks, changes] = [hostReads(access, name), hostWrites(access, name)];
      const place = access.row.trunc(clog2(parameterRows));
      const given = unpack(Sums(config), access.data.trunc(32 * config.side));
      const rows = Rows({
        write: { enable: write.enable.or(changes), address: mux(changes, place, write.address) },
        data: mux(changes, given, write.row),
        read: { enable: read.enable.or(looks), address: mux(looks, place, read.address) },
      });
      return { row: rows.data };
    },
  );
};
