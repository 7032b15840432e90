import { expect, test } from "vitest";
import { resetLevel } from "./reset-name.ts";

test.each([
  ...[
    "rst",
    "reset",
    "i_rst",
    "rst_i",
    "wb_rst_i",
    "arst",
    "sys_rst",
    "RST",
    "sysReset",
    "por_rst",
    "wrst",
    "soft_reset",
  ],
  ...["reset_in", "srst", "clk_rst", "rst0"],
])("%s is active high", (name) => expect(resetLevel(name)).toBe("high"));

test.each([
  ...["rst_n", "resetn", "reset_n", "nreset", "nrst", "rst_ni", "aresetn", "ARESETn", "HRESETn", "PRESETn", "rstb"],
  ...["n_rst", "wrst_n", "i_rst_n", "rst_b", "reset_low", "s_axi_aresetn", "arst_ni", "resetN"],
])("%s is active low", (name) => expect(resetLevel(name)).toBe("low"));

test.each([
  "first",
  "burst",
  "preset",
  "worst",
  "thirst",
  "clk",
  "enable",
  "rst_done",
  "reset_req",
  "rest",
  "",
  "n",
  "mem.first",
])("%s is no reset", (name) => expect(resetLevel(name)).toBeNull());
